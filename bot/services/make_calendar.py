"""Makes the calendar file of an appointment, as it stands at that moment."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from bot.appointments.appointment import Appointment
from bot.clock import Clock
from bot.errors import SendFailed
from bot.services.record_ports import Appointments


class CalendarWords(Protocol):
    """Words an appointment as a file."""

    def calendar(self, appointment: Appointment, language: str, now: datetime) -> str | None:
        """The file; None for a mission or a service that is no longer in the database."""


class MakeCalendar:
    """The use-case; nothing is kept, so that a file never tells of an old time.

    Args:
        appointments: where they are recorded.
        is_down: what is raised while the database is away.
    """

    def __init__(
        self,
        appointments: Appointments,
        words: CalendarWords,
        *,
        clock: Clock,
        is_down: tuple[type[Exception], ...],
    ) -> None:
        self._appointments = appointments
        self._words = words
        self._clock = clock
        self._is_down = is_down

    async def __call__(self, reference: str) -> bytes | None:
        """The file; None if there is no such appointment or it is over.

        Args:
            reference: from `calendar_reference`.

        Raises:
            SendFailed: the database is away.
        """
        try:
            return await asyncio.to_thread(self._make, reference)
        except self._is_down:
            raise SendFailed("network", retry=True) from None

    def _make(self, reference: str) -> bytes | None:
        language, _, number = reference.partition("/")
        found, now = self._appointments.by_reference(number), self._clock()
        if found is None or found.ends_at <= now:
            return None
        text = self._words.calendar(found, language, now)
        return text.encode() if text is not None else None


def calendar_reference(appointment: Appointment, language: str) -> str:
    """What names the file of an appointment in a language."""
    return f"{language}/{appointment.reference}"
