"""What a citizen is told when a message could not be answered."""

from __future__ import annotations

from bot.content.catalogue import Catalogue
from bot.messages import OutboundMessage


class CatalogueFailureWords:
    """Fills `bot.services.give_up.ToldOfFailure` from `data/responses`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def failed(self, language: str, *, case: str) -> OutboundMessage:
        """That the message went to people under this reference."""
        rendered = self._catalogue.render("utter_not_answered", language, {"case": case})
        return OutboundMessage(rendered.text, buttons=rendered.buttons)
