"""Where a citizen has said to live, for the moment that they cannot say where they are."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.consular.place import Place
from bot.guided.record import Record
from bot.privacy import Privacy
from bot.storage.engine import read_only
from bot.storage.tables.registrations import registrations as table

_NOWHERE = Place()
_LEFT = "return"


class RegisteredPlaces:
    """Reads the place out of the latest registration that a citizen made for themselves."""

    def __init__(self, engine: Engine, privacy: Privacy) -> None:
        self._reading = read_only(engine)
        self._privacy = privacy

    def __call__(self, conversation_id: str) -> Place:
        """The place; none if nothing is registered, or the citizen went home since."""
        query = (
            select(table.c.record_sealed)
            .where(table.c.conversation_id == conversation_id)
            .order_by(table.c.id.desc())
        )
        with self._reading.connect() as connection:
            for sealed in connection.execute(query).scalars():
                record = Record.from_json(json.loads(self._privacy.unseal(sealed)))
                if record.writer:
                    continue
                return _place(record)
        return _NOWHERE


def _place(record: Record) -> Place:
    about = record.about
    if about.get("event") == _LEFT or "country" not in about:
        return _NOWHERE
    return Place(country=about["country"], city=about.get("city"))
