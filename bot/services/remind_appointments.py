"""Reminds citizens of tomorrow's appointments."""

from __future__ import annotations

from collections.abc import Callable

from bot.appointments.appointment import Appointment
from bot.clock import Clock
from bot.logs import Log
from bot.messages import OutboundMessage
from bot.services.ports import Outbox
from bot.services.record_ports import Appointments

_AT_ONCE = 100
_log = Log(__name__)

Words = Callable[[Appointment], OutboundMessage]
"""Says the reminder in the citizen's language."""


class RemindAppointments:
    """The use-case of a timer: to be called every minute or so, by as many workers as there are."""

    def __init__(
        self, appointments: Appointments, outbox: Outbox, *, words: Words, clock: Clock
    ) -> None:
        self._appointments = appointments
        self._outbox = outbox
        self._words = words
        self._clock = clock

    def __call__(self) -> tuple[str, ...]:
        """Writes what is due to the outbox.

        The key of a reminder is the appointment with its version: said twice at once, or again
        after a crash, it stands in the outbox once; a moved appointment is reminded of anew.

        Returns:
            The conversations that have something to be delivered now.
        """
        due = self._appointments.due_reminders(self._clock(), limit=_AT_ONCE)
        for appointment in due:
            self._outbox.write(
                appointment.conversation_id,
                in_reply_to=f"reminder:{appointment.reference}:{appointment.version}",
                messages=[self._words(appointment)],
            )
            self._appointments.mark_reminded(appointment)
            _log.info("appointment.reminded", appointment=appointment.reference)
        return tuple(dict.fromkeys(each.conversation_id for each in due))
