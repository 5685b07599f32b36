"""What a citizen meant by a message: words for the assistant, or a choice that we offered.

A typed `/emergency_general`, or a button that we never showed to this citizen, is never taken for
a choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.menu import match_answer
from bot.messages import Button, InboundMessage, Location

SHARE_LOCATION = "/share_location"
SHARE_ATTACHMENT = "/share_attachment"
SAY_NOTHING = "/say_nothing"
STALE_BUTTON = "/stale_button"


@dataclass(frozen=True)
class Offer:
    """Buttons that a citizen was shown; `reference` is the outbound id."""

    reference: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Input:
    """What goes to the assistant: `payload` wins over `text`.

    `is_calm`: this is no emergency, whatever it sounds like. `is_offer`: only what was wanted
    beside an emergency is to be offered, `is_quiet` without a word of what it is.
    """

    text: str
    payload: str | None = None
    location: Location | None = None
    attachment: str | None = None
    is_calm: bool = False
    is_offer: bool = False
    is_quiet: bool = False


def understand(
    message: InboundMessage, offers: Sequence[Offer], keyboard: Mapping[str, str]
) -> Input:
    """Resolves buttons, menus and attachments.

    Args:
        message: as it came.
        offers: what this citizen was offered lately, newest first.
        keyboard: payloads of the channels' standing keys by their label.
    """
    if message.location:
        return Input("", payload=SHARE_LOCATION, location=message.location)
    if message.payload is not None:
        return Input("", payload=_offered(message.payload, offers) or STALE_BUTTON)
    text = message.text.strip()
    if not text:
        kind = message.attachments[0].kind.value if message.attachments else None
        return Input("", payload=SHARE_ATTACHMENT if kind else SAY_NOTHING, attachment=kind)
    return Input(text, payload=keyboard.get(text) or _chosen(text, offers))


def _offered(payload: str, offers: Sequence[Offer]) -> str | None:
    if payload.startswith("#"):
        reference, _, index = payload[1:].partition(":")
        for offer in offers:
            if offer.reference == reference and index.isdecimal():
                position = int(index)
                return offer.buttons[position].payload if position < len(offer.buttons) else None
        return None
    known = {button.payload for offer in offers for button in offer.buttons}
    return payload if payload in known else None


def _chosen(text: str, offers: Sequence[Offer]) -> str | None:
    if not offers:
        return None
    buttons = offers[0].buttons
    index = match_answer(text, [button.title for button in buttons])
    return None if index is None else buttons[index].payload
