"""One inbound message becomes one turn: who it is, what was meant, what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.conversation.session import Owner, Session
from bot.messages import InboundMessage
from bot.services.hear_cry import is_ours
from bot.services.help_now import Help
from bot.services.ports import (
    Alarm,
    Answer,
    Assistant,
    Conversations,
    Deliveries,
    Outbox,
    StreamEntry,
)
from bot.services.relay_from_citizen import Relay, Relayed
from bot.services.understand_input import STALE_BUTTON, Input, understand


class HelpFirst(Protocol):
    """What a turn needs of help in an emergency."""

    async def __call__(
        self, entry: StreamEntry, *, meant: Input | None = None, alarm: Alarm | None = None
    ) -> Help:
        """See `bot.services.help_now.HelpNow`."""


class Waiting(Protocol):
    """What the desk itself says; see `bot.services.serve_waiting.ServeWaiting`."""

    def before(self, session: Session, message: InboundMessage, meant: Input) -> Input | None:
        """Looks at a message before the gate; None if it is done with."""

    def reopens(self, meant: Input) -> bool:
        """Whether it may open a closed case again."""

    def after(self, session: Session, relayed: Relayed) -> None:
        """Looks at what became of it at the gate."""


class TakeTurn:
    """The worker's use-case; every step may be repeated after a crash without a second effect.

    Args:
        help_now: looks at every message first; what is an emergency goes no further.
        relay: the owner gate; what people look after goes to them and never to the assistant.
        keyboard: payloads of the channels' standing keys by their label.
        waiting: the desk's own words to a citizen who waits, gives up or rates; None for none.
    """

    def __init__(
        self,
        *,
        conversations: Conversations,
        outbox: Outbox,
        help_now: HelpFirst,
        relay: Relay,
        assistant: Assistant,
        deliveries: Deliveries,
        keyboard: Mapping[str, str],
        waiting: Waiting | None = None,
    ) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._help_now = help_now
        self._relay = relay
        self._assistant = assistant
        self._deliveries = deliveries
        self._keyboard = keyboard
        self._waiting = waiting

    async def __call__(self, entry: StreamEntry) -> None:
        """Answers one entry of the inbound stream.

        Raises:
            AssistantUnavailable: nothing was answered; the entry stays and is tried again.
        """
        helped = await self._help_now(entry)
        if helped.is_done:
            return await self._resume(entry, helped)
        message = entry.message
        may_reopen = not helped.is_called_off
        session, meant, is_bots_turn = await asyncio.to_thread(
            self._prepare, entry, may_reopen=may_reopen
        )
        if is_ours(meant.payload):
            helped = await self._help_now(entry, meant=meant)
            if helped.is_done:
                return await self._resume(entry, helped)
            meant = replace(meant, payload=STALE_BUTTON)
        if is_bots_turn:
            answer = await self._answer(entry, session, meant)
            if answer.alarm:
                if (await self._help_now(entry, alarm=answer.alarm)).is_done:
                    return None
                meant = replace(meant, is_calm=True)
                answer = await self._answer(entry, session, meant)
            if helped.is_hidden:
                answer = _without_keys(answer)
            await asyncio.to_thread(
                self._keep, session, message, meant, answer=answer, may_reopen=may_reopen
            )
        return await self._deliveries.deliver(session.conversation_id)

    async def _resume(self, entry: StreamEntry, helped: Help) -> None:
        """Answers earlier words that are no emergency, or offers what else they say."""
        words = helped.resumes or helped.remembers
        if words is None:
            return
        message = replace(entry.message, message_id=f"{entry.message.message_id}:calm")
        session, _, is_bots_turn = await asyncio.to_thread(
            self._prepare, replace(entry, message=message), is_heard=True
        )
        if is_bots_turn:
            meant = Input(
                words,
                is_calm=True,
                is_offer=helped.resumes is None,
                is_quiet=helped.is_discreet,
            )
            answer = await self._answer(replace(entry, message=message), session, meant)
            if helped.is_hidden:
                answer = _without_keys(answer)
            await asyncio.to_thread(
                self._keep, session, message, meant, answer=answer, is_heard=True
            )
        await self._deliveries.deliver(session.conversation_id)

    async def _answer(self, entry: StreamEntry, session: Session, meant: Input) -> Answer:
        return await self._assistant.answer(
            session,
            meant,
            message_id=entry.message.message_id,
            is_redelivered=entry.attempts > 1,
        )

    def _prepare(
        self, entry: StreamEntry, *, is_heard: bool = False, may_reopen: bool = True
    ) -> tuple[Session, Input, bool]:
        message = entry.message
        session = self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        offers = self._outbox.offers(session.conversation_id)
        meant = understand(message, offers, self._keyboard)
        if self._waiting and not is_heard:
            taken = self._waiting.before(session, message, meant)
            if taken is None:
                return session, meant, False
            meant = taken
        is_bots_turn = is_heard or self._pass_on(session, message, meant, may_reopen=may_reopen)
        is_answered = self._outbox.is_answered(session.conversation_id, message.message_id)
        return session, meant, is_bots_turn and not is_answered

    def _pass_on(
        self, session: Session, message: InboundMessage, meant: Input, *, may_reopen: bool
    ) -> bool:
        is_words = meant.payload is None or bool(message.location or message.attachments)
        reopens = (
            may_reopen and is_words and (self._waiting is None or self._waiting.reopens(meant))
        )
        relayed = self._relay(session.conversation_id, message, reopens=reopens)
        if self._waiting:
            self._waiting.after(session, relayed)
        return relayed.is_bots_turn

    def _keep(
        self,
        session: Session,
        message: InboundMessage,
        meant: Input,
        *,
        answer: Answer,
        is_heard: bool = False,
        may_reopen: bool = True,
    ) -> None:
        self._outbox.write(
            session.conversation_id,
            in_reply_to=message.message_id,
            messages=answer.messages,
            only_if_owner=Owner.BOT,
        )
        # A case that this turn has opened gets the message that led to it; so does an officer
        # who came while it was being answered.
        if not is_heard:
            self._pass_on(session, message, meant, may_reopen=may_reopen)
        language = answer.language or session.language
        is_chosen = answer.is_language_chosen or session.is_language_chosen
        if language and (language, is_chosen) != (session.language, session.is_language_chosen):
            self._conversations.keep_language(
                session.conversation_id, language=language, is_chosen=is_chosen
            )


def _without_keys(answer: Answer) -> Answer:
    """The same answer for a covered conversation: the channel's emergency key stays away."""
    messages = tuple(replace(message, clears_keyboard=True) for message in answer.messages)
    return replace(answer, messages=messages)
