"""The shape of every action: one question in, some responses said, what is remembered back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import guiding
from actions.context import GUIDED_SLOT, UNSURE_SLOT, WAITING, Question, Say, read_question
from actions.wiring import services
from bot.guided.turn import Outcome


class Answering(Action, ABC):
    """An action that reads the question, says responses by name and returns events."""

    rule_name: str
    # An open checklist or form hears the message first; what must not wait for it says False.
    gives_way: bool = True

    def name(self) -> str:
        """As the rules call it."""
        return self.rule_name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Any]:
        """What the action server calls."""
        question = read_question(tracker)
        return [*_settled(question), *self._run(question, dispatcher)]

    def _run(self, question: Question, dispatcher: CollectingDispatcher) -> list[Any]:
        say = dispatcher.utter_message
        awaited = _awaited(question) if self.gives_way else None
        if awaited:
            return answering(awaited.topic["action"]).answer(awaited, say)
        turn = guiding.hear(question) if self.gives_way else None
        if turn is None:
            return self._answered(question, dispatcher)
        if turn.outcome is not Outcome.NOT_MINE:
            return guiding.tell(turn, question, say)
        events = self._answered(replace(question, talk=turn.talk), dispatcher)
        if any(event.get("name") == GUIDED_SLOT for event in events):
            return events
        guiding.say_all(turn, say)
        return [guiding.kept(turn), *events]

    def _answered(self, question: Question, dispatcher: CollectingDispatcher) -> list[Any]:
        """The answer, with a button beneath it for what else the message asks."""
        events = self.answer(question, dispatcher.utter_message)
        if question.also and dispatcher.messages:
            _add_button(dispatcher.messages[-1], question.also, question.language)
        return events

    @abstractmethod
    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers one question.

        Args:
            question: what was asked.
            say: says one response of `data/responses`, filled with the values it is given.

        Returns:
            Rasa events: what is to be remembered.
        """


def _add_button(message: dict[str, Any], also: dict[str, str], language: str) -> None:
    """Beneath a response by its name, or beneath the words of a dialogue."""
    if message.get("response"):
        message["also"] = also
        return
    title = services().catalogue.text(also["title"], language)
    message["buttons"] = [*message["buttons"], {**also, "title": title}]


def _awaited(question: Question) -> Question | None:
    """The question that was waited for, if this message answers it or goes on with it."""
    if question.answers_identity or question.answers_contact:
        return replace(question, intent=question.topic["intent"])
    if not question.goes_back or question.talk.open:
        return None
    topic = question.topic if question.topic.get("awaits") else question.topic[WAITING]
    return replace(question, intent=topic["intent"], topic=topic)


def _settled(question: Question) -> list[Any]:
    """Any answer ends the doubt about the last message; the action may begin a new one."""
    return [SlotSet(UNSURE_SLOT, False)] if question.was_unsure else []


def answering(rule_name: str) -> Answering:
    """The action that the rules call so; for one that hands a question on.

    Raises:
        LookupError: there is none.
    """
    for each in Answering.__subclasses__():
        if each.rule_name == rule_name:
            found: Answering = each()
            return found
    raise LookupError(rule_name)
