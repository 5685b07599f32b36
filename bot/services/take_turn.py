"""One inbound message becomes one turn: who it is, what was meant, what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.conversation.session import Session
from bot.services.ports import Answer, Assistant, Conversations, Deliveries, Outbox, StreamEntry
from bot.services.understand_input import Input, understand


class TakeTurn:
    """The worker's use-case; every step may be repeated after a crash without a second effect.

    Args:
        keyboard: payloads of the channels' standing keys by their label.
    """

    def __init__(
        self,
        *,
        conversations: Conversations,
        outbox: Outbox,
        assistant: Assistant,
        deliveries: Deliveries,
        keyboard: Mapping[str, str],
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._assistant = assistant
        self._deliveries = deliveries
        self._keyboard = keyboard

    async def __call__(self, entry: StreamEntry) -> None:
        """Answers one entry of the inbound stream.

        Raises:
            AssistantUnavailable: nothing was answered; the entry stays and is tried again.
        """
        key = entry.message.message_id
        session, meant, is_answered = await asyncio.to_thread(self._prepare, entry)
        if not is_answered:
            answer = await self._assistant.answer(
                session, meant, message_id=key, is_redelivered=entry.attempts > 1
            )
            await asyncio.to_thread(self._keep, session, key, answer)
        await self._deliveries.deliver(session.conversation_id)

    def _prepare(self, entry: StreamEntry) -> tuple[Session, Input, bool]:
        message = entry.message
        session = self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        offers = self._outbox.offers(session.conversation_id)
        is_answered = self._outbox.is_answered(session.conversation_id, message.message_id)
        return session, understand(message, offers, self._keyboard), is_answered

    def _keep(self, session: Session, key: str, answer: Answer) -> None:
        self._outbox.write(session.conversation_id, in_reply_to=key, messages=answer.messages)
        language = answer.language or session.language
        is_chosen = answer.is_language_chosen or session.is_language_chosen
        if language and (language, is_chosen) != (session.language, session.is_language_chosen):
            self._conversations.keep_language(
                session.conversation_id, language=language, is_chosen=is_chosen
            )
