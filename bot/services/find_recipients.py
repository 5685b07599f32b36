"""Which officers are told that a case waits."""

from __future__ import annotations

from bot.casework.case import Case
from bot.casework.events import EventKind, officer_of
from bot.casework.officers import Officer, is_on_duty
from bot.casework.routing import recipients
from bot.clock import Clock
from bot.services.case_ports import Officers, Timetables, Transcripts


class FindRecipients:
    """The use-case: those on duty at the rung that the case has reached."""

    def __init__(
        self, officers: Officers, transcripts: Transcripts, *, timetables: Timetables, clock: Clock
    ) -> None:
        self._officers = officers
        self._transcripts = transcripts
        self._timetables = timetables
        self._clock = clock

    def __call__(self, case: Case) -> tuple[Officer, ...]:
        """Officers in the order in which they fit; who declined comes only where nobody else is."""
        now = self._clock()
        staff = self._officers.active()
        on_duty = {officer.id for officer in staff if self.is_on_duty(officer)}
        found = recipients(case, staff, on_duty=on_duty, now=now)
        declined = {
            officer_of(event.actor)
            for event in self._transcripts.events(case.reference)
            if event.kind is EventKind.DECLINED
        }
        return tuple(officer for officer in found if officer.id not in declined) or found

    def is_on_duty(self, officer: Officer) -> bool:
        """Whether an officer is on duty now, in the hours of their first mission."""
        hours = self._timetables.of(officer.missions[0] if officer.missions else None).hours
        return is_on_duty(officer, self._officers.roster(officer.id), hours, now=self._clock())
