"""Telegram updates as they come → inbound messages. Pure, and trusts no field's type.

Read field by field instead of by `telegram.Update.de_json`, which does not check types and costs
more; the gateway so needs nothing of the Bot API's client.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.text import clean
from bot.errors import InvalidWebhook
from bot.messages import Attachment, AttachmentKind, Channel, Ignored, InboundMessage, Location

CALLBACK_PREFIX = "cb:"
_IN_TOPIC = "/"
_NOBODY = ""

_IGNORED_UPDATES = {
    "edited_message": "edited",
    "channel_post": "channel_post",
    "edited_channel_post": "channel_post",
    "business_connection": "business",
    "business_message": "business",
    "edited_business_message": "business",
    "deleted_business_messages": "business",
    "message_reaction": "reaction",
    "message_reaction_count": "reaction",
    "inline_query": "inline",
    "chosen_inline_result": "inline",
    "shipping_query": "payment",
    "pre_checkout_query": "payment",
    "purchased_paid_media": "payment",
    "poll": "poll",
    "poll_answer": "poll",
    "my_chat_member": "member_change",
    "chat_member": "member_change",
    "chat_join_request": "member_change",
    "chat_boost": "boost",
    "removed_chat_boost": "boost",
}
_IGNORED_CONTENT = {
    "sticker": "sticker",
    "poll": "poll",
    "dice": "game",
    "game": "game",
    "story": "story",
}
_FILES = {
    "document": AttachmentKind.DOCUMENT,
    "voice": AttachmentKind.VOICE,
    "audio": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
    "video_note": AttachmentKind.VIDEO,
}


@dataclass(frozen=True)
class _Place:
    """Where a message was written, and by whom; see `InboundMessage`.

    Args:
        thread: the forum topic; None in a private chat.
    """

    chat: str
    thread: str | None = None
    sender: str | None = None

    @property
    def address(self) -> str:
        return self.chat if self.thread is None else topic_address(self.chat, self.thread)

    def quoted(self, message: object) -> str | None:
        """The key of a quoted message. Groups count their messages each for itself."""
        number = _message_id(message)
        if self.thread is None or number is None:
            return number
        # Whatever quotes nothing in a topic quotes the topic's beginning.
        return None if number == self.thread else topic_message(self.chat, number)


def topic_address(chat: str, thread: str) -> str:
    """The address of a topic in a forum."""
    return f"{chat}{_IN_TOPIC}{thread}"


def split_address(address: str) -> tuple[int, int | None]:
    """Chat and topic (None in a private chat).

    Raises:
        ValueError: no address of ours.
    """
    chat, is_topic, thread = address.partition(_IN_TOPIC)
    return int(chat), int(thread) if is_topic else None


def topic_message(chat: str, number: str) -> str:
    """The key of a message in a group: its number alone is one of many."""
    return f"{chat}:{number}"


def parse(
    body: bytes, *, received_at: datetime, groups: Collection[str] = ()
) -> InboundMessage | Ignored:
    """Reads the body of a webhook post; see `parse_update`.

    Raises:
        InvalidWebhook: not JSON, or not an update.
    """
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidWebhook("telegram: not JSON") from None
    return parse_update(update, received_at=received_at, groups=groups)


def parse_update(
    update: object, *, received_at: datetime, groups: Collection[str] = ()
) -> InboundMessage | Ignored:
    """Reads one update.

    Args:
        update: decoded JSON.
        received_at: now, UTC.
        groups: the officers' forums; only topics in them are heard, and private chats.

    Returns:
        The message, its id `u<update id>`, or `cb:<callback id>` for a tapped button; or why it is
        not for us.

    Raises:
        InvalidWebhook: not an update.
    """
    fields = _object(update, "update")
    update_id = _integer(fields.get("update_id"), "update_id")
    if "message" in fields:
        message = _object(fields["message"], "message")
        return _message(message, f"u{update_id}", received_at=received_at, groups=groups)
    if "callback_query" in fields:
        query = _object(fields["callback_query"], "callback_query")
        return _callback(query, received_at=received_at, groups=groups)
    reasons = [reason for kind, reason in _IGNORED_UPDATES.items() if kind in fields]
    return Ignored(reasons[0] if reasons else "unknown_update")


def _message(
    message: Mapping[str, Any],
    message_id: str,
    *,
    received_at: datetime,
    groups: Collection[str],
) -> InboundMessage | Ignored:
    place = _place(message, message, groups)
    if isinstance(place, Ignored):
        return place
    # An administrator who hides behind the group is no bot, though Telegram names one.
    if _is_bot(message) and place.sender != _NOBODY:
        return Ignored("bot")
    for content, ignored in _IGNORED_CONTENT.items():
        if content in message:
            return Ignored(ignored)
    text = _text(message.get("text", message.get("caption", "")), "text")
    location = _location(message["location"]) if "location" in message else None
    attachments = _attachments(message)
    if not ("text" in message or text or location or attachments):
        return Ignored("service")
    return InboundMessage(
        channel=Channel.TELEGRAM,
        address=place.address,
        message_id=message_id,
        received_at=received_at,
        text=text,
        location=location,
        attachments=attachments,
        reply_to=place.quoted(message.get("reply_to_message")),
        sender=place.sender,
    )


def _callback(
    query: Mapping[str, Any], *, received_at: datetime, groups: Collection[str]
) -> InboundMessage | Ignored:
    callback_id = _text(query.get("id"), "callback id")
    if not callback_id:
        raise InvalidWebhook("telegram: callback id")
    if "message" not in query or "data" not in query:
        return Ignored("inline" if "message" not in query else "game")
    message = _object(query["message"], "message")
    place = _place(message, query, groups)
    if isinstance(place, Ignored):
        return place
    return InboundMessage(
        channel=Channel.TELEGRAM,
        address=place.address,
        message_id=f"{CALLBACK_PREFIX}{callback_id}",
        received_at=received_at,
        payload=_text(query["data"], "callback data"),
        reply_to=place.quoted(message),
        sender=place.sender,
    )


def _place(
    message: Mapping[str, Any], written: Mapping[str, Any], groups: Collection[str]
) -> _Place | Ignored:
    """Where a message stands, or why it is not for us.

    Args:
        written: what says who wrote or tapped.
    """
    chat = _object(message.get("chat"), "chat")
    chat_id = str(_integer(chat.get("id"), "chat id"))
    kind = chat.get("type")
    if kind == "private":
        return _Place(chat_id)
    if kind == "channel":
        return Ignored("channel_post")
    if kind not in ("group", "supergroup"):
        raise InvalidWebhook("telegram: chat type")
    if chat_id not in groups or message.get("is_topic_message") is not True:
        return Ignored("group")
    if written.get("is_automatic_forward") is True:
        return Ignored("channel_post")
    thread = _integer(message.get("message_thread_id"), "message thread id")
    return _Place(chat_id, str(thread), _sender(written))


def _sender(written: Mapping[str, Any]) -> str:
    """Who wrote in a group; nobody who is known where somebody speaks as a chat."""
    if "sender_chat" in written or "from" not in written:
        return _NOBODY
    return str(_integer(_object(written["from"], "from").get("id"), "sender"))


def _is_bot(message: Mapping[str, Any]) -> bool:
    sender = message.get("from")
    return isinstance(sender, dict) and sender.get("is_bot") is True


def _attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    found = []
    if "photo" in message:
        sizes = message["photo"]
        if not isinstance(sizes, list) or not sizes:
            raise InvalidWebhook("telegram: photo")
        # The same picture in several sizes, the largest last.
        found.append(_file(sizes[-1], AttachmentKind.PHOTO))
    found += [_file(message[name], kind) for name, kind in _FILES.items() if name in message]
    if "contact" in message:
        number = _object(message["contact"], "contact").get("phone_number")
        found.append(Attachment(AttachmentKind.CONTACT, _text(number, "phone number")))
    return tuple(found)


def _file(value: object, kind: AttachmentKind) -> Attachment:
    file = _object(value, kind.value)
    reference = _text(file.get("file_id"), "file id")
    if not reference:
        raise InvalidWebhook("telegram: file id")
    media_type = file.get("mime_type")
    size = file.get("file_size")
    return Attachment(
        kind,
        reference,
        media_type=_text(media_type, "media type") if media_type is not None else None,
        size_bytes=_integer(size, "file size") if size is not None else None,
    )


def _location(value: object) -> Location:
    point = _object(value, "location")
    latitude = _degrees(point.get("latitude"), 90)
    return Location(latitude, _degrees(point.get("longitude"), 180))


def _degrees(value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidWebhook("telegram: location")
    # Written so that NaN, infinity and an integer of a thousand digits fail as well.
    if not abs(value) <= most:
        raise InvalidWebhook("telegram: location")
    return float(value)


def _message_id(message: object) -> str | None:
    if not isinstance(message, dict) or "message_id" not in message:
        return None
    return str(_integer(message["message_id"], "message id"))


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidWebhook(f"telegram: {name}")
    return value


def _integer(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not abs(value) < 2**63:
        raise InvalidWebhook(f"telegram: {name}")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidWebhook(f"telegram: {name}")
    return clean(value)
