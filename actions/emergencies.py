"""Emergencies: the card at once, a case, then the question where the citizen is."""

from __future__ import annotations

from typing import Any

from actions.base import Answering, Say
from actions.context import Question, remember
from actions.wiring import services
from bot.casework.case import Priority
from bot.content.cards import emergency_values

_GUIDANCE = {
    "emergency_arrest": "ARREST",
    "emergency_medical": "MEDICAL",
    "emergency_death": "DEATH",
    "emergency_violence": "DOMESTIC_VIOLENCE",
    "emergency_trafficking": "TRAFFICKING",
    "emergency_disaster": "DISASTER",
    "emergency_missing": "MISSING",
}


class ActionShowEmergency(Answering):
    """What to do now, whom to call, and a case for the officers."""

    rule_name = "action_show_emergency"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Shows the card for what is known; the place makes it exact."""
        facts = services().facts
        found = services().find_mission(question.place)
        case = services().open_case(
            question.conversation_id,
            subject=question.intent,
            priority=Priority.P1,
            mission=found.mission,
            language=question.language,
            location=question.place.location,
        )
        values = emergency_values(
            facts.guidance(_GUIDANCE.get(question.intent, "")),
            numbers=facts.emergency_numbers(found.country) if found.country else None,
            mission=found.mission,
            kemlu=facts.official_contact("PWNI_HOTLINE"),
            language=question.language,
        )
        values["case"] = case.reference
        is_placed = found.country is not None
        response = "utter_emergency_card" if is_placed else "utter_emergency_card_anywhere"
        say(response=response, **values)
        return remember(self.rule_name, question)
