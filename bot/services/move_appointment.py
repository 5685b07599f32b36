"""Moves an appointment to another slot; the old place is kept until the new one is sure."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.appointments.appointment import Appointment, NoSuchSlot, moved
from bot.clock import Clock
from bot.logs import Log
from bot.services.own_appointment import own_appointment
from bot.services.record_ports import Appointments, Schedules

_log = Log(__name__)


class MoveAppointment:
    """The use-case; the reference stays the same."""

    def __init__(self, schedules: Schedules, appointments: Appointments, clock: Clock) -> None:
        self._schedules = schedules
        self._appointments = appointments
        self._clock = clock

    def __call__(self, conversation_id: str, *, reference: str, starts_at: datetime) -> Appointment:
        """Moves to the slot that starts then; to the same one changes nothing.

        Args:
            starts_at: the new slot's start (aware).

        Raises:
            NoAppointment: the citizen has none with this reference, or it is over.
            NoSuchSlot: there is no such slot, or it is too late for it.
            SlotTaken: the last place is gone; the old one is kept.
            AppointmentChanged: it was changed in the same moment.
        """
        now = self._clock()
        current = own_appointment(self._appointments, conversation_id, reference=reference, now=now)
        schedule = self._schedules.schedule(current.mission_id, current.service_code)
        slot = schedule.slot(starts_at.astimezone(timezone.utc), now) if schedule else None
        if schedule is None or slot is None:
            raise NoSuchSlot(current.mission_id)
        if slot.starts_at == current.starts_at:
            return current
        wanted = moved(current, slot, mission_timezone=schedule.timezone, now=now)
        done = self._appointments.move(current, wanted, capacity=slot.capacity)
        _log.info("appointment.moved", appointment=done.reference, mission=done.mission_id)
        return done
