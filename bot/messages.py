"""The one vocabulary of messages: every channel, service and worker speaks only these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum


class Channel(str, Enum):
    """Where a citizen writes. The value is the first part of a conversation id."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    WEB = "web"
    TERMINAL = "terminal"


class AttachmentKind(str, Enum):
    """What is sent besides words; acknowledged by name, kept as a reference."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    CONTACT = "contact"
    CALENDAR = "calendar"


class Home(str, Enum):
    """Where a file lies: on a platform, or with us."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    WEB = "web"
    """A store of ours, for what came by the web."""
    APPOINTMENT = "appointment"
    """Nowhere: it is made of the record of an appointment whenever it is wanted."""

    @classmethod
    def of(cls, channel: Channel) -> Home:
        """Where what comes by a channel lies."""
        return cls(channel.value)


@dataclass(frozen=True)
class Location:
    """A point on the earth in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Attachment:
    """A file where it lies: `reference` is its file id or media address, never its bytes.

    Args:
        home: where it lies; None for the platform of the message it belongs to.
    """

    kind: AttachmentKind
    reference: str
    media_type: str | None = None
    size_bytes: int | None = None
    home: Home | None = None


@dataclass(frozen=True)
class InboundMessage:
    """One message of a citizen, as the gateway understood it.

    Args:
        channel: the channel it came by.
        address: where the channel delivers an answer (chat id, `whatsapp:+…`, web session).
        message_id: the platform's id, unique within the channel; the dedupe key.
        received_at: when the gateway took it (UTC).
        text: the citizen's own words, or empty.
        payload: what a button of ours carries, or a reference to it (`#<outbound id>:<index>`).
        location: a shared position.
        attachments: references to what else was sent.
        reply_to: the platform's id of the message that was quoted.
        sender: who wrote, where several people write in one place (the account's address); empty
            if the platform does not say; None where the address itself is the writer's.
    """

    channel: Channel
    address: str
    message_id: str
    received_at: datetime
    text: str = ""
    payload: str | None = None
    location: Location | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    sender: str | None = None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The attachments, ready for another channel: each says where it lies."""
        return tuple(
            replace(each, home=each.home or Home.of(self.channel)) for each in self.attachments
        )


@dataclass(frozen=True)
class Ignored:
    """What a platform sent that is not for us: answered 200 and dropped, for a reason."""

    reason: str


@dataclass(frozen=True)
class Button:
    """A choice under a message. `payload` is what comes back (`/intent{"slot": "value"}`)."""

    title: str
    payload: str


@dataclass(frozen=True)
class OutboundMessage:
    """One message to a citizen, before a channel's limits are applied.

    Args:
        text: the words, plain text with line breaks.
        buttons: choices, in order.
        location: a point to show on a map.
        asks_location: the channel should offer its "send my location" control.
        clears_keyboard: the channel should take away the keys that stay (safe mode).
        attachments: files, wherever they lie; what lies elsewhere is carried over.
        instead_of_files: said in place of a file that the channel cannot be given; without such
            words the message fails.
        is_officers: the words are an officer's; a channel that shows who speaks says so.
        template: the name of a text that WhatsApp has approved, said in place of `text` where
            nothing else may be said.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    location: Location | None = None
    asks_location: bool = False
    clears_keyboard: bool = False
    attachments: tuple[Attachment, ...] = ()
    instead_of_files: str = ""
    is_officers: bool = False
    template: str | None = None


class DeliveryState(str, Enum):
    """How far an outbound message has come; it only moves forward."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DROPPED = "dropped"
    """Never sent: a person had taken the conversation over."""


class Author(str, Enum):
    """Whose words an outbound message carries."""

    BOT = "bot"
    OFFICER = "officer"
    SYSTEM = "system"
    """Notices of the case desk: they are sent whoever owns the conversation."""


@dataclass(frozen=True)
class DeliveryReport:
    """What a platform says later of a message it took."""

    platform_id: str
    state: DeliveryState
    error_code: str | None = None


@dataclass(frozen=True)
class Sent:
    """A platform took the message; `platform_ids` are its ids, one a part."""

    platform_ids: tuple[str, ...] = field(default_factory=tuple)
