"""Timers in the database: they outlive every process, and one worker has those of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, text, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import Select

from bot.casework.events import Event
from bot.casework.timetable import TimerKind
from bot.clock import Clock
from bot.services.case_ports import DueTimer
from bot.storage.case_rows import event_of
from bot.storage.tables.casework import case_events, timers
from bot.storage.times import utc

TAKEN_FOR = timedelta(seconds=60)
_POSTGRESQL_LOCK = 7_203_451_881  # any number that nobody else uses: one worker takes at a time


class SqlTimers:
    """The `Timers` port on the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def take(
        self, now: datetime, *, worker_id: str, limit: int, reference: str | None = None
    ) -> tuple[DueTimer, ...]:
        """Takes due timers, oldest first; they come back if they are not done within a minute."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK}
                )
            rows = connection.execute(_due(now, limit, reference)).all()
            if not rows:
                return ()
            connection.execute(
                update(timers)
                .where(timers.c.id.in_([row.id for row in rows]))
                .values(
                    taken_by=worker_id,
                    taken_until=now + TAKEN_FOR,
                    attempts=timers.c.attempts + 1,
                )
            )
            events = _events(connection, [row.event_id for row in rows if row.event_id])
        return tuple(
            DueTimer(
                id=row.id,
                kind=TimerKind(row.kind),
                reference=row.case_reference,
                due_at=utc(row.due_at),
                event=events.get(row.event_id),
                attempts=row.attempts + 1,
            )
            for row in rows
        )

    def done(self, timer_id: int) -> None:
        """It need not go off again."""
        with self._engine.begin() as connection:
            connection.execute(
                update(timers)
                .where(timers.c.id == timer_id, timers.c.done_at.is_(None))
                .values(done_at=self._clock())
            )

    def postpone(self, taken: Sequence[DueTimer], *, until: datetime) -> None:
        """Gives timers back; none of their cases is taken before `until`."""
        if not taken:
            return
        with self._engine.begin() as connection:
            connection.execute(
                update(timers)
                .where(timers.c.id.in_([each.id for each in taken]))
                .values(taken_until=until)
            )


def _due(now: datetime, limit: int, reference: str | None) -> Select:
    taken = timers.alias()
    in_hand = select(taken.c.case_reference).where(
        taken.c.done_at.is_(None), taken.c.taken_until > now
    )
    query = (
        select(timers)
        .where(
            timers.c.done_at.is_(None),
            timers.c.due_at <= now,
            or_(timers.c.taken_until.is_(None), timers.c.taken_until <= now),
            timers.c.case_reference.not_in(in_hand),
        )
        .order_by(timers.c.due_at, timers.c.id)
        .limit(limit)
    )
    if reference is not None:
        query = query.where(
            timers.c.case_reference == reference, timers.c.kind == TimerKind.TELL.value
        )
    return query


def _events(connection: Connection, numbers: list[int]) -> dict[int, Event]:
    if not numbers:
        return {}
    rows = connection.execute(select(case_events).where(case_events.c.id.in_(numbers)))
    return {row.id: event_of(row) for row in rows}
