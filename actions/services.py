"""Questions on a service: papers, fee, time, place."""

from __future__ import annotations

from typing import Any

from actions.base import Answering, Say
from actions.context import Question, remember
from actions.wiring import services
from bot.content.cards import service_values
from bot.consular.place import HOME
from bot.content.words import country_name


class ActionAnswerService(Answering):
    """Answers any question whose intent names a service of the database."""

    rule_name = "action_answer_service"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers for the place that is known; asks for it where it is not."""
        code = question.entity("service") or question.topic.get("service")
        answer = services().answer_service(question.intent, question.place, service_code=code)
        values = service_values(answer, question.aspects, question.language)
        found = answer.found
        if found.mission:
            values["others"] = ", ".join(m.name.text(question.language) for m in found.others)
            say(response="utter_service_card", **values)
        else:
            if found.country not in (None, HOME):
                values["country_without_mission"] = country_name(found.country, question.language)
            say(response="utter_service_card_anywhere", **values)
        return remember(self.rule_name, question, service=answer.service.code)
