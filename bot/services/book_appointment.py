"""Takes a place of a slot for a citizen."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.appointments.appointment import Appointment, NoSuchSlot, new_appointment
from bot.clock import Clock
from bot.logs import Log
from bot.services.record_ports import Appointments, Schedules

_log = Log(__name__)


class BookAppointment:
    """The use-case: one active appointment a citizen, mission and service."""

    def __init__(self, schedules: Schedules, appointments: Appointments, clock: Clock) -> None:
        self._schedules = schedules
        self._appointments = appointments
        self._clock = clock

    def __call__(
        self, conversation_id: str, *, mission_id: str, service_code: str, starts_at: datetime
    ) -> Appointment:
        """Books a slot.

        Args:
            starts_at: the slot's start (aware).

        Raises:
            NoSuchSlot: there is no such slot, or it is too late for it.
            SlotTaken: the last place is gone.
            AlreadyBooked: there is one already; it comes with the error and can be moved.
        """
        now = self._clock()
        schedule = self._schedules.schedule(mission_id, service_code)
        slot = schedule.slot(starts_at.astimezone(timezone.utc), now) if schedule else None
        if schedule is None or slot is None:
            raise NoSuchSlot(mission_id)
        wanted = new_appointment(slot, conversation_id, mission_timezone=schedule.timezone, now=now)
        booked = self._appointments.book(wanted, capacity=slot.capacity)
        _log.info("appointment.booked", appointment=booked.reference, mission=mission_id)
        return booked
