"""Visa questions in both directions."""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import Question, Say, remember_topic
from actions.guiding import checklist_choices
from actions.wiring import services
from bot.consular.facts import VisaRule
from bot.consular.place import HOME
from bot.content.cards import visa_values
from bot.content.words import country_name


class ActionAnswerVisaAbroad(Answering):
    """Does an Indonesian need a visa for a country?"""

    rule_name = "action_answer_visa_abroad"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the country that was named; asks for it otherwise."""
        country = _subject(question)
        rule = services().facts.visa_for_indonesians(country) if country else None
        _utter(say, question, country=country, rule=rule, family="utter_visa_abroad")
        return remember_topic(self.rule_name, question, country=country)


class ActionAnswerVisaToIndonesia(Answering):
    """What does a foreigner need to enter Indonesia?"""

    rule_name = "action_answer_visa_to_indonesia"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the nationality that was named; asks for it otherwise."""
        country = _subject(question)
        rule = services().facts.visa_to_indonesia(country) if country else None
        _utter(say, question, country=country, rule=rule, family="utter_visa_to_indonesia")
        return remember_topic(self.rule_name, question, country=country)


def _subject(question: Question) -> str | None:
    """The country that was named; where the citizen lives is another matter."""
    country = services().find_mission(question.named).country
    if country in (None, HOME) and question.intent == question.topic.get("intent"):
        country = question.topic.get("country")
    return country if country != HOME else None


def _utter(
    say: Say,
    question: Question,
    *,
    country: str | None,
    rule: VisaRule | None,
    family: str,
) -> None:
    choices = checklist_choices(question.intent) if country else []
    site = services().facts.official_contact("EVISA")
    evisa_site = site.value if site else None
    if rule:
        values = visa_values(rule, question.language)
        say(
            response=f"{family}_{rule.requirement}",
            evisa_site=evisa_site,
            choices=choices,
            **values,
        )
    elif country:
        name = country_name(country, question.language)
        say(response=f"{family}_unknown", country=name, evisa_site=evisa_site, choices=choices)
    else:
        say(response=f"{family}_anywhere")
