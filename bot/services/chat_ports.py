"""What the desk in a chat needs from outside, as protocols: what officers were told, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.casework.case import Case
from bot.messages import Channel, DeliveryState, InboundMessage, OutboundMessage
from bot.services.case_ports import Account

OFFICERS_CHANNELS = (Channel.TELEGRAM, Channel.WHATSAPP)
NEWS = "news:"
"""What begins the key (`in_reply_to`) of a message that came by itself."""


@dataclass(frozen=True)
class Shown:
    """A message that an officer was sent.

    Args:
        is_news: it came by itself, not as an answer to the officer.
    """

    message: OutboundMessage
    is_news: bool


@dataclass(frozen=True)
class Trouble:
    """Words of an officer that have not reached the citizen.

    Args:
        outbound: the row; with `code` the key by which the officer is told once.
        state: failed, or still waiting.
    """

    outbound: int
    officer_id: int
    case: Case
    state: DeliveryState
    code: str


class TopicState(str, Enum):
    """Where a topic stands."""

    OPEN = "open"
    CLOSED = "closed"
    LOST = "lost"
    """Something could not be said in it: nothing is said there any more."""


@dataclass(frozen=True)
class Topic:
    """A topic of an officers' forum, about one case.

    Args:
        chat: the forum's address.
        address: the topic's own.
    """

    conversation_id: str
    reference: str
    chat: str
    address: str
    state: TopicState = TopicState.OPEN


class Topics(Protocol):
    """Which topics cases have."""

    def find(self, conversation_id: str) -> Topic | None:
        """The topic with this conversation."""

    def of_case(self, reference: str) -> tuple[Topic, ...]:
        """A case's topics, one a group."""

    def keep(self, topic: Topic) -> Topic:
        """Keeps a new topic; the one that the case has there already wins."""

    def mark(self, conversation_id: str, state: TopicState) -> None:
        """A topic stands differently; a lost one stays lost."""

    def broken(self) -> tuple[Topic, ...]:
        """Topics, not yet lost, in which something could not be said."""


class Forums(Protocol):
    """The platform's forums."""

    async def open_topic(self, chat: str, title: str) -> str:
        """Opens a topic and returns its address.

        Raises:
            SendFailed: the platform did not do it.
        """

    async def close_topic(self, address: str) -> None:
        """Closes a topic.

        Raises:
            SendFailed: the platform did not do it.
        """

    async def reopen_topic(self, address: str) -> None:
        """Opens a closed topic again.

        Raises:
            SendFailed: the platform did not do it.
        """


class ForeignButton(Exception):
    """A button that was offered to somebody else."""


class Lines(Protocol):
    """What was said to officers, and where."""

    def accounts(self) -> frozenset[str]:
        """The conversations of every officer's accounts."""

    def reachable(self, officer_id: int) -> tuple[Account, ...]:
        """An officer's accounts that have written to us."""

    def chosen(self, conversation_id: str, reference: str, index: int) -> str | None:
        """What a button carries; None if there is no such button.

        Raises:
            ForeignButton: it belongs to another conversation.
        """

    def latest(self, conversation_id: str) -> Shown | None:
        """The last message that was sent here."""

    def quoted(self, conversation_id: str, platform_id: str) -> Shown | None:
        """A message of ours that was quoted; None if it is none, or not of this conversation."""

    def language(self, conversation_id: str) -> str | None:
        """What a citizen was answered in last."""

    def troubles(self, since: datetime) -> Sequence[Trouble]:
        """Officers' words, written since then, that failed or wait for a window."""


class Memory(Protocol):
    """What an officer is about to do; forgotten after an hour."""

    async def wish(self, conversation_id: str, officer_id: int) -> str | None:
        """What the officer's next words here are for, as a button would carry it."""

    async def keep_wish(self, conversation_id: str, officer_id: int, wish: str | None) -> None:
        """Remembers or forgets it."""

    async def keep(self, conversation_id: str, message: InboundMessage) -> None:
        """Keeps words until the officer has said for whom they are."""

    async def kept(self, conversation_id: str, message_id: str) -> InboundMessage | None:
        """The words that were kept."""

    async def came(self, officer_id: int, conversation_id: str) -> None:
        """The officer wrote from here."""

    async def whereabouts(self, officer_id: int) -> str | None:
        """Where the officer wrote from last."""
