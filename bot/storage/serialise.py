"""Messages as JSON text and back: what the stream, the mailbox and the outbox keep, sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import ConsularError
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


class UndecodableError(ConsularError):
    """Stored text that is no message of ours; it says nothing of what it was."""


def inbound_to_json(message: InboundMessage) -> str:
    """An inbound message as one line of JSON; what is absent is left out."""
    return _dump(
        {
            "channel": message.channel.value,
            "address": message.address,
            "message_id": message.message_id,
            "received_at": message.received_at.isoformat(),
            "text": message.text,
            "payload": message.payload,
            "location": _location_to_dict(message.location),
            "attachments": [_attachment_to_dict(each) for each in message.attachments],
            "reply_to": message.reply_to,
            "sender": message.sender,
        }
    )


def inbound_from_json(text: str) -> InboundMessage:
    """The opposite of `inbound_to_json`; keys of a later version are passed over.

    Raises:
        UndecodableError: not what `inbound_to_json` writes.
    """
    try:
        data = _load(text)
        return InboundMessage(
            channel=Channel(data["channel"]),
            address=_text(data["address"]),
            message_id=_text(data["message_id"]),
            received_at=datetime.fromisoformat(data["received_at"]),
            text=_text(data.get("text", "")),
            payload=_optional_text(data.get("payload")),
            location=_location_from(data.get("location")),
            attachments=tuple(_attachment_from(each) for each in data.get("attachments", ())),
            reply_to=_optional_text(data.get("reply_to")),
            sender=_optional_text(data.get("sender")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise UndecodableError("not an inbound message") from None


def outbound_to_json(message: OutboundMessage) -> str:
    """An outbound message as one line of JSON; what is absent is left out."""
    return _dump(
        {
            "text": message.text,
            "buttons": [{"title": b.title, "payload": b.payload} for b in message.buttons],
            "location": _location_to_dict(message.location),
            "asks_location": message.asks_location,
            "clears_keyboard": message.clears_keyboard,
            "attachments": [_attachment_to_dict(each) for each in message.attachments],
            "instead_of_files": message.instead_of_files or None,
            "is_officers": message.is_officers,
            "template": message.template,
        }
    )


def outbound_from_json(text: str) -> OutboundMessage:
    """The opposite of `outbound_to_json`.

    Raises:
        UndecodableError: not what `outbound_to_json` writes.
    """
    try:
        data = _load(text)
        return OutboundMessage(
            text=_text(data.get("text", "")),
            buttons=tuple(
                Button(title=_text(each["title"]), payload=_text(each["payload"]))
                for each in data.get("buttons", ())
            ),
            location=_location_from(data.get("location")),
            asks_location=bool(data.get("asks_location", False)),
            clears_keyboard=bool(data.get("clears_keyboard", False)),
            attachments=tuple(_attachment_from(each) for each in data.get("attachments", ())),
            instead_of_files=_text(data.get("instead_of_files", "")),
            is_officers=bool(data.get("is_officers", False)),
            template=_optional_text(data.get("template")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise UndecodableError("not an outbound message") from None


def attachment_to_json(attachment: Attachment) -> str:
    """Where one file lies, as one line of JSON."""
    return _dump(_attachment_to_dict(attachment))


def attachment_from_json(text: str) -> Attachment:
    """The opposite of `attachment_to_json`.

    Raises:
        UndecodableError: not what `attachment_to_json` writes.
    """
    try:
        return _attachment_from(_load(text))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise UndecodableError("not an attachment") from None


def location_to_json(location: Location) -> str:
    """A position as one line of JSON."""
    return json.dumps(_location_to_dict(location), separators=(",", ":"))


def location_from_json(text: str) -> Location:
    """The opposite of `location_to_json`.

    Raises:
        UndecodableError: not what `location_to_json` writes.
    """
    try:
        data = _load(text)
        return Location(float(data["latitude"]), longitude=float(data["longitude"]))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UndecodableError("not a position") from None


def _dump(fields: Mapping[str, object]) -> str:
    return json.dumps(
        {name: value for name, value in fields.items() if value not in (None, [], False)},
        separators=(",", ":"),
    )


def _load(text: str) -> dict[str, Any]:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise TypeError
    return data


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _location_to_dict(location: Location | None) -> dict[str, float] | None:
    if location is None:
        return None
    return {"latitude": location.latitude, "longitude": location.longitude}


def _location_from(data: Any) -> Location | None:
    if data is None:
        return None
    return Location(latitude=float(data["latitude"]), longitude=float(data["longitude"]))


def _attachment_to_dict(attachment: Attachment) -> dict[str, object]:
    return {
        "kind": attachment.kind.value,
        "reference": attachment.reference,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "home": attachment.home.value if attachment.home else None,
    }


def _attachment_from(data: Any) -> Attachment:
    return Attachment(
        kind=AttachmentKind(data["kind"]),
        reference=_text(data["reference"]),
        media_type=_optional_text(data.get("media_type")),
        size_bytes=data.get("size_bytes"),
        home=Home(data["home"]) if data.get("home") else None,
    )
