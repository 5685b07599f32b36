"""Appointments in the database, which itself refuses the last place to the second who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.row import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from bot.appointments.appointment import (
    AlreadyBooked,
    Appointment,
    AppointmentChanged,
    AppointmentState,
    SlotTaken,
)
from bot.appointments.schedule import Slot
from bot.storage.engine import read_only
from bot.storage.locks import wait_in_line
from bot.storage.tables.records import appointments
from bot.storage.times import utc

_BOOKED = AppointmentState.BOOKED.value


class SqlAppointments:
    """The `Appointments` port on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = read_only(engine)

    def taken(self, slots: Sequence[Slot]) -> dict[datetime, int]:
        """How many places are taken, by the slots' start. All slots are of one schedule."""
        if not slots:
            return {}
        query = (
            select(appointments.c.starts_at, func.count())
            .where(
                appointments.c.mission_id == slots[0].mission_id,
                appointments.c.service_code == slots[0].service_code,
                appointments.c.starts_at >= slots[0].starts_at,
                appointments.c.starts_at <= slots[-1].starts_at,
                appointments.c.state == _BOOKED,
            )
            .group_by(appointments.c.starts_at)
        )
        with self._reading.connect() as connection:
            return {utc(at): count for at, count in connection.execute(query)}

    def book(self, wanted: Appointment, *, capacity: int) -> Appointment:
        """Takes a place of a slot.

        Raises:
            SlotTaken: no place is left.
            AlreadyBooked: the citizen has one for this mission and service.
        """
        try:
            with self._engine.begin() as connection:
                _end_what_is_over(connection, wanted)
                earlier = connection.execute(_active(wanted)).first()
                if earlier:
                    raise AlreadyBooked(_appointment(earlier))
                place = _free_place(connection, wanted, capacity)
                connection.execute(insert(appointments).values(place=place, **_values(wanted)))
        except IntegrityError:
            # The same citizen booked another slot in the same moment.
            with self._reading.connect() as connection:
                earlier = connection.execute(_active(wanted)).first()
            if earlier is None:
                raise
            raise AlreadyBooked(_appointment(earlier)) from None
        return wanted

    def move(self, current: Appointment, moved: Appointment, *, capacity: int) -> Appointment:
        """Takes a place of another slot and gives the old one back, in one step.

        Raises:
            SlotTaken: no place is left; the old one is kept.
            AppointmentChanged: it is not as it was when `current` was read.
        """
        with self._engine.begin() as connection:
            place = _free_place(connection, moved, capacity)
            _change(connection, current, {"place": place, **_values(moved)})
        return moved

    def cancel(self, current: Appointment, *, now: datetime) -> Appointment:
        """Gives the place back.

        Raises:
            AppointmentChanged: it is not as it was when `current` was read.
        """
        cancelled = replace(
            current,
            state=AppointmentState.CANCELLED,
            version=current.version + 1,
            changed_at=now,
            remind_at=None,
        )
        with self._engine.begin() as connection:
            _change(connection, current, _values(cancelled))
        return cancelled

    def of_citizen(self, conversation_id: str, *, now: datetime) -> tuple[Appointment, ...]:
        """What a citizen has booked and is not over, the soonest first."""
        query = (
            select(appointments)
            .where(
                appointments.c.conversation_id == conversation_id,
                appointments.c.state == _BOOKED,
                appointments.c.ends_at > now,
            )
            .order_by(appointments.c.starts_at)
        )
        with self._reading.connect() as connection:
            return tuple(_appointment(row) for row in connection.execute(query))

    def by_reference(self, reference: str) -> Appointment | None:
        """One appointment in whatever state."""
        query = select(appointments).where(appointments.c.reference == reference)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return _appointment(row) if row else None

    def due_reminders(self, now: datetime, *, limit: int) -> tuple[Appointment, ...]:
        """Those whose reminder is due and which are not past, the soonest first."""
        query = (
            select(appointments)
            .where(
                appointments.c.remind_at <= now,
                appointments.c.state == _BOOKED,
                appointments.c.starts_at > now,
            )
            .order_by(appointments.c.remind_at)
            .limit(limit)
        )
        with self._reading.connect() as connection:
            return tuple(_appointment(row) for row in connection.execute(query))

    def postpone_reminder(self, appointment: Appointment, until: datetime) -> None:
        """The reminder is said later; one that was moved meanwhile keeps its new timer."""
        self._set_reminder(appointment, until)

    def mark_reminded(self, appointment: Appointment) -> None:
        """The reminder is said; one that was moved meanwhile keeps its new timer."""
        self._set_reminder(appointment, None)

    def _set_reminder(self, appointment: Appointment, at: datetime | None) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(appointments).where(_as_it_was(appointment)).values(remind_at=at)
            )


def _free_place(connection: Connection, wanted: Appointment, capacity: int) -> int:
    """The lowest free place of a slot; others who want one of the same slot wait here."""
    slot = (wanted.mission_id, wanted.service_code, wanted.starts_at)
    wait_in_line(connection, f"slot:{'|'.join(map(str, slot))}")
    query = select(appointments.c.place).where(
        appointments.c.mission_id == wanted.mission_id,
        appointments.c.service_code == wanted.service_code,
        appointments.c.starts_at == wanted.starts_at,
        appointments.c.state == _BOOKED,
    )
    taken = set(connection.execute(query).scalars())
    free = next((place for place in range(1, capacity + 1) if place not in taken), None)
    if free is None or len(taken) >= capacity:
        raise SlotTaken(wanted.mission_id)
    return free


def _end_what_is_over(connection: Connection, wanted: Appointment) -> None:
    connection.execute(
        update(appointments)
        .where(_of_same_matter(wanted), appointments.c.ends_at <= wanted.booked_at)
        .values(state=AppointmentState.OVER.value, remind_at=None)
    )


def _change(connection: Connection, current: Appointment, values: dict[str, object]) -> None:
    done = connection.execute(update(appointments).where(_as_it_was(current)).values(values))
    if done.rowcount == 0:
        raise AppointmentChanged(current.reference)


def _as_it_was(appointment: Appointment) -> ColumnElement:
    return (
        (appointments.c.reference == appointment.reference)
        & (appointments.c.version == appointment.version)
        & (appointments.c.state == _BOOKED)
    )


def _of_same_matter(wanted: Appointment) -> ColumnElement:
    return (
        (appointments.c.conversation_id == wanted.conversation_id)
        & (appointments.c.mission_id == wanted.mission_id)
        & (appointments.c.service_code == wanted.service_code)
        & (appointments.c.state == _BOOKED)
    )


def _active(wanted: Appointment) -> ColumnElement:
    return select(appointments).where(_of_same_matter(wanted))


def _values(appointment: Appointment) -> dict[str, object]:
    return {
        "reference": appointment.reference,
        "conversation_id": appointment.conversation_id,
        "mission_id": appointment.mission_id,
        "service_code": appointment.service_code,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "state": appointment.state.value,
        "version": appointment.version,
        "booked_at": appointment.booked_at,
        "changed_at": appointment.changed_at,
        "remind_at": appointment.remind_at,
    }


def _appointment(row: Row) -> Appointment:
    return Appointment(
        reference=row.reference,
        conversation_id=row.conversation_id,
        mission_id=row.mission_id,
        service_code=row.service_code,
        starts_at=utc(row.starts_at),
        ends_at=utc(row.ends_at),
        state=AppointmentState(row.state),
        version=row.version,
        booked_at=utc(row.booked_at),
        changed_at=utc(row.changed_at),
        remind_at=utc(row.remind_at) if row.remind_at else None,
    )
