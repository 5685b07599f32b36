"""Rasa's way to words: our catalogue, so that every process says the same sentence."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import settings
from bot.content.catalogue import Catalogue
from bot.content.retention import load_retention, spans
from bot.conversation.language import LANGUAGES, language_of
from bot.dialogue.two_wishes import ALSO


class ConsularLanguageGenerator(NaturalLanguageGenerator):
    """Renders `utter_…` from `data/responses`; named in `endpoints.yml`.

    Every response may say how long data is kept (`bot.content.retention.spans`).
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        self._catalogue = Catalogue.load()
        retention = load_retention(settings.retention_days())
        self._standing = {language: spans(retention, language) for language in LANGUAGES}

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Renders one response for the citizen's language, or the one an action asks for.

        `choices` are further buttons: `title` is a response's key, `payload` what comes back.
        `also` is one more for the end, if no other button is the same.
        """
        if utter_action not in self._catalogue:
            return None
        latest = tracker.latest_message
        parsed = {**latest.parse_data, "metadata": latest.metadata} if latest else {}
        language = kwargs.get("language") or language_of(parsed)
        values = {**self._standing.get(language, {}), **kwargs}
        rendered = self._catalogue.render(utter_action, language, values)
        choices = [
            {"title": self._catalogue.text(c["title"], language), "payload": c["payload"]}
            for c in kwargs.get("choices", ())
        ]
        shown = [{"title": b.title, "payload": b.payload} for b in rendered.buttons]
        also = kwargs.get(ALSO)
        if also and all(b["payload"] != also["payload"] for b in (*choices, *shown)):
            shown.append({**also, "title": self._catalogue.text(also["title"], language)})
        return {
            "text": rendered.text,
            "buttons": choices + shown,
            "asks_location": rendered.asks_location or None,
            "language": language,
        }
