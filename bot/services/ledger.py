"""Our records, asked by people in danger: the database answers in time or is done without."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.consular.place import Place
from bot.errors import ConsularError
from bot.logs import Log
from bot.messages import Author, OutboundMessage
from bot.services.emergency_ports import Known
from bot.services.ports import Conversations, Outbox, StreamEntry

_log = Log(__name__)
_Found = TypeVar("_Found")

_PATIENCE_SECONDS = 1.0
_REST_SECONDS = 5.0
_THREADS = 4


class DatabaseSilent(ConsularError):
    """The database did not answer in time, or not at all."""


class Ledger:
    """Conversations and outbox behind a stop-watch.

    After a silence the database is left alone for some seconds: the next citizen does not wait
    for it as well.

    Args:
        registered: where the citizen of a conversation has registered as a resident.
        silences: errors that mean that the database does not answer.
        patience_seconds: how long one question may take.
        rest_seconds: for how long nothing is asked after a silence.
    """

    def __init__(
        self,
        conversations: Conversations,
        outbox: Outbox,
        *,
        registered: Callable[[str], Place],
        silences: tuple[type[Exception], ...],
        patience_seconds: float = _PATIENCE_SECONDS,
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._registered = registered
        self._silences: tuple[type[Exception], ...] = (asyncio.TimeoutError, *silences)
        self._patience_seconds = patience_seconds
        self._rest_seconds = rest_seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="ledger")
        self._asked_again_at = 0.0

    async def ask(self, question: Callable[[], _Found]) -> _Found:
        """Asks in a thread.

        Raises:
            DatabaseSilent: no answer. What was asked may still happen, much later.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._asked_again_at:
            raise DatabaseSilent("resting")
        try:
            answer = loop.run_in_executor(self._threads, question)
            return await asyncio.wait_for(answer, self._patience_seconds)
        except self._silences as error:
            self._asked_again_at = loop.time() + self._rest_seconds
            _log.warning("ledger.silent", error=type(error).__name__)
            raise DatabaseSilent(type(error).__name__) from None

    def look_up(self, entry: StreamEntry) -> Known:
        """What is known of a message and its conversation."""
        message = entry.message
        session = self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        return Known(
            session,
            offers=self._outbox.offers(entry.conversation_id),
            is_answered=self._outbox.is_answered(entry.conversation_id, message.message_id),
            registered=self._registered(entry.conversation_id),
        )

    def write(
        self,
        conversation_id: str,
        *,
        in_reply_to: str,
        messages: Sequence[OutboundMessage],
        language: str | None = None,
    ) -> None:
        """Queues what is said, whoever has the conversation.

        Args:
            language: to be remembered; None if there is nothing to change.
        """
        self._outbox.write(
            conversation_id, in_reply_to=in_reply_to, messages=messages, author=Author.SYSTEM
        )
        if language:
            self._conversations.keep_language(conversation_id, language=language, is_chosen=False)
