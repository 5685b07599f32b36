"""`run`: prepares database and model, then supervises every process."""

from __future__ import annotations

import asyncio
import tarfile
import zlib
from pathlib import Path

from bot import logs, settings
from bot.commands import database
from bot.commands.lookup import prepare_lookup
from bot.commands.train import train
from bot.content.retention import load_retention
from bot.errors import SetupError
from bot.settings import Settings
from bot.supervisor.run import run as supervise


def prepare(data_dir: str | None) -> Settings:
    """Settings, schema and facts; days of keeping that a worker would stumble over.

    Raises:
        SetupError: one of them does not fit.
    """
    found = settings.load(data_dir=data_dir)
    logs.configure(found.log_level)
    load_retention(found.retention_days)
    database.upgrade(data_dir)
    database.seed(data_dir)
    prepare_lookup(data_dir)
    return found


def check_model(model: Path) -> None:
    """Reads the whole archive once: Rasa would wait in silence with a broken one.

    Raises:
        SetupError: it is truncated, or no model.
    """
    try:
        with tarfile.open(model) as archive:
            archive.getmembers()
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        raise SetupError(f"{model} is broken; delete it and run `make train`") from None


def run(data_dir: str | None, *, host: str, port: int) -> None:
    """Runs in the foreground until SIGINT or SIGTERM.

    Raises:
        SetupError: something is set up wrongly.
    """
    found = prepare(data_dir)
    model = train()
    check_model(model)
    asyncio.run(supervise(found, host=host, port=port, model=model, new_model=train))
