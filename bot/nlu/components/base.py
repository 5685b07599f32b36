"""What our graph components share: how they are made, and how they walk over messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import Self

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, fingerprint
from bot.nlu.tokens import Word, folded

LANGUAGE = "language"
NORMALISED = "normalised_text"
METADATA = "metadata"
ROOM = Path(__file__).resolve().parents[1]


_Model = TypeVar("_Model")


def words_of(message: Message) -> list[Word]:
    """The words that the tokenizer has found in a message."""
    return [
        Word(token.text, token.start, token.end, folded(token.text))
        for token in message.get(TOKENS_NAMES[TEXT]) or ()
    ]


def found_in(message: Message) -> list[Found]:
    """What the extractor has found in a message."""
    return [
        Found(entity["entity"], str(entity["value"]), entity["start"], entity["end"])
        for entity in message.get(ENTITIES) or ()
    ]


class Component(GraphComponent):
    """What all of them share: when one is trained anew."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrains when the word lists or the pure functions change, not only the shell."""
        return fingerprint(ROOM, LEXICONS)


class MessageComponent(Component):
    """A component without a model of its own: it adds something to every message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.component_config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageComponent:
        """Makes the component; Rasa calls it in training and when a model is loaded."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds to the examples what `process` adds to a message."""
        self.process([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds to each message that has a text."""
        for message in messages:
            if message.get(TEXT):
                self.add(message)
        return messages

    def add(self, message: Message) -> None:
        """What this component adds to one message."""
        raise NotImplementedError


class TrainedComponent(Component, Generic[_Model]):
    """A component that learns something and keeps it in the model.

    Args:
        model: what it has learnt; None before that.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: _Model | None = None,
    ) -> None:
        self.component_config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Makes one that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Reads from a model what was learnt."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, cls.read(directory))

    @classmethod
    def read(cls, directory: Path) -> _Model | None:
        """What `train` wrote below `directory`."""
        raise NotImplementedError
