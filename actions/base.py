"""The shape of every action: one question in, some responses said, what is remembered back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Question, read_question

# Called with `response=` and the values that it names.
Say = Callable[..., None]


class Answering(Action, ABC):
    """An action that reads the question, says responses by name and returns events."""

    rule_name: str

    def name(self) -> str:
        """As the rules call it."""
        return self.rule_name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Any]:
        """What the action server calls."""
        return self.answer(read_question(tracker), dispatcher.utter_message)

    @abstractmethod
    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers one question.

        Args:
            question: what was asked.
            say: says one response of `data/responses`, filled with the values it is given.

        Returns:
            Rasa events: what is to be remembered.
        """
