"""What the services need from outside, as protocols; `bot.bootstrap` says who fills them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.consular.facts import (
    Application,
    EmergencyNumbers,
    Fee,
    Guidance,
    Jurisdiction,
    Mission,
    OfficialContact,
    Population,
    Service,
    VisaRule,
    VisaType,
)
from bot.consular.place import Place
from bot.conversation.session import Owner, Session
from bot.messages import (
    Author,
    Channel,
    DeliveryReport,
    InboundMessage,
    Location,
    OutboundMessage,
    Sent,
)
from bot.services.understand_input import Input, Offer


class ConsularFacts(Protocol):
    """The consular database, read side. Countries are ISO 3166-1 alpha-2, upper case."""

    def version(self) -> int:
        """Grows with every change of the facts."""

    def missions(self) -> tuple[Mission, ...]:
        """Every mission, ordered by id."""

    def mission(self, mission_id: str) -> Mission | None:
        """One mission."""

    def jurisdictions(self, country: str) -> tuple[Jurisdiction, ...]:
        """Who serves a country, whole-country rows first (the embassy before consulates)."""

    def service(self, code: str) -> Service | None:
        """One service by its code."""

    def services_for_intent(self, intent: str) -> tuple[Service, ...]:
        """The services that a question is about, the main one first."""

    def fees(self, service: str, mission_id: str | None) -> tuple[Fee, ...]:
        """A mission's own fees for a service; the national ones with `mission_id=None`."""

    def missions_with_fees(self, service: str) -> tuple[str | None, ...]:
        """Whose fees for a service are known; None is the national tariff."""

    def visa_for_indonesians(self, destination: str) -> VisaRule | None:
        """Whether an ordinary Indonesian passport needs a visa for a country."""

    def visa_to_indonesia(self, nationality: str) -> VisaRule | None:
        """What a nationality needs to enter Indonesia."""

    def visa_types(self) -> tuple[VisaType, ...]:
        """The Indonesian visa indexes."""

    def emergency_numbers(self, country: str) -> EmergencyNumbers | None:
        """The local police, ambulance and fire numbers."""

    def guidance(self, kind: str) -> Guidance | None:
        """What to do in one kind of emergency (`ARREST`, `MEDICAL`, …)."""

    def official_contact(self, code: str) -> OfficialContact | None:
        """A national line or site by its code (`PWNI_HOTLINE`, …)."""

    def official_contacts(self) -> tuple[OfficialContact, ...]:
        """All of them, look-alikes included."""

    def population(self, country: str | None) -> Population | None:
        """How many citizens are recorded in a country, or in all of them with `None`."""

    def application(self, reference: str) -> Application | None:
        """A pending request by its reference (upper case, without blanks)."""


class Transport(Protocol):
    """Delivers to one channel and knows its limits."""

    channel: Channel

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        """Delivers one message.

        Args:
            address: as in `InboundMessage.address`.
            message: what to say.
            reference: the outbound id; a button refers to it as `#<reference>:<index>` where the
                channel cannot carry the payload itself.

        Raises:
            SendFailed: the platform did not take it.
        """

    async def close(self) -> None:
        """Gives back connections."""


@dataclass(frozen=True)
class StreamEntry:
    """An inbound message in the stream. `attempts` counts deliveries, the first is 1."""

    entry_id: str
    conversation_id: str
    message: InboundMessage
    attempts: int


class InboundStream(Protocol):
    """The durable way from gateway to worker."""

    async def append(self, message: InboundMessage) -> bool:
        """Stores a message with its dedupe key in one step; False if it was there before.

        Raises:
            NotStored: nothing is stored; the platform must try again.
        """


@dataclass(frozen=True)
class Alarm:
    """What the assistant takes a message for; in a turn only if it is an emergency.

    Args:
        place: named in the message.
        language: of the message, None where it cannot be told.
        is_answer: it answers the question that the assistant asked, and does nothing else.
    """

    intent: str
    place: Place
    language: str | None
    is_answer: bool = False


@dataclass(frozen=True)
class Answer:
    """What the assistant says in a turn, and in which language it said it.

    `alarm`: nothing was said and no turn was taken, the message tells of an emergency.
    """

    messages: tuple[OutboundMessage, ...]
    language: str | None
    is_language_chosen: bool
    alarm: Alarm | None = None


class Assistant(Protocol):
    """Understands and answers: Rasa."""

    async def answer(
        self, session: Session, meant: Input, *, message_id: str, is_redelivered: bool
    ) -> Answer:
        """Takes one turn; a redelivered message that was taken before is answered the same.

        Raises:
            AssistantUnavailable: no turn was taken, or it is not known.
        """


class Conversations(Protocol):
    """Our records of conversations."""

    def open(self, conversation_id: str, *, channel: Channel, address: str) -> Session:
        """The conversation's record, made at its first message; the address is kept sealed."""

    def keep_language(self, conversation_id: str, *, language: str, is_chosen: bool) -> None:
        """Remembers what the citizen was answered in."""


@dataclass(frozen=True)
class OutboundRow:
    """A message that waits to be delivered."""

    id: int
    conversation_id: str
    channel: Channel
    address: str
    message: OutboundMessage
    attempts: int
    due_at: datetime


class Outbox(Protocol):
    """What was said to citizens, and what became of it."""

    def offers(self, conversation_id: str) -> tuple[Offer, ...]:
        """The buttons of the latest messages, newest first."""

    def is_answered(self, conversation_id: str, in_reply_to: str) -> bool:
        """Whether replies to an inbound message were written."""

    def write(
        self,
        conversation_id: str,
        *,
        in_reply_to: str,
        messages: Sequence[OutboundMessage],
        author: Author = Author.BOT,
        only_if_owner: Owner | None = None,
    ) -> bool:
        """Queues replies; writing the same replies again changes nothing.

        Args:
            only_if_owner: where somebody else owns the conversation by now, the replies are not
                queued but kept as dropped, with the owner as the reason. The answer to the message
                that brought the conversation into the queue still goes out.

        Returns:
            False if they were dropped.
        """

    def is_queued(self, outbound_id: int) -> bool:
        """Whether a message still waits; to be asked right before it is sent."""

    def queued(self, conversation_id: str) -> tuple[OutboundRow, ...]:
        """What waits in a conversation, oldest first."""

    def due_conversations(self, now: datetime) -> tuple[str, ...]:
        """Conversations whose oldest queued message is due."""

    def mark_sent(self, outbound_id: int, platform_ids: Sequence[str]) -> None:
        """The platform took it."""

    def mark_waiting(self, outbound_id: int, *, code: str, due_at: datetime) -> None:
        """The platform did not take it; it is tried again."""

    def mark_failed(self, outbound_id: int, code: str) -> None:
        """It is given up, for the reason `code`."""

    def release(self, conversation_id: str, *, code: str) -> None:
        """What waits for the reason `code` is due now."""

    def report(self, report: DeliveryReport) -> str | None:
        """A later word of the platform; the state only moves forward.

        Returns:
            The conversation, if its WhatsApp window is closed: the message waits for it then.
        """


class Deliveries(Protocol):
    """Delivers what waits in a conversation."""

    async def deliver(self, conversation_id: str) -> None:
        """Sends until nothing is due."""


@dataclass(frozen=True)
class GeoPlace:
    """A populated place: its usual English name, country (ISO2) and consular region.

    `region` is the ISO 3166-2 code, or the name that the jurisdictions have where there is none;
    None where no consulate's list has the region.
    """

    city: str
    country: str
    region: str | None
    location: Location


class Geography(Protocol):
    """Places of the world, offline."""

    def nearest(self, location: Location) -> GeoPlace | None:
        """The place a point lies in or next to; None far out at sea."""

    def city(self, name: str, country: str | None) -> GeoPlace | None:
        """The largest city of this usual English name (in a country, if given)."""
