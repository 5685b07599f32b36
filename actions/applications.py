"""Is it ready? The status of an application by its reference."""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import Question, Say, remember
from actions.wiring import services
from bot.content.cards import mission_values
from bot.content.words import partial_date


class ActionTellStatus(Answering):
    """Tells how far an application is; a reference that is not known is said to be unknown."""

    rule_name = "action_tell_status"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers by reference; asks for it otherwise."""
        reference = question.entity("reference_number")
        if reference is None:
            say(response="utter_ask_reference")
            return remember(self.rule_name, question)
        facts = services().facts
        application = facts.application(reference)
        if application is None:
            say(response="utter_application_unknown", reference=reference)
            return remember(self.rule_name, question)
        service = facts.service(application.service)
        mission = facts.mission(application.mission_id)
        last = application.steps[-1]
        say(
            response=f"utter_application_{application.status}",
            reference=application.reference,
            service=service.name.text(question.language) if service else None,
            status_date=partial_date(last.at, question.language),
            **(mission_values(mission, question.language) if mission else {}),
        )
        return remember(self.rule_name, question)
