"""An appointment of a citizen with a mission, and what can go wrong with one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from enum import Enum
from zoneinfo import ZoneInfo

from bot.appointments.schedule import Slot
from bot.casework.reference import ALPHABET
from bot.errors import ConsularError

_REMINDER_TIME = time(9, 0)
_WORD_LENGTH = 5


class AppointmentState(str, Enum):
    """Where an appointment stands; only a booked one holds a place."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    OVER = "over"


class SlotTaken(ConsularError):
    """No place is left in the slot."""


class NoSuchSlot(ConsularError):
    """The mission has no such slot, or it cannot be booked any more."""


class NoAppointment(ConsularError):
    """The citizen has no such appointment, or it is over."""


class AppointmentChanged(ConsularError):
    """Somebody changed the appointment in the same moment."""


class AlreadyBooked(ConsularError):
    """The citizen has an appointment for this mission and service already.

    Args:
        appointment: the one there is; it can be moved.
    """

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.reference)
        self.appointment = appointment


@dataclass(frozen=True)
class Appointment:
    """Instants are UTC. `version` counts changes; `remind_at` is None where no reminder is due."""

    reference: str
    conversation_id: str
    mission_id: str
    service_code: str
    starts_at: datetime
    ends_at: datetime
    state: AppointmentState
    version: int
    booked_at: datetime
    changed_at: datetime
    remind_at: datetime | None


def new_appointment(
    slot: Slot, conversation_id: str, *, mission_timezone: str, now: datetime
) -> Appointment:
    """The appointment that takes a place of `slot`.

    Args:
        mission_timezone: IANA name; the reminder keeps office hours there.
    """
    return Appointment(
        reference=_reference(now),
        conversation_id=conversation_id,
        mission_id=slot.mission_id,
        service_code=slot.service_code,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=AppointmentState.BOOKED,
        version=1,
        booked_at=now,
        changed_at=now,
        remind_at=reminder_at(slot.starts_at, mission_timezone, now),
    )


def moved(
    appointment: Appointment, slot: Slot, *, mission_timezone: str, now: datetime
) -> Appointment:
    """The same appointment in another slot."""
    return replace(
        appointment,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        version=appointment.version + 1,
        changed_at=now,
        remind_at=reminder_at(slot.starts_at, mission_timezone, now),
    )


def reminder_at(starts_at: datetime, mission_timezone: str, now: datetime) -> datetime | None:
    """Nine in the morning of the day before, at the mission; None where that is past."""
    zone = ZoneInfo(mission_timezone)
    day_before = starts_at.astimezone(zone).date() - timedelta(days=1)
    at = datetime.combine(day_before, _REMINDER_TIME, zone).astimezone(timezone.utc)
    return at if at > now else None


def _reference(now: datetime) -> str:
    """`JT-YYMMDD-XXXXX` (janji temu), without look-alike characters; the date is that of `now`."""
    word = "".join(secrets.choice(ALPHABET) for _ in range(_WORD_LENGTH))
    return f"JT-{now:%y%m%d}-{word}"
