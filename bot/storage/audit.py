"""Who did what at the desk, append only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.engine import Connection, Engine

from bot.clock import Clock
from bot.storage.tables.casework import audit


class SqlAudit:
    """The `Audit` port on the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, actor: str, action: str, *, subject: str, result: str) -> None:
        """Keeps one line."""
        with self._engine.begin() as connection:
            write_line(
                connection,
                self._clock(),
                actor=actor,
                action=action,
                subject=subject,
                result=result,
            )


def write_line(
    connection: Connection, now: datetime, *, actor: str, action: str, subject: str, result: str
) -> None:
    """Keeps one line within a transaction."""
    connection.execute(
        insert(audit).values(at=now, actor=actor, action=action, subject=subject, result=result)
    )
