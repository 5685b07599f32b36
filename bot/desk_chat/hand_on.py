"""An officer hands a case on: to another desk, a colleague, another mission."""

from __future__ import annotations

from bot.casework.case import Case, Function
from bot.casework.errors import CaseError, UnknownCase
from bot.casework.officers import KEMLU_DESK, Officer, may_see
from bot.content.case_words import CatalogueCaseWords
from bot.desk_chat.cards import Cards, language_of
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Do
from bot.desk_chat.done import Done, refusal
from bot.desk_chat.places import read_function, read_missions
from bot.desk_chat.ports import Desk
from bot.messages import Button
from bot.services.ports import ConsularFacts

_TO_OFFICER = "officer:"
_TO_MISSION = "mission:"
_COLLEAGUES = 5
_MISSIONS = 8


class HandOn:
    """Reads the destination from words or from a button, or asks for it."""

    def __init__(
        self, desk: Desk, cards: Cards, *, facts: ConsularFacts, words: CatalogueCaseWords
    ) -> None:
        self._desk = desk
        self._cards = cards
        self._facts = facts
        self._words = words

    def __call__(self, officer: Officer, reference: str, wanted: str) -> Done:
        """Transfers.

        Args:
            wanted: what was typed, or what one of our buttons carries; empty to be asked.
        """
        case = self._desk.cases.get(reference)
        if case is None or not may_see(officer, case):
            error = UnknownCase(reference)
            return Done((refusal(error, officer, self._cards, reference=reference),))
        if not wanted:
            return self._ask(officer, case)
        if wanted.startswith(_TO_OFFICER) and wanted.removeprefix(_TO_OFFICER).isdecimal():
            return self._to(officer, case, to_officer=int(wanted.removeprefix(_TO_OFFICER)))
        if wanted.startswith(_TO_MISSION):
            return self._to(officer, case, mission_id=wanted.removeprefix(_TO_MISSION))
        function = read_function(wanted)
        if function is not None:
            return self._to(officer, case, function=function)
        found = read_missions(wanted, self._facts.missions())
        if len(found) == 1:
            return self._to(officer, case, mission_id=found[0])
        key = "which_mission" if found else "no_mission"
        choices = [self._mission(each, case, officer) for each in found[:_MISSIONS]]
        return Done((self._cards.message(key, officer, *choices, case=case.reference),))

    def _to(
        self,
        officer: Officer,
        case: Case,
        *,
        mission_id: str | None = None,
        function: Function | None = None,
        to_officer: int | None = None,
    ) -> Done:
        try:
            self._desk.transfer(
                case.reference,
                officer.id,
                mission_id=mission_id,
                function=function,
                to_officer=to_officer,
            )
        except CaseError as error:
            return Done((refusal(error, officer, self._cards, reference=case.reference),))
        told = self._cards.message("transferred", officer, case=case.reference)
        return Done((told,), case=case.reference, conversation_id=case.conversation_id)

    def _ask(self, officer: Officer, case: Case) -> Done:
        choices = [*self._cards.functions(case, officer), *self._colleagues(officer, case)]
        if case.mission_id != KEMLU_DESK:
            title = self._cards.text("button_to_kemlu", officer)
            to_kemlu = f"{_TO_MISSION}{KEMLU_DESK}"
            choices.append(button(title, Do.TRANSFER, case.reference, argument=to_kemlu))
        choices.append(self._cards.button(officer, Do.CANCEL))
        return Done((self._cards.message("ask_transfer", officer, *choices, case=case.reference),))

    def _colleagues(self, officer: Officer, case: Case) -> list[Button]:
        others = [
            each
            for each in self._desk.officers.active()
            if each.id != officer.id
            and may_see(each, case)
            and self._desk.recipients.is_on_duty(each)
        ]
        return [
            button(each.name, Do.TRANSFER, case.reference, argument=f"{_TO_OFFICER}{each.id}")
            for each in others[:_COLLEAGUES]
        ]

    def _mission(self, mission_id: str, case: Case, officer: Officer) -> Button:
        name = self._words.desk_name(mission_id, language_of(officer))
        return button(name, Do.TRANSFER, case.reference, argument=f"{_TO_MISSION}{mission_id}")
