"""Deletes what is old, a batch a transaction: looked for without a lock, checked again under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.conversation.retention import Kind
from bot.services.clear_old import Cleared
from bot.storage.engine import read_only
from bot.storage.locks import wait_in_line
from bot.storage.old_words import (
    Found,
    delete_conversations,
    delete_words,
    empty_cases,
    find_cases,
    find_conversations,
    find_words,
)
from bot.storage.tables.desk import desk_links, desk_sessions
from bot.storage.tables.officers import enrolment_codes
from bot.storage.tables.records import appointments
from bot.storage.tables.registrations import registrations

_LINE = "retention"
_AGAIN = "again"


@dataclass(frozen=True)
class _Shelf:
    """Rows that are over when one of their columns says so.

    Args:
        over_at: an instant; a row without it is not over.
    """

    table: Table
    over_at: Column[Any]

    @property
    def key(self) -> Column[Any]:
        """The primary key."""
        (column,) = self.table.primary_key.columns
        return column


_SHELVES: Mapping[Kind, tuple[_Shelf, ...]] = {
    Kind.REGISTRATIONS: (_Shelf(registrations, registrations.c.exported_at),),
    Kind.APPOINTMENTS: (_Shelf(appointments, appointments.c.ends_at),),
    Kind.ACCESS: (
        _Shelf(enrolment_codes, enrolment_codes.c.expires_at),
        _Shelf(desk_links, desk_links.c.expires_at),
        _Shelf(desk_sessions, desk_sessions.c.ends_at),
    ),
}
_Find = Callable[[Connection, datetime, "str | None", int], Found]
_Delete = Callable[[Connection, Found, datetime], dict[str, int]]
_CONNECTED: Mapping[Kind, tuple[_Find, _Delete]] = {
    Kind.CASES: (find_cases, empty_cases),
    Kind.CHAT: (find_words, delete_words),
    Kind.CONVERSATIONS: (find_conversations, delete_conversations),
}


class SqlOldData:
    """The `OldData` port on the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._clock = clock

    def clear(self, kind: Kind, before: datetime, *, after: str | None, limit: int) -> Cleared:
        """Deletes what was over `before`; the same again changes nothing."""
        if kind in _SHELVES:
            return self._clear_shelves(_SHELVES[kind], before, limit)
        find, remove = _CONNECTED[kind]
        with self._reading.connect() as connection:
            found = find(connection, before, after, limit)
        if not found.keys:
            return Cleared(next=found.next)
        try:
            with self._engine.begin() as connection:
                wait_in_line(connection, _LINE)
                counted = remove(connection, found, self._clock())
        except IntegrityError:
            counted = {}  # somebody has just written there: it is not old any more
        return Cleared(_without_zeros(counted), next=found.next)

    def _clear_shelves(self, shelves: tuple[_Shelf, ...], before: datetime, limit: int) -> Cleared:
        with self._reading.connect() as connection:
            keys = {
                shelf: tuple(
                    connection.execute(
                        select(shelf.key).where(shelf.over_at < before).limit(limit)
                    ).scalars()
                )
                for shelf in shelves
            }
        if not any(keys.values()):
            return Cleared()
        counted = {}
        with self._engine.begin() as connection:
            wait_in_line(connection, _LINE)
            for shelf, found in keys.items():
                done = connection.execute(
                    delete(shelf.table).where(shelf.key.in_(found), shelf.over_at < before)
                )
                counted[shelf.table.name] = done.rowcount
        is_more = any(len(found) == limit for found in keys.values())
        return Cleared(_without_zeros(counted), next=_AGAIN if is_more else None)


def _without_zeros(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if number}
