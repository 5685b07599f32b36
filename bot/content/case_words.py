"""What a citizen is told about a case, from `data/responses`: waiting, an officer, the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.casework.case import Case
from bot.casework.officers import KEMLU_DESK, Officer
from bot.content.catalogue import Catalogue
from bot.content.words import local_time
from bot.emergency.kinds import Wish
from bot.messages import OutboundMessage
from bot.services.escalate import Expectation
from bot.services.ports import ConsularFacts
from bot.services.serve_waiting import rating_buttons


class CatalogueCaseWords:
    """Fills `bot.services.serve_waiting.WaitingWords`, and speaks for officers.

    What somebody else may read over the citizen's shoulder says nothing of officers or cases.
    """

    def __init__(self, catalogue: Catalogue, facts: ConsularFacts) -> None:
        self._catalogue = catalogue
        self._facts = facts

    def received(self, language: str, *, case: str) -> OutboundMessage:
        """That a message has reached the case."""
        return self._rendered("utter_queue_received", language, case=case)

    def left(self, language: str, *, case: str) -> OutboundMessage:
        """That nobody comes any more and the bot answers."""
        return self._rendered("utter_queue_left", language, case=case)

    def rated(self, language: str, *, is_content: bool) -> OutboundMessage:
        """Thanks for a rating."""
        key = "utter_case_rated" if is_content else "utter_case_rated_low"
        return self._rendered(key, language)

    def claimed(self, case: Case, language: str, *, officer: str) -> OutboundMessage:
        """That an officer answers now."""
        if is_discreet(case):
            return self._rendered("utter_case_claimed_discreet", language, officer=officer)
        mission = self.desk_name(case.mission_id, language)
        return self._rendered(
            "utter_case_claimed", language, officer=officer, mission=mission, case=case.reference
        )

    def says(self, case: Case, language: str, *, officer: str, words: str) -> str:
        """An officer's words with the officer's name."""
        key = "utter_case_says_discreet" if is_discreet(case) else "utter_case_says"
        return self._catalogue.text(key, language, officer=officer, words=words)

    def moved(self, case: Case, language: str, *, to_mission: str | None) -> OutboundMessage:
        """That another mission, or another desk of the mission, has the case."""
        if to_mission is None:
            return self._rendered("utter_case_handed", language, case=case.reference)
        mission = self.desk_name(to_mission, language)
        return self._rendered("utter_case_moved", language, case=case.reference, mission=mission)

    def waits_again(self, case: Case, language: str) -> OutboundMessage:
        """That the officer has put the case back."""
        return self._rendered("utter_case_waits_again", language, case=case.reference)

    def reopened(self, case: Case, language: str) -> OutboundMessage:
        """That the case is open again."""
        return self._rendered("utter_case_reopened", language, case=case.reference)

    def closed(self, case: Case, language: str, *, officer: str) -> OutboundMessage:
        """Goodbye, with the rating in one tap."""
        if is_discreet(case):
            return self._rendered("utter_case_closed_discreet", language)
        text = self._catalogue.text(
            "utter_case_closed", language, officer=officer, case=case.reference
        )
        return OutboundMessage(text, buttons=rating_buttons(case.reference))

    def desk_name(self, mission_id: str | None, language: str) -> str:
        """The name of a mission, or of the ministry in Jakarta."""
        known = None if mission_id in (None, KEMLU_DESK) else self._facts.mission(mission_id or "")
        if known:
            return known.name.text(language)
        return self._catalogue.text("utter_desk_kemlu", language)

    def _rendered(self, key: str, language: str, **values: Any) -> OutboundMessage:
        rendered = self._catalogue.render(key, language, values)
        return OutboundMessage(rendered.text, buttons=rendered.buttons)


class OfficerVoice:
    """Fills `bot.services.relay_from_officer.Voice`; reads the catalogue when first asked."""

    def __init__(self, facts: ConsularFacts) -> None:
        self._facts = facts
        self._words: CatalogueCaseWords | None = None

    def spoken(self, case: Case, officer: Officer, message: OutboundMessage) -> OutboundMessage:
        """The words with the officer's name."""
        if self._words is None:
            self._words = CatalogueCaseWords(Catalogue.load(), self._facts)
        text = self._words.says(case, case.language, officer=officer.name, words=message.text)
        return replace(message, text=text)


def is_discreet(case: Case) -> bool:
    """Whether somebody who must not know may read what we write."""
    return Wish.DISCREET.value in case.wishes


def expectation_values(
    expected: Expectation | None, *, office: str | None, language: str
) -> dict[str, Any]:
    """The values of a response that tells of the waiting time; nothing that is only assumed.

    Args:
        office: whose hours they are; None where the place is not known.
    """
    if expected is None or office is None or expected.is_open is None:
        return {}
    if expected.is_open:
        return {"open_office": office}
    opens_at = expected.opens_at
    return {
        "closed_office": office,
        "opens_at": local_time(opens_at, expected.timezone, language) if opens_at else None,
    }
