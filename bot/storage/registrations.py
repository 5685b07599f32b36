"""Keeps registrations sealed, and hands them out for the portal."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import insert, select
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

    def all(self) -> tuple[Record, ...]:
        """Every form, oldest first."""
        with read_only(self._engine).connect() as connection:
            rows = connection.execute(select(table.c.record_sealed).order_by(table.c.id)).scalars()
            return tuple(Record.from_json(json.loads(self._privacy.unseal(row))) for row in rows)
