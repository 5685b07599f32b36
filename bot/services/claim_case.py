"""An officer takes a case."""

from __future__ import annotations

from bot.casework.holding import claimed
from bot.clock import Clock
from bot.services.case_ports import Changed, Timetables
from bot.services.change_case import ChangeCase


class ClaimCase:
    """The use-case: the first claim wins, whoever comes second is told who has it."""

    def __init__(self, change: ChangeCase, timetables: Timetables, clock: Clock) -> None:
        self._change = change
        self._timetables = timetables
        self._clock = clock

    def __call__(self, reference: str, officer_id: int) -> Changed:
        """Claims; again by the same officer changes nothing.

        Raises:
            AlreadyClaimed: somebody else has it (`name`, `since`), or talks with this citizen
                (`ConversationHeld`, with the other case's `reference`).
            UnknownCase: none that this officer may see.
            WrongState: it is closed.
        """
        return self._change(
            reference,
            lambda file: claimed(file, now=self._clock(), times=self._timetables.of_case),
            action="claim",
            officer_id=officer_id,
        )
