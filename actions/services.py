"""Questions on a service: papers, fee, time, place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions import guiding
from actions.base import Answering
from actions.context import Question, Say, remember
from actions.wiring import services
from bot.consular.place import HOME, Place
from bot.content.cards import service_values
from bot.content.words import country_name


class ActionAnswerService(Answering):
    """Answers any question whose intent names a service of the database."""

    rule_name = "action_answer_service"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the place that is known; asks for it where it is not."""
        name = services().guide.for_intent(question.intent)
        if name and question.asks_openly:
            return guiding.begin(name, question, say)
        code = question.entity("service") or question.topic.get("service")
        answer = services().answer_service(question.intent, question.place, service_code=code)
        values = service_values(answer, question.aspects, question.language)
        found = answer.found
        if found.mission:
            values["others"] = ", ".join(m.name.text(question.language) for m in found.others)
            say(
                response="utter_service_card",
                choices=_choices(question, answer.service.code),
                **values,
            )
        else:
            if found.country not in (None, HOME):
                values["country_without_mission"] = country_name(found.country, question.language)
            say(
                response="utter_service_card_anywhere",
                choices=_choices(question, answer.service.code),
                **values,
            )
        return remember(self.rule_name, question, service=answer.service.code)


class ActionBeginChecklist(Answering):
    """Begins the personal checklist of the service that was spoken of last."""

    rule_name = "action_begin_checklist"
    gives_way = False

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Begins it, or asks which service is meant."""
        intent = question.topic.get("intent", "")
        name = services().guide.for_intent(intent)
        if name:
            # The country of a visa answer is known; it is not where the citizen is.
            named = question.named or Place(country=question.topic.get("country"))
            return guiding.begin(name, replace(question, intent=intent, named=named), say)
        say(response="utter_which_service")
        return []


class ActionBeginForm(Answering):
    """Opens the form of the service that was spoken of last."""

    rule_name = "action_begin_form"
    gives_way = False

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Opens it, or asks which service is meant."""
        intent = question.topic.get("intent", "")
        for service in services().facts.services_for_intent(intent):
            if service.code in guiding.FORMS:
                name = guiding.FORMS[service.code]
                return guiding.begin(name, replace(question, intent=intent), say)
        say(response="utter_which_service")
        return []


class ActionAnswerGuided(Answering):
    """A button of a checklist or form that is not open any more."""

    rule_name = "action_answer_guided"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Says so; an open dialogue has taken its buttons before."""
        say(response="utter_stale_button")
        return []


def _choices(question: Question, service: str) -> list[dict[str, str]]:
    begun = guiding.form_choices(service) or guiding.checklist_choices(question.intent)
    return begun if "legal_basis" in question.aspects else [*begun, guiding.LEGAL_BASIS]
