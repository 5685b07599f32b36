"""An officer puts a case back into the queue."""

from __future__ import annotations

from bot.casework.holding import released
from bot.clock import Clock
from bot.services.case_ports import Changed, Timetables
from bot.services.change_case import ChangeCase


class ReleaseCase:
    """The use-case: the citizen waits again, the ladder starts anew."""

    def __init__(self, change: ChangeCase, timetables: Timetables, clock: Clock) -> None:
        self._change = change
        self._timetables = timetables
        self._clock = clock

    def __call__(self, reference: str, officer_id: int) -> Changed:
        """Releases.

        Raises:
            UnknownCase, NotAllowed, WrongState: see there.
        """
        return self._change(
            reference,
            lambda file: released(file, now=self._clock(), times=self._timetables.of_case),
            action="release",
            officer_id=officer_id,
        )
