"""Telegram updates, as they come, to messages."""

from __future__ import annotations

import copy
import json
import time
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.payloads import parse, parse_update
from bot.channels.telegram.verify import verify_secret
from bot.errors import ForgedWebhook, InvalidWebhook
from bot.messages import Attachment, AttachmentKind, Channel, Ignored, InboundMessage, Location
from tests.fakes.telegram import in_topic, message_update, tap_update, text_update

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)
CHAT = 6_812_345_678
GROUP = {"id": -1001234567890, "title": "WNI Penang", "type": "supergroup"}


def read(update: object) -> InboundMessage | Ignored:
    return parse(json.dumps(update).encode(), received_at=NOW)


def in_group(update: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(update)
    (changed.get("message") or changed["callback_query"]["message"])["chat"] = GROUP
    return changed


def test_a_text_is_a_message_known_by_its_update() -> None:
    assert read(text_update(871_000_001, CHAT, "paspor sy hilang\ndi Penang")) == InboundMessage(
        Channel.TELEGRAM,
        str(CHAT),
        message_id="u871000001",
        received_at=NOW,
        text="paspor sy hilang\ndi Penang",
    )


def test_a_tapped_button_carries_its_data_and_is_known_by_its_callback() -> None:
    assert read(tap_update(871_000_002, CHAT, "#8c1f:2", message_id=77)) == InboundMessage(
        Channel.TELEGRAM,
        str(CHAT),
        message_id="cb:55871000002",
        received_at=NOW,
        payload="#8c1f:2",
        reply_to="77",
    )


def test_a_button_under_a_message_too_old_to_be_seen_still_counts() -> None:
    update = tap_update(1, CHAT, "#8c1f:2")
    old = {"chat": {"id": CHAT, "type": "private"}, "message_id": 12, "date": 0}
    update["callback_query"]["message"] = old
    message = read(update)
    assert isinstance(message, InboundMessage)
    assert (message.payload, message.reply_to) == ("#8c1f:2", "12")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"location": {"latitude": 5.4141, "longitude": 100.3288}}, Location(5.4141, 100.3288)),
        ({"location": {"latitude": 0, "longitude": 0}}, Location(0.0, 0.0)),
        (
            {
                "location": {"latitude": 1.3, "longitude": 103.8, "live_period": 900},
            },
            Location(1.3, 103.8),
        ),
        (
            {
                "location": {"latitude": -6.2, "longitude": 106.8},
                "venue": {"title": "Kedai", "address": "Jl. Satu"},
            },
            Location(-6.2, 106.8),
        ),
    ],
)
def test_a_position_is_kept(content: dict[str, Any], expected: Location) -> None:
    message = read(message_update(5, CHAT, **content))
    assert isinstance(message, InboundMessage)
    assert message.location == expected


@pytest.mark.parametrize(
    ("content", "attachment"),
    [
        (
            {
                "photo": [
                    {"file_id": "AgAC-s", "file_unique_id": "a", "width": 90, "height": 60},
                    {"file_id": "AgAC-l", "file_unique_id": "b", "width": 900, "file_size": 81_234},
                ]
            },
            Attachment(AttachmentKind.PHOTO, "AgAC-l", size_bytes=81_234),
        ),
        (
            {
                "document": {
                    "file_id": "BQAC-1",
                    "file_name": "paspor.pdf",
                    "mime_type": "application/pdf",
                    "file_size": 120_000,
                }
            },
            Attachment(AttachmentKind.DOCUMENT, "BQAC-1", "application/pdf", 120_000),
        ),
        (
            {"voice": {"file_id": "AwAC-1", "duration": 7, "mime_type": "audio/ogg"}},
            Attachment(AttachmentKind.VOICE, "AwAC-1", "audio/ogg"),
        ),
        (
            {"audio": {"file_id": "CQAC-1", "duration": 7, "mime_type": "audio/mpeg"}},
            Attachment(AttachmentKind.VOICE, "CQAC-1", "audio/mpeg"),
        ),
        (
            {"video": {"file_id": "BAAC-1", "mime_type": "video/mp4", "file_size": 9_000_000}},
            Attachment(AttachmentKind.VIDEO, "BAAC-1", "video/mp4", 9_000_000),
        ),
        (
            {"video_note": {"file_id": "DQAC-1", "length": 240, "duration": 4}},
            Attachment(AttachmentKind.VIDEO, "DQAC-1"),
        ),
        (
            {"contact": {"phone_number": "+60123456789", "first_name": "Budi"}},
            Attachment(AttachmentKind.CONTACT, "+60123456789"),
        ),
    ],
)
def test_a_file_is_kept_as_kind_and_reference(
    content: dict[str, Any], attachment: Attachment
) -> None:
    message = read(message_update(6, CHAT, caption="ini paspornya", **content))
    assert isinstance(message, InboundMessage)
    assert message.attachments == (attachment,)
    assert message.text == "ini paspornya"


def test_a_quoted_message_is_kept_as_its_id() -> None:
    quoted = {"message_id": 4711, "chat": {"id": CHAT, "type": "private"}, "date": 1}
    message = read(message_update(7, CHAT, text="yang ini", reply_to_message=quoted))
    assert isinstance(message, InboundMessage)
    assert message.reply_to == "4711"


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        ({"update_id": 1, "edited_message": text_update(1, CHAT, "x")["message"]}, "edited"),
        ({"update_id": 1, "channel_post": {"message_id": 1}}, "channel_post"),
        ({"update_id": 1, "edited_channel_post": {"message_id": 1}}, "channel_post"),
        ({"update_id": 1, "my_chat_member": {"date": 1}}, "member_change"),
        ({"update_id": 1, "chat_member": {"date": 1}}, "member_change"),
        ({"update_id": 1, "message_reaction": {"date": 1}}, "reaction"),
        ({"update_id": 1, "inline_query": {"id": "1"}}, "inline"),
        ({"update_id": 1, "poll_answer": {"poll_id": "1"}}, "poll"),
        ({"update_id": 1, "something_of_next_year": {}}, "unknown_update"),
        ({"update_id": 1}, "unknown_update"),
        (in_group(text_update(1, CHAT, "halo")), "group"),
        (in_group(tap_update(1, CHAT, "#a:1")), "group"),
        (message_update(1, CHAT, sticker={"file_id": "CAAC", "emoji": "🙏"}), "sticker"),
        (message_update(1, CHAT, dice={"emoji": "🎲", "value": 3}), "game"),
        (message_update(1, CHAT, poll={"id": "1"}), "poll"),
        (message_update(1, CHAT, pinned_message={"message_id": 1}), "service"),
        (message_update(1, CHAT, text="x", **{"from": {"id": 9, "is_bot": True}}), "bot"),
        ({"update_id": 1, "callback_query": {"id": "9", "inline_message_id": "A"}}, "inline"),
    ],
)
def test_what_is_not_for_us_is_ignored_for_a_reason(update: object, reason: str) -> None:
    assert read(update) == Ignored(reason)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b"[" * 200_000),
        *(b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b'{"update_id": 1e400}'),
        b'{"update_id": 1, "message": []}',
        b'{"update_id": 1, "message": {"text": "x"}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5}, "text": "x"}}',
        b'{"update_id": 1, "message": {"chat": {"id": "5", "type": "private"}, "text": "x"}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "text": 7}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "photo": []}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "voice": {}}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "location": {}}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "location":'
        b' {"latitude": NaN, "longitude": 1}}}',
        b'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "location":'
        b' {"latitude": 91, "longitude": 1}}}',
        b'{"update_id": 1, "callback_query": {"data": "x"}}',
        b'{"update_id": ' + b"9" * 6000 + b"}",
    ],
)
def test_what_is_no_update_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        parse(body, received_at=NOW)


def test_the_refusal_repeats_nothing_that_was_sent() -> None:
    with pytest.raises(InvalidWebhook) as refused:
        read({"update_id": 1, "message": {"chat": {"id": 5, "type": "rahasia"}, "text": "rahasia"}})
    assert "rahasia" not in str(refused.value)


_SCALARS = st.sampled_from([None, True, -1, 1.5, float("nan"), 10**30, "", "x", "private"])
_NAMES = st.sampled_from(["id", "type", "file_id", "phone_number", "latitude", "message_id", "x"])
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=4,
)
_FIELDS = [
    *("chat", "from", "text", "caption", "photo", "voice", "document", "contact"),
    *("location", "sticker", "reply_to_message"),
]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=4), st.booleans())
def test_no_field_of_any_type_raises_anything_else(
    fields: dict[str, Any], is_private: bool
) -> None:
    if is_private:
        fields["chat"] = {"id": 1, "type": "private"}
    try:
        result = parse_update({"update_id": 1, "message": fields}, received_at=NOW)
    except InvalidWebhook:
        return
    assert isinstance(result, (InboundMessage, Ignored))


def test_text_is_cleaned_and_cut() -> None:
    message = read(text_update(1, CHAT, "a\x00b\ud800" + "c" * 20_000))
    assert isinstance(message, InboundMessage)
    assert len(message.text) == 10_000
    assert message.text.startswith("abc")


def test_an_update_is_read_in_half_a_millisecond_of_work() -> None:
    body = json.dumps(text_update(871_000_001, CHAT, "paspor sy hilang di Penang")).encode()
    start = time.process_time()
    for _ in range(500):
        parse(body, received_at=NOW)
    assert (time.process_time() - start) / 500 < 0.0005


def test_the_right_secret_is_let_in() -> None:
    verify_secret("s3cret-Token_1", "s3cret-Token_1")


@pytest.mark.parametrize(
    ("header", "secret"),
    [(None, "s"), ("", "s"), ("S", "s"), ("ss", "s"), ("é\udcff", "s"), ("", ""), (None, "")],
)
def test_a_missing_or_wrong_secret_is_refused(header: str | None, secret: str) -> None:
    with pytest.raises(ForgedWebhook):
        verify_secret(header, secret)


DESK = "-1001234567890"


def read_desk(update: object, groups: tuple[str, ...] = (DESK,)) -> InboundMessage | Ignored:
    return parse(json.dumps(update).encode(), received_at=NOW, groups=groups)


def test_a_topic_of_a_desks_group_is_a_place_of_its_own_and_says_who_wrote() -> None:
    assert read_desk(in_topic(text_update(7, CHAT, "halo"), DESK, 42)) == InboundMessage(
        Channel.TELEGRAM,
        f"{DESK}/42",
        message_id="u7",
        received_at=NOW,
        text="halo",
        sender=str(CHAT),
    )
    tapped = read_desk(in_topic(tap_update(8, CHAT, "#9:0", message_id=77), DESK, 42))
    assert isinstance(tapped, InboundMessage)
    assert (tapped.address, tapped.sender, tapped.payload) == (f"{DESK}/42", str(CHAT), "#9:0")
    assert tapped.reply_to == f"{DESK}:77"


def test_a_quoted_message_of_a_group_is_known_by_its_group() -> None:
    update = message_update(7, CHAT, text="ini", reply_to_message={"message_id": 77})
    message = read_desk(in_topic(update, DESK, 42))
    assert isinstance(message, InboundMessage)
    assert message.reply_to == f"{DESK}:77"


def test_who_speaks_as_the_group_is_nobody() -> None:
    update = in_topic(text_update(7, CHAT, "/ambil"), DESK, 42)
    update["message"] |= {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": {"id": int(DESK), "type": "supergroup"},
    }
    message = read_desk(update)
    assert isinstance(message, InboundMessage)
    assert message.sender == ""
    del update["message"]["sender_chat"]
    assert read_desk(update) == Ignored("bot")


def test_other_groups_and_what_stands_in_no_topic_are_ignored() -> None:
    update = in_topic(text_update(7, CHAT, "halo"), DESK, 42)
    assert read_desk(update, groups=()) == Ignored("group")
    assert read_desk(in_topic(text_update(7, CHAT, "halo"), "-1009", 42)) == Ignored("group")
    # A thread of answers in the general topic has a thread id as well.
    del update["message"]["is_topic_message"]
    assert read_desk(update) == Ignored("group")
    service = in_topic(message_update(7, CHAT, forum_topic_closed={}), DESK, 42)
    assert read_desk(service) == Ignored("service")
    broken = in_topic(text_update(7, CHAT, "halo"), DESK, 42)
    broken["message"]["message_thread_id"] = "42"
    with pytest.raises(InvalidWebhook):
        read_desk(broken)
