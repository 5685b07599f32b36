"""Adds `language` (`id`, `en` or None) to a message and to the parse output."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.base import LANGUAGE, MessageComponent
from bot.nlu.language import LanguageIdentifier, LinguaStatistics, load_language_words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ConsularLanguageIdentifier(MessageComponent):
    """Tells Indonesian from English; None leaves it to the conversation's kept language."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._identifier = LanguageIdentifier(load_language_words(), LinguaStatistics())

    def add(self, message: Message) -> None:
        """Sets the detected language."""
        detected = self._identifier.identify(message.get(TEXT))
        message.set(LANGUAGE, detected, add_to_output=True)
