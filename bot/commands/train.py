"""`train`: a model whenever data, configuration or code has changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bot.errors import SetupError
from bot.project import PROJECT
from bot.supervisor.children import MODEL_DATA, python

MODELS = PROJECT / "models"
_CACHE = PROJECT / "build" / "rasa-cache"
_TRAINED_FROM = (
    "config.yml",
    "domain.yml",
    "requirements.lock",
    "data/nlu/**/*.yml",
    "data/rules/*.yml",
    "data/lexicons/**/*",
    "data/consular/missions.csv",
    "bot/nlu/**/*.py",
)


def train(*, force: bool = False, quiet: bool = False) -> Path:
    """Trains if need be.

    Args:
        force: trains even if nothing has changed.
        quiet: says what it does on standard error, for commands whose output is read by others.

    Returns:
        The model's file.

    Raises:
        SetupError: Rasa could not train.
    """
    model = MODELS / f"consular-{_fingerprint()}.tar.gz"
    if model.exists() and not force:
        return model
    output = sys.stderr if quiet else sys.stdout
    output.write("training the model (first time: about two minutes)\n")
    output.flush()
    MODELS.mkdir(exist_ok=True)
    command = python("-m", "rasa", "train", "--data", *MODEL_DATA, "--out", str(MODELS))
    command += ["--fixed-model-name", model.name.removesuffix(".tar.gz")]
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(_CACHE),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }
    if force:
        command.append("--force")
    done = subprocess.run(  # noqa: S603
        command, cwd=PROJECT, env=environment, check=False, stdout=output
    )
    if done.returncode != 0 or not model.exists():
        raise SetupError("the model could not be trained; see Rasa's messages above")
    # The one before stays: it may be running, and would be needed if its Rasa had to start again.
    others = [each for each in MODELS.glob("consular-*.tar.gz") if each != model]
    for old in sorted(others, key=lambda each: each.stat().st_mtime)[:-1]:
        old.unlink()
    return model


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _TRAINED_FROM:
        for path in sorted(PROJECT.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
