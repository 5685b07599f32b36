"""Does a message come out of storage as it went in?"""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.messages import (
    Attachment,
    AttachmentKind,
    Button,
    Channel,
    Home,
    InboundMessage,
    Location,
    OutboundMessage,
)
from bot.storage.serialise import (
    UndecodableError,
    inbound_from_json,
    inbound_to_json,
    outbound_from_json,
    outbound_to_json,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=timezone.utc)

INBOUND = {
    "words": InboundMessage(Channel.TELEGRAM, "77", "u1", NOW, text="Paspor saya hilang 🙏\nbesok"),
    "nothing": InboundMessage(Channel.WEB, "abc", "x:1", NOW),
    "button": InboundMessage(Channel.WHATSAPP, "whatsapp:+62", "SM1", NOW, payload="#12:0"),
    "empty payload": InboundMessage(Channel.WEB, "abc", "x:1", NOW, payload=""),
    "position at zero": InboundMessage(Channel.WEB, "a", "x:2", NOW, location=Location(0.0, 0.0)),
    "files": InboundMessage(
        Channel.TELEGRAM,
        "77",
        "u2",
        NOW,
        attachments=(
            Attachment(AttachmentKind.PHOTO, "file-1", "image/jpeg", 12_000, home=Home.WHATSAPP),
            Attachment(AttachmentKind.VOICE, "file-2"),
        ),
        reply_to="u1",
        sender="68123",
    ),
}
OUTBOUND = {
    "words": OutboundMessage("Selamat pagi"),
    "all": OutboundMessage(
        "Di mana Anda?",
        buttons=(Button("Ya", "/affirm"), Button("Batal", '/cancel{"why": "é"}')),
        location=Location(1.35, 103.8),
        asks_location=True,
    ),
    "nothing": OutboundMessage(""),
}


@pytest.mark.parametrize("message", INBOUND.values(), ids=INBOUND)
def test_an_inbound_message_comes_back_equal(message: InboundMessage) -> None:
    assert inbound_from_json(inbound_to_json(message)) == message


@pytest.mark.parametrize("message", OUTBOUND.values(), ids=OUTBOUND)
def test_an_outbound_message_comes_back_equal(message: OutboundMessage) -> None:
    assert outbound_from_json(outbound_to_json(message)) == message


def test_what_a_later_version_adds_is_passed_over() -> None:
    stored = inbound_to_json(INBOUND["words"]).replace("{", '{"new":[1],', 1)

    assert inbound_from_json(stored) == INBOUND["words"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"channel":"fax","address":"1","message_id":"1","received_at":"2026-01-01"}',
        '{"channel":"web","address":1,"message_id":"1","received_at":"2026-01-01"}',
        '{"channel":"web","address":"1","message_id":"1","received_at":"yesterday"}',
        '{"channel":"web","address":"1","message_id":"1","received_at":"2026-01-01","location":{}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_is_told_without_its_content(text: str) -> None:
    with pytest.raises(UndecodableError) as caught:
        inbound_from_json(text)

    assert str(caught.value) == "not an inbound message"


@pytest.mark.parametrize("text", ["", "[]", '{"text":1}', '{"text":"a","buttons":[{"title":"x"}]}'])
def test_what_is_no_outbound_message_is_refused(text: str) -> None:
    with pytest.raises(UndecodableError):
        outbound_from_json(text)
