"""Brings the database to the schema of this code, and says when the two do not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from bot.errors import SetupError
from bot.storage.engine import read_only

_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRESQL_LOCK = 7_203_451_880  # any number that nobody else uses: one upgrade at a time


def upgrade(engine: Engine, seal: Callable[[str], str] | None = None) -> None:
    """Makes or upgrades the schema; does nothing if it is up to date.

    Two processes may call it at once: the second waits for the first.

    Args:
        seal: closes personal data that an earlier version kept in clear (`Privacy.seal`);
            a database without any does not need it.

    Raises:
        SetupError: the database is newer than the code, or there is something to seal and no
            `seal`.
    """
    scripts, config = _scripts()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK}
            )
        revision = _revision(connection)
        if revision == scripts.get_current_head():
            return
        _refuse_newer(scripts, revision)
        config.attributes["connection"] = connection
        config.attributes["seal"] = seal
        command.upgrade(config, "head")


def check(engine: Engine) -> None:
    """Makes sure that the schema is the one that this code works with.

    Raises:
        SetupError: no schema, an older one, or one of a newer version of the code.
    """
    scripts, _ = _scripts()
    with read_only(engine).connect() as connection:
        revision = _revision(connection)
    if revision is None:
        raise SetupError("the database is empty: run `python -m bot db upgrade`")
    _refuse_newer(scripts, revision)
    head = scripts.get_current_head()
    if revision != head:
        raise SetupError(
            f"the database is at version {revision}, the code needs {head}: "
            "run `python -m bot db upgrade`"
        )


def _scripts() -> tuple[ScriptDirectory, Config]:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config), config


def _revision(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    return None if revision is None else str(revision)


def _refuse_newer(scripts: ScriptDirectory, revision: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise SetupError(
            f"the database is at version {revision}, which this code does not know: "
            "it belongs to a newer version of the program"
        )
