"""Names a message's intent with a calibrated confidence, or says that it is unsure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from bot.nlu.classify import ClassifierSettings, Floats, IntentModel, train
from bot.nlu.components.base import TrainedComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConsularIntentClassifier(TrainedComponent[IntentModel]):
    """Linear machines over all sentence features that earlier components have added."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How it learns (`ClassifierSettings`) and how it decides.

        `favoured`: factors for the chances of some intents when the likeliest is chosen.
        `unsure_below`: under this confidence the intent is `unsure_intent`; the ranking still
        tells what the text may mean. `ranking_length`: how many intents it tells of.
        """
        defaults = ClassifierSettings()
        return {
            "favoured": {},
            "unsure_below": 0.0,
            "unsure_intent": None,
            "ranking_length": 10,
            "dense_weight": defaults.dense_weight,
            "penalty": defaults.penalty,
            "held_out": defaults.held_out,
        }

    @classmethod
    def read(cls, directory: Path) -> IntentModel:
        """The trained machines."""
        return IntentModel.load(directory)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on every example that has an intent and a text."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        sparse, dense = _features(examples)
        settings = ClassifierSettings(
            dense_weight=self.component_config["dense_weight"],
            penalty=self.component_config["penalty"],
            held_out=self.component_config["held_out"],
        )
        self._model = train(sparse, dense, [m.get(INTENT) for m in examples], settings=settings)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `intent` and `intent_ranking`."""
        assert self._model is not None
        for message in messages:
            if not message.get(TEXT):
                continue
            chances = self._favouring(self._model.probabilities(*_features([message]))[0])
            order = np.argsort(-chances)[: self.component_config["ranking_length"]]
            ranking = [
                {"name": self._model.labels[i], "confidence": float(chances[i])} for i in order
            ]
            message.set(INTENT, self._decided(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _favouring(self, chances: Floats) -> Floats:
        assert self._model is not None
        favoured = self.component_config["favoured"]
        factors = np.array([favoured.get(label, 1.0) for label in self._model.labels], np.float32)
        weighed = chances * factors
        shares: Floats = weighed / weighed.sum()
        return shares

    def _decided(self, likeliest: dict[str, Any]) -> dict[str, Any]:
        unsure = self.component_config["unsure_intent"]
        if unsure and likeliest["confidence"] < self.component_config["unsure_below"]:
            return {"name": unsure, "confidence": 1.0 - likeliest["confidence"]}
        return likeliest


def _features(messages: list[Message]) -> tuple[csr_matrix, Floats]:
    sparse = [m.get_sparse_features(TEXT)[1].features for m in messages]
    dense = [m.get_dense_features(TEXT)[1].features for m in messages]
    rows = vstack(sparse, format="csr") if len(sparse) > 1 else sparse[0]
    return rows, np.concatenate(dense).astype(np.float32)
