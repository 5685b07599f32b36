"""Questions on missions: which one, where, when, and what only a mission can arrange."""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import Question, Say, remember
from actions.mission_card import say_mission
from actions.wiring import services
from bot.content.cards import number_values
from bot.content.words import country_name


class ActionAnswerMission(Answering):
    """Shows the mission that serves the citizen's place, under a headline for what was asked."""

    rule_name = "action_answer_mission"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Shows the mission; asks where the citizen is if that is not known."""
        say_mission(f"utter_{question.intent}", question, say)
        return remember(self.rule_name, question)


class ActionAnswerEmergencyNumbers(Answering):
    """Tells the local police, ambulance and fire numbers."""

    rule_name = "action_answer_emergency_numbers"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the country that is known; asks for it where it is not."""
        found = services().find_mission(question.place)
        if found.country is None:
            say(response="utter_emergency_numbers_anywhere")
            return remember(self.rule_name, question)
        numbers = services().facts.emergency_numbers(found.country)
        if numbers:
            values = number_values(numbers, question.language)
            say(response="utter_emergency_numbers", **values)
        else:
            name = country_name(found.country, question.language)
            say(response="utter_emergency_numbers_unknown", country=name)
        return remember(self.rule_name, question)
