"""Adds what a message names: places, missions, numbers, dates, aspects, a language."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clock import Clock, utc_now
from bot.nlu.components.base import LANGUAGE, METADATA, ROOM, TrainedComponent
from bot.nlu.entities import EntityFinder
from bot.nlu.gazetteer import load_gazetteer, save_gazetteer
from bot.nlu.lexicons import LEXICONS, fingerprint
from bot.nlu.missions import MISSIONS_FILE

_SAVED = "places.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ConsularEntityExtractor(TrainedComponent[EntityFinder]):
    """Finds entities by rules and lists; training only gathers the lists into the model.

    A date is counted from `today` in the message's metadata (ISO 8601, the citizen's day), else
    from the clock's day in UTC.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: EntityFinder | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, model)
        self._language_intents = frozenset(config["language_intents"])
        self._clock: Clock = utc_now

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`language_intents`: the intents that ask to go on in another language."""
        return {"language_intents": []}

    @classmethod
    def read(cls, directory: Path) -> EntityFinder:
        """The lists."""
        return EntityFinder(load_gazetteer(saved=directory / _SAVED))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Gathers again when the word lists, the missions or the functions change."""
        return fingerprint(ROOM, LEXICONS, MISSIONS_FILE)

    def train(self, training_data: TrainingData) -> Resource:
        """Gathers the lists into the model; the examples are not needed."""
        gazetteer = load_gazetteer()
        with self._model_storage.write_to(self._resource) as directory:
            save_gazetteer(gazetteer, directory / _SAVED)
        self._model = EntityFinder(gazetteer)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `entities`."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            found = self._model.find(
                message.get(TEXT),
                language=message.get(LANGUAGE),
                today=self._today(message),
                is_language_request=self._intent(message) in self._language_intents,
            )
            entities = [
                {
                    "entity": one.entity,
                    "value": one.value,
                    "start": one.start,
                    "end": one.end,
                    "extractor": type(self).__name__,
                }
                for one in found
            ]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _intent(self, message: Message) -> str | None:
        intent = message.get(INTENT)
        return intent.get("name") if isinstance(intent, dict) else intent

    def _today(self, message: Message) -> date:
        given = (message.get(METADATA) or {}).get("today")
        try:
            return date.fromisoformat(given) if given else self._clock().date()
        except (TypeError, ValueError):
            return self._clock().date()
