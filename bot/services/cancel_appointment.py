"""Gives a place back."""

from __future__ import annotations

from bot.appointments.appointment import Appointment
from bot.clock import Clock
from bot.logs import Log
from bot.services.own_appointment import own_appointment
from bot.services.record_ports import Appointments

_log = Log(__name__)


class CancelAppointment:
    """The use-case; the place is free for others at once."""

    def __init__(self, appointments: Appointments, clock: Clock) -> None:
        self._appointments = appointments
        self._clock = clock

    def __call__(self, conversation_id: str, *, reference: str) -> Appointment:
        """Cancels.

        Raises:
            NoAppointment: the citizen has none with this reference, or it is over.
            AppointmentChanged: it was changed in the same moment.
        """
        now = self._clock()
        current = own_appointment(self._appointments, conversation_id, reference=reference, now=now)
        cancelled = self._appointments.cancel(current, now=now)
        _log.info("appointment.cancelled", appointment=cancelled.reference)
        return cancelled
