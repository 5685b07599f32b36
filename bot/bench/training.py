"""How long a model takes: from nothing, and when only a rule has changed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.bench.figures import Figures
from bot.bench.machine import Stopwatch
from bot.errors import SetupError
from bot.project import PROJECT
from bot.supervisor.children import MODEL_DATA, python

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "CUDA_VISIBLE_DEVICES": "-1",
}
_OURS = "ours.tar.gz"
# Changes the dialogue and nothing that understanding is made of.
_NEW_RULE = "rules:\n- rule: measured\n  steps:\n  - intent: greet\n  - action: action_greet\n"


def rasa_train(folder: Path, *, model: Path, cache: Path, more: Sequence[str] = ()) -> Stopwatch:
    """Trains the Rasa project of a folder.

    Args:
        folder: the project's.
        model: the file to be made, `.tar.gz`.
        cache: what Rasa keeps between two trainings.
        more: further words of the command line.

    Returns:
        What it took.

    Raises:
        SetupError: it could not be trained.
    """
    name = model.name.removesuffix(".tar.gz")
    command = python("-m", "rasa", "train", *more, "--out", str(model.parent))
    command += ["--fixed-model-name", name]
    environment = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(cache)}
    with Stopwatch() as watch:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            command, cwd=folder, env=environment, check=False, capture_output=True
        )
    if done.returncode != 0 or not model.exists():
        raise SetupError(f"Rasa could not be trained in {folder.name}")
    return watch


def from_nothing() -> Stopwatch:
    """Trains ours with an empty cache."""
    with tempfile.TemporaryDirectory(prefix="consular-training-") as made:
        model, cache = Path(made) / _OURS, Path(made) / "cache"
        return rasa_train(PROJECT, model=model, cache=cache, more=("--data", *MODEL_DATA))


def training() -> Figures:
    """Ours, twice: with an empty cache, then with one more rule.

    A sentence of `data/responses` is not part of a model: changing one trains nothing.
    """
    figures = Figures("training")
    with tempfile.TemporaryDirectory(prefix="consular-training-") as made:
        folder = Path(made)
        model, cache = folder / _OURS, folder / "cache"
        first = rasa_train(PROJECT, model=model, cache=cache, more=("--data", *MODEL_DATA))
        (folder / "rule.yml").write_text(_NEW_RULE)
        more = ("--data", *MODEL_DATA, str(folder / "rule.yml"))
        second = rasa_train(PROJECT, model=model, cache=cache, more=more)
    figures.add("from nothing", first.seconds, "s", at_most=180)
    figures.add("from nothing, of all cores", first.cpu_seconds, "s")
    figures.add("only a rule changed", second.seconds, "s", at_most=40)
    return figures
