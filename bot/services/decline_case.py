"""An officer says that a waiting case is not theirs."""

from __future__ import annotations

from bot.casework.holding import declined
from bot.clock import Clock
from bot.services.case_ports import Changed
from bot.services.change_case import ChangeCase


class DeclineCase:
    """The use-case: on record, and the officer is not told of the case again."""

    def __init__(self, change: ChangeCase, clock: Clock) -> None:
        self._change = change
        self._clock = clock

    def __call__(self, reference: str, officer_id: int) -> Changed:
        """Declines.

        Raises:
            UnknownCase: none that this officer may see.
        """
        return self._change(
            reference,
            lambda file: declined(file, now=self._clock()),
            action="decline",
            officer_id=officer_id,
        )
