"""Cuts a message into words and keeps a copy of it in plain spelling."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.base import LANGUAGE, NORMALISED, MessageComponent
from bot.nlu.normalise import load_spellings, normalise
from bot.nlu.salutation import without_salutation
from bot.nlu.tokens import WordTokenizer


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ConsularTokenizer(MessageComponent):
    """spaCy's blank tokenizers for Indonesian and English, capped in length."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._tokenizer = WordTokenizer()

    def add(self, message: Message) -> None:
        """Sets Rasa's tokens."""
        words = self._tokenizer.words(message.get(TEXT), message.get(LANGUAGE))
        tokens = [Token(word.text, word.start, word.end) for word in words]
        message.set(TOKENS_NAMES[TEXT], tokens or [Token(message.get(TEXT)[:1], 0)])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ConsularNormaliser(MessageComponent):
    """Keeps a copy of the text with chat spellings written out; the text itself stays."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._spellings = load_spellings()

    def add(self, message: Message) -> None:
        """Sets the normalised copy."""
        language = message.get(LANGUAGE)
        copy = normalise(without_salutation(message.get(TEXT)), self._spellings, language=language)
        message.set(NORMALISED, copy)
