"""An officer hands a case on: to another mission, function or colleague."""

from __future__ import annotations

from dataclasses import replace

from bot.casework.case import Function
from bot.casework.errors import InvalidWish
from bot.casework.holding import Destination, transferred
from bot.casework.officers import KEMLU_DESK
from bot.casework.routing import place
from bot.casework.transitions import Change, File
from bot.clock import Clock
from bot.services.case_ports import Changed, Officers, Timetables
from bot.services.change_case import ChangeCase
from bot.services.ports import ConsularFacts


class TransferCase:
    """The use-case: what was said and noted goes with the case."""

    def __init__(
        self,
        change: ChangeCase,
        *,
        officers: Officers,
        facts: ConsularFacts,
        timetables: Timetables,
        clock: Clock,
    ) -> None:
        self._change = change
        self._officers = officers
        self._facts = facts
        self._timetables = timetables
        self._clock = clock

    def __call__(
        self,
        reference: str,
        officer_id: int,
        *,
        mission_id: str | None = None,
        function: Function | None = None,
        to_officer: int | None = None,
        note: str | None = None,
    ) -> Changed:
        """Transfers; what is not named stays as it is.

        Args:
            mission_id: another mission, or `kemlu`.
            to_officer: gets it at once; else it waits for anybody there.
            note: for whoever gets it; the citizen does not see it.

        Raises:
            InvalidWish: no destination, no such mission, or an officer who may not see it there.
            UnknownCase, NotAllowed, WrongState, ConversationHeld: see there.
        """
        to = self._destination(mission_id, function, to_officer=to_officer)

        def decide(file: File) -> Change:
            change = transferred(file, to, now=self._clock(), times=self._timetables.of_case)
            return replace(change, note=(note or "").strip() or None)

        return self._change(reference, decide, action="transfer", officer_id=officer_id)

    def _destination(
        self, mission_id: str | None, function: Function | None, *, to_officer: int | None
    ) -> Destination:
        if mission_id is None and function is None and to_officer is None:
            raise InvalidWish("a transfer to nowhere")
        if mission_id not in (None, KEMLU_DESK) and self._facts.mission(mission_id or "") is None:
            raise InvalidWish("no such mission")
        _, level = place(mission_id, self._officers.active())
        officer = None if to_officer is None else self._officers.get(to_officer)
        if to_officer is not None and officer is None:
            raise InvalidWish("no such officer")
        return Destination(mission_id, function, officer=officer, level=level)
