"""Marks a message that only makes sense after the one before."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.base import MessageComponent, found_in, words_of
from bot.nlu.fragments import FragmentJudge


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ConsularFragmentDetector(MessageComponent):
    """Sets `fragment`, and the configured intent; the ranking stays as the classifier made it."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._judge = FragmentJudge()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`intent`: what a fragment is called; none leaves the intent alone.

        `entities`: what a fragment may consist of. `surest`: a message of this confidence is
        a question of its own, unless one of its values is `dependent`: "biaya?" asks nothing
        without a service, however sure the classifier is.
        """
        return {"intent": None, "entities": [], "surest": 0.8, "dependent": []}

    def process_training_data(self, training_data: Any) -> Any:
        """Examples are no follow-ups."""
        return training_data

    def add(self, message: Message) -> None:
        """Sets `fragment`."""
        config = self.component_config
        ranking = message.get(INTENT_RANKING_KEY) or [{"confidence": 0.0}]
        values = {entity["value"] for entity in message.get(ENTITIES) or ()}
        is_whole = ranking[0]["confidence"] >= config["surest"] and values.isdisjoint(
            config["dependent"]
        )
        is_fragment = not is_whole and not message.get("urgent") and self._is_fragment(message)
        message.set("fragment", is_fragment, add_to_output=True)
        if is_fragment and config["intent"]:
            intent = {"name": config["intent"], "confidence": 1.0}
            message.set(INTENT, intent, add_to_output=True)

    def _is_fragment(self, message: Message) -> bool:
        kinds = self.component_config["entities"]
        return self._judge.is_fragment(words_of(message), found_in(message), kinds=kinds)
