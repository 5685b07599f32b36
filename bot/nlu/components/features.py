"""Turns a message into numbers: sentence vectors and rare n-grams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.base import NORMALISED, ROOM, MessageComponent, TrainedComponent
from bot.nlu.encoder.build import build_encoder, encoder_directory
from bot.nlu.encoder.onnx import OnnxEncoder
from bot.nlu.lexicons import LEXICONS, fingerprint
from bot.nlu.ngrams import NgramFeatures, Views, terms
from bot.nlu.salutation import without_salutation
from bot.nlu.tokens import gist


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ConsularSentenceFeaturizer(MessageComponent):
    """The sentence vector of the text as written: the encoder has seen much chat spelling."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._encoder = OnnxEncoder(build_encoder())

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrains when the encoder's files change as well."""
        return fingerprint(ROOM, LEXICONS) + encoder_directory().name

    def add(self, message: Message) -> None:
        """Adds a dense row."""
        row = self._encoder.encode([gist(without_salutation(message.get(TEXT)))])
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ConsularNgramFeaturizer(TrainedComponent[NgramFeatures]):
    """Character and word n-grams of the text as written and of its plain spelling."""

    @classmethod
    def read(cls, directory: Path) -> NgramFeatures:
        """The n-grams."""
        return NgramFeatures.load(directory)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns which n-grams there are and how rare each is."""
        texts = [_terms(m) for m in training_data.training_examples if m.get(TEXT)]
        self._model = NgramFeatures.fitted(texts)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds a sparse row to every example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds a sparse row to every message that has a text."""
        assert self._model is not None
        for message in messages:
            if message.get(TEXT):
                row = self._model.matrix([_terms(message)])
                message.add_features(
                    Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
                )
        return messages


def _terms(message: Message) -> Views:
    return terms(gist(without_salutation(message.get(TEXT)))), terms(message.get(NORMALISED) or "")
