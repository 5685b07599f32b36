"""What goes to people: the conversation is handed over, with a reference and an honest sentence."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Answering
from actions.context import Question, Say, read_question
from actions.wiring import services
from bot.casework.case import Context, Line
from bot.clock import utc_now
from bot.content.cards import mission_values
from bot.content.case_words import expectation_values
from bot.content.words import local_time
from bot.services.open_case import Opening

_LINES = 5
_SUMMARY_CHARACTERS = 300


class ActionOpenCase(Answering):
    """Calls for an officer: a person is wanted, a complaint, data to erase."""

    rule_name = "action_open_case"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Any]:
        """A clear wish for a person ends no form and waits for none."""
        question = read_question(tracker)
        if question.is_sure or question.is_button:
            return self.answer(question, dispatcher.utter_message)
        return super().run(dispatcher, tracker, domain)

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Hands the conversation over and tells the reference and what to expect."""
        found = services().find_mission(question.place)
        done = services().escalate(
            Opening(
                question.conversation_id,
                question.intent,
                language=question.language,
                mission=found.mission,
                location=question.place.location,
                message_id=question.message_id,
                for_whom=for_whom(question),
                context=context_of(question),
            )
        )
        if done.case is None:
            again_at = done.allowed_again_at or utc_now()
            zone = found.mission.timezone if found.mission else "Asia/Jakarta"
            told = local_time(again_at, zone, question.language)
            say(response="utter_officer_limit", again_at=told)
            return []
        values = mission_values(found.mission, question.language) if found.mission else {}
        office = found.mission.name.text(question.language) if found.mission else None
        values |= expectation_values(done.expectation, office=office, language=question.language)
        values["checked"] = question.topic.get("contacts")
        say(response=f"utter_{question.intent}", case=done.case.reference, **values)
        return []


def context_of(question: Question) -> Context:
    """What an officer should know at once: the last words, the open form, what it was about."""
    said = [line for line in question.lines if line.text][-_LINES:]
    open_form = question.talk.open
    form = tuple(open_form.answers.items()) if open_form else ()
    topic = question.topic.get("intent")
    place = question.place
    checked = question.topic.get("checked") or ""
    about = (
        ("topic", topic or ""),
        ("checked", checked),
        ("city", place.city or ""),
        ("country", place.country or ""),
    )
    own = [line.text for line in said if line.author == "citizen"]
    return Context(
        summary=" / ".join(own)[-_SUMMARY_CHARACTERS:],
        lines=tuple(Line(line.author, line.text) for line in said),
        form=(*((name, value) for name, value in about if value), *form),
    )


def for_whom(question: Question) -> str | None:
    """Whom the matter is about, if not who writes: as the open form or the last words say."""
    open_form = question.talk.open
    if open_form and open_form.answers.get("subject") == "other":
        return "other"
    own = [line.text for line in question.lines if line.author == "citizen"][-_LINES:]
    found = (services().about_whom(text) for text in reversed(own))
    return next((who for who in found if who), None)
