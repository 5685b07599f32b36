"""Reminds citizens of tomorrow's appointments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from bot.appointments.appointment import Appointment
from bot.clock import Clock
from bot.conversation.language import DEFAULT_LANGUAGE
from bot.conversation.session import Owner, Session
from bot.logs import Log
from bot.messages import OutboundMessage
from bot.services.ports import Outbox
from bot.services.record_ports import Appointments

_AT_ONCE = 100
_log = Log(__name__)

_LATER = timedelta(minutes=30)


class ReminderWords(Protocol):
    """Says a reminder."""

    def reminder(self, appointment: Appointment, language: str) -> OutboundMessage:
        """That the appointment is tomorrow."""


class RemindAppointments:
    """The use-case of a timer: to be called every minute or so, by as many workers as there are."""

    def __init__(
        self,
        appointments: Appointments,
        outbox: Outbox,
        *,
        sessions: Callable[[str], Session | None],
        words: ReminderWords,
        clock: Clock,
    ) -> None:
        self._appointments = appointments
        self._outbox = outbox
        self._sessions = sessions
        self._words = words
        self._clock = clock

    def __call__(self) -> tuple[str, ...]:
        """Writes what is due to the outbox.

        The key of a reminder is the appointment with its version: said twice at once, or again
        after a crash, it stands in the outbox once; a moved appointment is reminded of anew.
        While an officer has the conversation, the reminder waits.

        Returns:
            The conversations that have something to be delivered now.
        """
        now = self._clock()
        written = []
        for appointment in self._appointments.due_reminders(now, limit=_AT_ONCE):
            session = self._sessions(appointment.conversation_id)
            if session is None or session.owner is not Owner.BOT:
                self._appointments.postpone_reminder(appointment, now + _LATER)
                continue
            self._outbox.write(
                appointment.conversation_id,
                in_reply_to=f"reminder:{appointment.reference}:{appointment.version}",
                messages=[self._words.reminder(appointment, session.language or DEFAULT_LANGUAGE)],
                only_if_owner=Owner.BOT,
            )
            self._appointments.mark_reminded(appointment)
            written.append(appointment.conversation_id)
            _log.info("appointment.reminded", appointment=appointment.reference)
        return tuple(dict.fromkeys(written))
