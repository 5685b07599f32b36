"""What goes to people: a case with a reference, and an honest sentence."""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import Question, Say
from actions.wiring import services
from bot.casework.case import Priority
from bot.content.cards import mission_values


class ActionOpenCase(Answering):
    """Opens a case for the officers: a person is wanted, a complaint, data to erase."""

    rule_name = "action_open_case"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Opens or reuses the case and tells its reference."""
        found = services().find_mission(question.place)
        case = services().open_case(
            question.conversation_id,
            subject=question.intent,
            priority=Priority.P3,
            mission=found.mission,
            language=question.language,
            location=question.place.location,
        )
        values = mission_values(found.mission, question.language) if found.mission else {}
        say(response=f"utter_{question.intent}", case=case.reference, **values)
        return []
