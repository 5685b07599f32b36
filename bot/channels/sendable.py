"""What may be sent by the web, from an officer's desk or a citizen's page."""

from __future__ import annotations

from bot.channels import kinds
from bot.messages import AttachmentKind

LARGEST_MEGABYTES = 5
LARGEST_BYTES = LARGEST_MEGABYTES * 1024 * 1024
# Each is taken by every channel.
_SENT = {
    kinds.JPEG: AttachmentKind.PHOTO,
    kinds.PNG: AttachmentKind.PHOTO,
    kinds.OGG: AttachmentKind.VOICE,
    kinds.MP3: AttachmentKind.VOICE,
    kinds.MP4: AttachmentKind.VIDEO,
    kinds.PDF: AttachmentKind.DOCUMENT,
}


def sent_kind(content: bytes) -> tuple[AttachmentKind, str] | None:
    """What a file is, and its media type; None if it may not be sent."""
    kind = kinds.kind_of(content)
    return (_SENT[kind], kind.media_type) if kind in _SENT else None
