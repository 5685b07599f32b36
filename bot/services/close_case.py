"""A case ends, by its officer or, while it waits, by the citizen."""

from __future__ import annotations

from bot.casework.case import Outcome
from bot.casework.errors import InvalidWish, UnknownCase
from bot.casework.holding import closed
from bot.casework.opening import withdrawn
from bot.casework.transitions import Change, File
from bot.clock import Clock
from bot.services.case_ports import Cases, Changed
from bot.services.change_case import ChangeCase

_BY_CITIZEN = (Outcome.WITHDRAWN, Outcome.FALSE_ALARM)


class CloseCase:
    """The use-case: with an outcome; the bot answers again unless another case is open."""

    def __init__(self, change: ChangeCase, cases: Cases, clock: Clock) -> None:
        self._change = change
        self._cases = cases
        self._clock = clock

    def __call__(self, reference: str, officer_id: int, *, outcome: Outcome) -> Changed:
        """Closes.

        Raises:
            UnknownCase, NotAllowed, WrongState: see there.
        """
        return self._change(
            reference,
            lambda file: closed(file, outcome, now=self._clock()),
            action="close",
            officer_id=officer_id,
        )

    def by_citizen(
        self, conversation_id: str, reference: str, *, outcome: Outcome = Outcome.WITHDRAWN
    ) -> Changed:
        """The citizen gives up waiting ("batal"), or is safe ("saya aman": `FALSE_ALARM`).

        Raises:
            UnknownCase: not a case of this conversation.
            WrongState: an officer has it, or it is closed.
            InvalidWish: no outcome of a citizen's.
        """
        if outcome not in _BY_CITIZEN:
            raise InvalidWish("an outcome that only officers give")

        def decide(file: File) -> Change:
            if file.case.conversation_id != conversation_id:
                raise UnknownCase(reference)
            return withdrawn(file, now=self._clock(), outcome=outcome)

        return self._cases.change(reference, decide)
