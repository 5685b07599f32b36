"""Twilio's form posts → inbound messages and delivery reports. Pure but for one log line."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from bot.channels.whatsapp.errors import explain_report
from bot.channels.whatsapp.form import Form
from bot.channels.whatsapp.limits import LIMITS
from bot.errors import InvalidWebhook
from bot.logs import Log
from bot.messages import (
    Attachment,
    AttachmentKind,
    Channel,
    DeliveryReport,
    DeliveryState,
    Ignored,
    InboundMessage,
    Location,
)

_SID = re.compile(r"[A-Za-z0-9]{1,64}")
_ADDRESS = re.compile(r"whatsapp:\+?[A-Za-z0-9._-]{4,64}")
_MEDIA_HOST = "api.twilio.com"
_MEDIA_DOMAIN = ".twiliocdn.com"
_STICKER = "image/webp"
_CONTACT_TYPES = ("text/vcard", "text/x-vcard", "text/directory")
_KINDS = {
    "image": AttachmentKind.PHOTO,
    "audio": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
}
_STATES = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
_log = Log(__name__)


def parse_message(form: Form, *, received_at: datetime, api_url: str) -> InboundMessage | Ignored:
    """Reads a post to the message webhook.

    Args:
        form: its fields.
        received_at: now, UTC.
        api_url: `TWILIO_API_URL`; its host may serve media besides Twilio's own.

    Returns:
        The message, its id Twilio's `MessageSid`; or why it is not for us.

    Raises:
        InvalidWebhook: not a message.
    """
    sid = _sid(form)
    if form.text("MessageStatus") not in ("", "received"):
        return Ignored("delivery_report")
    sender = form.text("From")
    if not sender:
        raise InvalidWebhook("whatsapp: From")
    if not sender.startswith("whatsapp:"):
        return Ignored("not_whatsapp")
    if not _ADDRESS.fullmatch(sender):
        raise InvalidWebhook("whatsapp: From")
    text = form.text("Body")
    payload = form.text("ButtonPayload") or form.text("ListId") or None
    location = _location(form)
    attachments, reasons = _attachments(form, api_url)
    if reasons and not (text or payload or location or attachments):
        return Ignored(reasons[0])
    if reasons:
        _log.warning("whatsapp.media_dropped", message_id=sid, reasons=reasons)
    return InboundMessage(
        channel=Channel.WHATSAPP,
        address=sender,
        message_id=sid,
        received_at=received_at,
        text=text or form.text("ButtonText"),
        payload=payload,
        location=location,
        attachments=attachments,
        reply_to=form.text("OriginalRepliedMessageSid") or None,
    )


def parse_status(form: Form) -> DeliveryReport | Ignored:
    """Reads a post to the status webhook; reports come in any order.

    Raises:
        InvalidWebhook: not a report.
    """
    sid = _sid(form)
    status = form.text("MessageStatus") or form.text("SmsStatus")
    if not status:
        raise InvalidWebhook("whatsapp: MessageStatus")
    if status not in _STATES:
        return Ignored("unknown_status")
    state = _STATES[status]
    failed = state is DeliveryState.FAILED
    return DeliveryReport(
        sid, state, error_code=explain_report(form.text("ErrorCode")).code if failed else None
    )


def _sid(form: Form) -> str:
    sid = form.text("MessageSid") or form.text("SmsMessageSid") or form.text("SmsSid")
    if not _SID.fullmatch(sid):
        raise InvalidWebhook("whatsapp: MessageSid")
    return sid


def _location(form: Form) -> Location | None:
    latitude, longitude = form.text("Latitude"), form.text("Longitude")
    if not latitude and not longitude:
        return None
    return Location(_degrees(latitude, 90), _degrees(longitude, 180))


def _degrees(text: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        raise InvalidWebhook("whatsapp: location") from None
    # Written so that NaN fails as well.
    if not abs(value) <= most:
        raise InvalidWebhook("whatsapp: location")
    return value


def _attachments(form: Form, api_url: str) -> tuple[tuple[Attachment, ...], list[str]]:
    """What was sent besides words, and the reasons why something of it was left out."""
    count = form.text("NumMedia") or "0"
    if not (count.isascii() and count.isdecimal()):
        raise InvalidWebhook("whatsapp: NumMedia")
    found: list[Attachment] = []
    reasons: list[str] = []
    for index in range(min(int(count), LIMITS.media)):
        url = form.text(f"MediaUrl{index}")
        media_type = form.text(f"MediaContentType{index}").partition(";")[0].strip().lower()
        if media_type == _STICKER:
            reasons.append("sticker")
        elif not is_platform_address(url, api_url):
            reasons.append("foreign_media")
        else:
            found.append(Attachment(_kind(media_type), url, media_type=media_type or None))
    return tuple(found), reasons


def _kind(media_type: str) -> AttachmentKind:
    if media_type in _CONTACT_TYPES:
        return AttachmentKind.CONTACT
    return _KINDS.get(media_type.partition("/")[0], AttachmentKind.DOCUMENT)


def is_platform_address(url: str, api_url: str) -> bool:
    """Whether media lies at Twilio, or at the server that stands in its place."""
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
        host, port, api_port = parts.hostname or "", parts.port, api.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if (parts.scheme, host, port) == (api.scheme, api.hostname, api_port):
        return True
    is_ours = host == _MEDIA_HOST or host.endswith(_MEDIA_DOMAIN)
    return parts.scheme == "https" and port in (None, 443) and is_ours
