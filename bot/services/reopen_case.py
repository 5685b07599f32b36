"""An officer opens a closed case again; a citizen does so by writing (`relay_from_citizen`)."""

from __future__ import annotations

from bot.casework.opening import reopened_by_officer
from bot.clock import Clock
from bot.services.case_ports import Changed, Timetables
from bot.services.change_case import ChangeCase


class ReopenCase:
    """The use-case: the case waits in the queue again."""

    def __init__(self, change: ChangeCase, timetables: Timetables, clock: Clock) -> None:
        self._change = change
        self._timetables = timetables
        self._clock = clock

    def __call__(self, reference: str, officer_id: int) -> Changed:
        """Reopens.

        Raises:
            UnknownCase, NotAllowed, WrongState: see there.
        """
        return self._change(
            reference,
            lambda file: reopened_by_officer(
                file, now=self._clock(), times=self._timetables.of_case
            ),
            action="reopen",
            officer_id=officer_id,
        )
