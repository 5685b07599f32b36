"""What the desk in a chat needs from outside, as protocols: what officers were told, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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

    async def wish(self, conversation_id: str) -> str | None:
        """What the next words are for, as a button would carry it."""

    async def keep_wish(self, conversation_id: str, wish: str | None) -> None:
        """Remembers or forgets it."""

    async def keep(self, conversation_id: str, message: InboundMessage) -> None:
        """Keeps words until the officer has said for whom they are."""

    async def kept(self, conversation_id: str, message_id: str) -> InboundMessage | None:
        """The words that were kept."""

    async def came(self, officer_id: int, conversation_id: str) -> None:
        """The officer wrote from here."""

    async def whereabouts(self, officer_id: int) -> str | None:
        """Where the officer wrote from last."""
