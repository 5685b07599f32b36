"""Emergencies, where Rasa is used without the worker (`rasa shell`): the card alone.

In the running product no emergency comes this far: the worker helps first (`bot.services.help_now`)
and opens the case.
"""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import Question, Say, remember
from actions.wiring import services
from bot.content.emergency_words import card_values
from bot.emergency.kinds import Kind
from bot.emergency.rules import kind_of_intent


class ActionShowEmergency(Answering):
    """What to do now and whom to call."""

    rule_name = "action_show_emergency"
    gives_way = False

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Shows the card for what is known."""
        found = services().find_mission(question.place)
        values = card_values(
            kind_of_intent(question.intent) or Kind.GENERAL,
            found,
            facts=services().facts,
            language=question.language,
        )
        is_placed = found.country is not None
        say(
            response="utter_emergency_card" if is_placed else "utter_emergency_card_anywhere",
            **values,
        )
        return remember(self.rule_name, question)
