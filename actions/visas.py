"""Visa questions in both directions."""

from __future__ import annotations

from typing import Any

from actions import guiding
from actions.base import Answering
from actions.context import Question, Say, remember_topic
from actions.visa_rules import ABROAD, TO_INDONESIA, say_rule
from actions.wiring import services
from bot.consular.place import HOME


class ActionAnswerVisaAbroad(Answering):
    """Does an Indonesian need a visa for a country?"""

    rule_name = "action_answer_visa_abroad"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the country that was named; asks for it otherwise."""
        return _answer(self.rule_name, ABROAD, question, say)


class ActionAnswerVisaToIndonesia(Answering):
    """What does a foreigner need to enter Indonesia?"""

    rule_name = "action_answer_visa_to_indonesia"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the nationality that was named; asks for it otherwise."""
        return _answer(self.rule_name, TO_INDONESIA, question, say)


def _answer(action: str, family: str, question: Question, say: Say) -> list[Any]:
    country = _subject(question)
    choices = guiding.checklist_choices(question.intent) if country else []
    say_rule(say, family, country, language=question.language, choices=choices)
    return remember_topic(action, question, country=country)


def _subject(question: Question) -> str | None:
    """The country that was named; where the citizen lives is another matter."""
    country = services().find_mission(question.named).country
    if country in (None, HOME) and question.intent == question.topic.get("intent"):
        country = question.topic.get("country")
    return country if country != HOME else None
