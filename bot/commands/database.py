"""`db …`: schema and facts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from bot import settings
from bot.storage import schema, seeding
from bot.storage.engine import make_engine


def _engine(data_dir: str | None) -> Engine:
    return make_engine(settings.load(data_dir=data_dir).database_url)


def upgrade(data_dir: str | None) -> dict[str, str]:
    """Brings the schema up to date."""
    schema.upgrade(_engine(data_dir))
    return {"schema": "up to date"}


def seed(data_dir: str | None) -> dict[str, Any]:
    """Brings the seed facts in; says what changed."""
    engine = _engine(data_dir)
    schema.check(engine)
    return asdict(seeding.seed(engine))


def import_file(data_dir: str | None, path: Path) -> dict[str, Any]:
    """Takes the rows of one file; says what changed."""
    engine = _engine(data_dir)
    schema.check(engine)
    return asdict(seeding.import_file(engine, path))


def export(data_dir: str | None, folder: Path) -> dict[str, Any]:
    """Writes every table; says which files."""
    engine = _engine(data_dir)
    schema.check(engine)
    return {"files": [str(path) for path in seeding.export(engine, folder)]}
