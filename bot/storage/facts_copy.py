"""A copy of the facts in a file of its own: what answers when the database is down at start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import Log
from bot.storage.engine import read_only
from bot.storage.facts import SqlConsularFacts
from bot.storage.snapshot import read_snapshot
from bot.storage.tables import metadata
from bot.storage.tables.facts import FACT_TABLES, facts_state

_log = Log(__name__)

# Applications are about people; the copy has facts only.
_PUBLIC = [table for table in FACT_TABLES if not table.info["is_private"]]


class FactsCopy:
    """The last facts that were seen, in a small SQLite file.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: int | None = None

    def refresh(self, engine: Engine) -> bool:
        """Copies the facts if their version is another one; whether it did.

        Raises:
            SQLAlchemyError: the database does not answer; the copy stays as it was.
            OSError: the file cannot be written.
        """
        with read_only(engine).connect() as connection:
            version = int(connection.execute(select(facts_state.c.version)).scalar_one())
            if version == self._version:
                return False
            rows = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in (*_PUBLIC, facts_state)
            }
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        copy = create_engine(f"sqlite:///{draft}", future=True)
        metadata.create_all(copy, tables=[*FACT_TABLES, facts_state])
        with copy.begin() as connection:
            for table, found in rows.items():
                if found:
                    connection.execute(insert(table), found)
        copy.dispose()
        draft.replace(self._path)
        self._version = version
        return True

    def lend(self, facts: SqlConsularFacts) -> bool:
        """Lets `facts` begin with the copy, until their database answers; False without one."""
        if not self._path.is_file():
            return False
        copy = create_engine(f"sqlite:///{self._path}", future=True)
        try:
            with copy.connect() as connection:
                version = int(connection.execute(select(facts_state.c.version)).scalar_one())
                facts.begin_with(read_snapshot(connection, version))
        except SQLAlchemyError as error:
            _log.warning("facts.copy_unreadable", error=type(error).__name__)
            return False
        finally:
            copy.dispose()
        _log.warning("facts.from_copy", version=version)
        return True
