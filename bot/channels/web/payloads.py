"""What the web chat posts, as an inbound message. Pure."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import Any

from bot.errors import InvalidWebhook
from bot.messages import Channel, InboundMessage, Location

TEXT_CHARACTERS = 10_000
PAYLOAD_CHARACTERS = 2_000
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_CONTENTS = ("text", "payload", "location")
# What no citizen types on purpose and no database keeps: controls but line breaks and tabs,
# and halves of a character.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def parse(
    body: bytes, *, address: str, conversation_id: str, received_at: datetime
) -> InboundMessage:
    """Reads one post.

    Args:
        body: JSON: `message_id` and exactly one of `text`, `payload` and `location`.
        address: whose session it is.
        conversation_id: makes the page's `message_id` unique within the channel.
        received_at: when it came (UTC).

    Raises:
        InvalidWebhook: another shape; the error says nothing of what was in it.
    """
    data = _object(body)
    contents = [name for name in _CONTENTS if name in data]
    if len(contents) != 1 or set(data) != {"message_id", contents[0]}:
        raise InvalidWebhook("web: not message_id and one of text, payload, location")
    message_id = identified(data["message_id"], conversation_id)
    payload = _string(data, "payload")
    if payload is not None and not 0 < len(payload) <= PAYLOAD_CHARACTERS:
        raise InvalidWebhook("web: payload length")
    return InboundMessage(
        channel=Channel.WEB,
        address=address,
        message_id=message_id,
        received_at=received_at,
        text=_UNSTORABLE.sub("", _string(data, "text") or "")[:TEXT_CHARACTERS],
        payload=_UNSTORABLE.sub("", payload) if payload is not None else None,
        location=_location(data["location"]) if "location" in data else None,
    )


def identified(message_id: object, conversation_id: str) -> str:
    """The page's `message_id`, unique within the channel.

    Raises:
        InvalidWebhook: it is none of ours.
    """
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise InvalidWebhook("web: message_id")
    return f"{conversation_id}:{message_id}"


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidWebhook("web: not JSON") from None
    if not isinstance(data, dict):
        raise InvalidWebhook("web: not an object")
    return data


def _string(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if name in data and not isinstance(value, str):
        raise InvalidWebhook(f"web: {name} is no string")
    return value


def _location(value: object) -> Location:
    if not isinstance(value, dict) or set(value) != {"latitude", "longitude"}:
        raise InvalidWebhook("web: location")
    return Location(
        latitude=_degrees(value["latitude"], 90), longitude=_degrees(value["longitude"], 180)
    )


def _degrees(value: object, bound: int) -> float:
    # A bool is an int to Python; NaN compares false with everything.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidWebhook("web: degrees")
    if not -bound <= value <= bound or math.isnan(value):
        raise InvalidWebhook("web: degrees")
    return float(value)
