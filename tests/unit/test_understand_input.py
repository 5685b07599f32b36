"""A choice counts only if it was offered to this citizen."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from bot.messages import Attachment, AttachmentKind, Button, Channel, InboundMessage, Location
from bot.services.understand_input import (
    SAY_NOTHING,
    SHARE_ATTACHMENT,
    SHARE_LOCATION,
    STALE_BUTTON,
    Offer,
    understand,
)

NEWEST = Offer("12", (Button("Paspor hilang", "/passport_lost"), Button("Menu", "/help_menu")))
OLDER = Offer("7", (Button("Ya", "/affirm"),))
KEYBOARD = {"DARURAT / SOS": "/emergency_general"}


def _message(**content: Any) -> InboundMessage:
    return InboundMessage(
        channel=Channel.WHATSAPP,
        address="a",
        message_id="m",
        received_at=datetime(2026, 11, 24, tzinfo=timezone.utc),
        **content,
    )


@pytest.mark.parametrize(
    ("content", "payload"),
    [
        ({"payload": "#12:0"}, "/passport_lost"),
        ({"payload": "#7:0"}, "/affirm"),
        ({"payload": "/help_menu"}, "/help_menu"),
        ({"payload": "#12:9"}, STALE_BUTTON),
        ({"payload": "#99:0"}, STALE_BUTTON),
        ({"payload": "#12:x"}, STALE_BUTTON),
        ({"payload": "/emergency_general"}, STALE_BUTTON),
        ({"text": "1"}, "/passport_lost"),
        ({"text": "paspor hilang"}, "/passport_lost"),
        ({"text": "DARURAT / SOS"}, "/emergency_general"),
        ({"text": "paspor saya hilang di bandara"}, None),
        ({"text": "/emergency_general"}, None),
        ({"text": "  "}, SAY_NOTHING),
        ({"location": Location(1.0, 2.0), "text": "di sini"}, SHARE_LOCATION),
        ({"attachments": (Attachment(AttachmentKind.PHOTO, "f"),)}, SHARE_ATTACHMENT),
        ({"attachments": (Attachment(AttachmentKind.PHOTO, "f"),), "text": "ini paspor"}, None),
    ],
)
def test_rows(content: dict[str, Any], payload: str | None) -> None:
    assert understand(_message(**content), (NEWEST, OLDER), KEYBOARD).payload == payload


def test_without_an_offer_a_number_is_just_words() -> None:
    meant = understand(_message(text="1"), (), KEYBOARD)
    assert (meant.text, meant.payload) == ("1", None)
