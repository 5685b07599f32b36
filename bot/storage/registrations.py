"""Keeps registrations sealed, and hands them out for the portal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Engine

from bot.guided.record import Record
from bot.privacy import Privacy
from bot.storage.engine import read_only
from bot.storage.tables.registrations import registrations as table


class SqlRegistrations:
    """Confirmed forms in the database."""

    def __init__(self, engine: Engine, privacy: Privacy) -> None:
        self._engine = engine
        self._privacy = privacy

    def keep(self, conversation_id: str, record: Record) -> None:
        """Stores a confirmed form."""
        row = {
            "conversation_id": conversation_id,
            "form": record.form,
            "record_sealed": self._privacy.seal(json.dumps(record.as_json())),
            "submitted_at": datetime.fromisoformat(record.submitted_at),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(table).values(row))

    def all(self) -> dict[int, Record]:
        """Every form by its number, oldest first."""
        query = select(table.c.id, table.c.record_sealed).order_by(table.c.id)
        with read_only(self._engine).connect() as connection:
            rows = connection.execute(query).all()
        return {
            row.id: Record.from_json(json.loads(self._privacy.unseal(row.record_sealed)))
            for row in rows
        }

    def mark_exported(self, numbers: Iterable[int], at: datetime) -> None:
        """They were handed out; of one that was before, the first time counts."""
        rows = [{"number": number} for number in numbers]
        if not rows:
            return
        first = (
            update(table)
            .where(table.c.id == bindparam("number"), table.c.exported_at.is_(None))
            .values(exported_at=at)
        )
        with self._engine.begin() as connection:
            connection.execute(first, rows)
