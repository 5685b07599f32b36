"""The citizen rates a closed case, in one tap."""

from __future__ import annotations

from bot.casework.errors import UnknownCase
from bot.casework.events import CITIZEN
from bot.casework.holding import rated
from bot.casework.transitions import Change, File
from bot.clock import Clock
from bot.services.case_ports import Cases, Changed


class RateCase:
    """The use-case: from 1 to 5, the first rating counts."""

    def __init__(self, cases: Cases, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    def __call__(self, conversation_id: str, reference: str, *, stars: int) -> Changed:
        """Rates; `events` is empty where the rating did not count.

        Raises:
            UnknownCase: not a case of this conversation.
            InvalidWish: not from 1 to 5.
        """

        def decide(file: File) -> Change:
            if file.case.conversation_id != conversation_id:
                raise UnknownCase(reference)
            return rated(file.case, stars, now=self._clock(), actor=CITIZEN)

        return self._cases.change(reference, decide)
