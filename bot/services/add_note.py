"""An officer notes something on a case; the citizen never sees it."""

from __future__ import annotations

from bot.casework.holding import noted
from bot.clock import Clock
from bot.services.case_ports import Changed
from bot.services.change_case import ChangeCase


class AddNote:
    """The use-case; the words are kept sealed."""

    def __init__(self, change: ChangeCase, clock: Clock) -> None:
        self._change = change
        self._clock = clock

    def __call__(self, reference: str, officer_id: int, *, text: str) -> Changed:
        """Adds a note.

        Raises:
            UnknownCase: none that this officer may see.
            InvalidWish: an empty note.
        """
        return self._change(
            reference,
            lambda file: noted(file, text, now=self._clock()),
            action="note",
            officer_id=officer_id,
        )
