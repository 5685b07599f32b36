"""Adds `urgent` and `urgency` to a message and to the parse output."""

from __future__ import annotations

from math import log
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.base import TrainedComponent, found_in, words_of
from bot.nlu.fragments import FragmentJudge, outside
from bot.nlu.normalise import load_spellings
from bot.nlu.urgency import MODEL_FILE, UrgencyModel, train_urgency, urgency

_LEAST_CHANCE = 1e-3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConsularUrgency(TrainedComponent[UrgencyModel]):
    """Joins the urgency check of the words with the classifier's belief in an emergency.

    Stands after the classifier and the extractor. `urgent` is true when the two together say so,
    or when the likeliest intent is an emergency. A bare answer ("di Riyadh", "kemarin", a number)
    tells of no danger: both have then only guessed.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: UrgencyModel | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, model)
        self._spellings = load_spellings()
        self._judge = FragmentJudge()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Which intents are emergencies, and how the two judgements are weighed.

        `prefix`: intents that begin so are emergencies, but not those in `except`.
        `outranks`: intents that an urgent text never has: it gets the likeliest emergency.
        `bare`: the intent of a bare answer that was guessed to be an emergency.
        `false_alarms`: what the check of the words alone may cost.
        `belief_weight`, `words_weight`, `limit`: the joint decision, on log odds.
        """
        return {
            "prefix": "",
            "except": [],
            "outranks": [],
            "bare": None,
            "false_alarms": 0.02,
            "belief_weight": 1.0,
            "words_weight": 0.36,
            "limit": -1.9,
        }

    @classmethod
    def read(cls, directory: Path) -> UrgencyModel | None:
        """The check of the words; none where no intent is an emergency."""
        file = directory / MODEL_FILE
        return UrgencyModel.load(file) if file.is_file() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns which examples are emergencies."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        targets = [self._is_emergency(m.get(INTENT)) for m in examples]
        with self._model_storage.write_to(self._resource) as directory:
            if any(targets) and not all(targets):
                texts = [m.get(TEXT) for m in examples]
                allowed = self.component_config["false_alarms"]
                self._model = train_urgency(texts, targets, self._spellings, false_alarms=allowed)
                self._model.save(directory / MODEL_FILE)
            else:
                (directory / "none").touch()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `urgent` (a truth value) and `urgency` (log odds above the limit)."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            words = urgency(message.get(TEXT), self._model, self._spellings)
            joint = self._joint(message, words.margin)
            ranking = message.get(INTENT_RANKING_KEY) or [{"name": "", "confidence": 0.0}]
            is_urgent = joint > 0 or self._is_emergency(ranking[0]["name"])
            if is_urgent and self._is_bare(message):
                is_urgent = False
                self._name_calm(message, ranking)
            elif is_urgent:
                self._name_danger(message, ranking)
            message.set("urgent", is_urgent, add_to_output=True)
            message.set("urgency", round(joint, 3), add_to_output=True)
        return messages

    def _is_bare(self, message: Message) -> bool:
        rest = outside(words_of(message), found_in(message))
        return self._judge.is_bare(message.get(TEXT), rest)

    def _name_calm(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        calm = [r for r in ranking if not self._is_emergency(r["name"])]
        message.set(INTENT_RANKING_KEY, calm, add_to_output=True)
        if self._is_emergency(message.get(INTENT, {}).get("name") or ""):
            name = self.component_config["bare"]
            message.set(INTENT, {"name": name, "confidence": 1.0}, add_to_output=True)

    def _joint(self, message: Message, margin: float) -> float:
        ranking = message.get(INTENT_RANKING_KEY) or []
        belief = sum(r["confidence"] for r in ranking if self._is_emergency(r["name"]))
        odds = log((belief + _LEAST_CHANCE) / (1 - belief + _LEAST_CHANCE))
        config = self.component_config
        weighed = config["belief_weight"] * odds + config["words_weight"] * margin
        return float(weighed - config["limit"])

    def _name_danger(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        if message.get(INTENT, {}).get("name") not in self.component_config["outranks"]:
            return
        dangers = [r for r in ranking if self._is_emergency(r["name"])]
        if dangers:
            message.set(INTENT, dangers[0], add_to_output=True)

    def _is_emergency(self, intent: str) -> bool:
        prefix, exceptions = self.component_config["prefix"], self.component_config["except"]
        return bool(prefix) and intent.startswith(prefix) and intent not in exceptions
