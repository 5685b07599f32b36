"""A message that cannot be answered: people get it, and the citizen is told so."""

from __future__ import annotations

import asyncio
from typing import Protocol

from bot.conversation.language import answer_language
from bot.messages import Author, OutboundMessage
from bot.services.open_case import Opened, Opening
from bot.services.ports import Conversations, Deliveries, Outbox, StreamEntry
from bot.services.relay_from_citizen import Relay

SUBJECT = "assistant_failed"


class OpensCases(Protocol):
    """What is needed of the case desk."""

    def open(self, opening: Opening) -> Opened:
        """See `bot.services.open_case.OpenCase`."""


class ToldOfFailure(Protocol):
    """The words for it."""

    def failed(self, language: str, *, case: str) -> OutboundMessage:
        """That the message went to people under this reference."""


class GiveUp:
    """The use-case; calling it again with the same message has no second effect.

    The bot goes on answering what comes later.

    Args:
        cases: opens the case.
        relay: brings the message into it.
        words: what the citizen is told.
    """

    def __init__(
        self,
        *,
        conversations: Conversations,
        outbox: Outbox,
        cases: OpensCases,
        relay: Relay,
        words: ToldOfFailure,
        deliveries: Deliveries,
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._cases = cases
        self._relay = relay
        self._words = words
        self._deliveries = deliveries

    async def __call__(self, entry: StreamEntry) -> None:
        """Hands one message to people."""
        await asyncio.to_thread(self._hand_over, entry)
        await self._deliveries.deliver(entry.conversation_id)

    def _hand_over(self, entry: StreamEntry) -> None:
        message = entry.message
        session = self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        language = answer_language(
            chosen=session.language if session.is_language_chosen else None,
            detected=None,
            kept=session.language,
        )
        opening = Opening(
            entry.conversation_id, SUBJECT, language=language, message_id=message.message_id
        )
        case = self._cases.open(opening).case
        self._relay(entry.conversation_id, message, reopens=False)
        self._outbox.write(
            entry.conversation_id,
            in_reply_to=message.message_id,
            messages=(self._words.failed(language, case=case.reference),),
            author=Author.SYSTEM,
        )
