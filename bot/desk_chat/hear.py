"""An officer's message: what it means, what is done, what is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.casework.officers import Officer
from bot.desk_chat.act import Act
from bot.desk_chat.cards import Cards
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Command, Do
from bot.desk_chat.done import Done
from bot.desk_chat.meaning import Meaning, understand
from bot.desk_chat.ports import Desk
from bot.desk_chat.speak import Speak
from bot.logs import Log
from bot.messages import Author, InboundMessage
from bot.services.chat_ports import ForeignButton, Lines, Memory
from bot.services.ports import Conversations, Deliveries, Outbox, StreamEntry

_log = Log(__name__)
_FORGED = "button"


class HearOfficer:
    """The use-case; the same message again says and does nothing more.

    Args:
        tell: called with a case that has changed, so that whoever should know is told at once.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        conversations: Conversations,
        outbox: Outbox,
        lines: Lines,
        memory: Memory,
        act: Act,
        speak: Speak,
        cards: Cards,
        deliveries: Deliveries,
        tell: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._conversations = conversations
        self._outbox = outbox
        self._lines = lines
        self._memory = memory
        self._act = act
        self._speak = speak
        self._cards = cards
        self._deliveries = deliveries
        self._tell = tell

    async def __call__(self, entry: StreamEntry, officer: Officer) -> None:
        """Hears one message."""
        here = entry.conversation_id
        if await asyncio.to_thread(self._is_done, entry):
            return await self._deliveries.deliver(here)
        await self._memory.came(officer.id, here)
        wish = await self._memory.wish(here)
        meant = await asyncio.to_thread(self._understood, entry, officer, wish)
        kept = None
        if isinstance(meant.what, Command) and meant.what.do is Do.SEND:
            kept = await self._memory.kept(here, meant.what.argument)
        done = await asyncio.to_thread(self._do, entry, officer, meant=meant, kept=kept)
        if done.keeps:
            await self._memory.keep(here, entry.message)
        await self._memory.keep_wish(here, done.wish)
        await asyncio.to_thread(self._say, entry, done)
        await self._deliveries.deliver(here)
        if done.conversation_id:
            await self._deliveries.deliver(done.conversation_id)
        if done.case:
            self._tell()
        return None

    async def failed(self, entry: StreamEntry, officer: Officer) -> None:
        """A message that could not be handled again and again: the officer is told so."""
        told = Done((self._cards.message("no_answer_now", officer),))
        await asyncio.to_thread(self._say, entry, told)
        await self._deliveries.deliver(entry.conversation_id)

    def _is_done(self, entry: StreamEntry) -> bool:
        message = entry.message
        self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        return self._outbox.is_answered(entry.conversation_id, message.message_id)

    def _understood(self, entry: StreamEntry, officer: Officer, wish: str | None) -> Meaning:
        try:
            return understand(
                entry.message,
                entry.conversation_id,
                self._lines,
                wish=wish,
                has_case=bool(self._desk.see.mine(officer.id)),
            )
        except ForeignButton:
            record_forgery(self._desk, entry)
            return Meaning(Command(Do.UNKNOWN, argument=_FORGED))

    def _do(
        self,
        entry: StreamEntry,
        officer: Officer,
        *,
        meant: Meaning,
        kept: InboundMessage | None,
    ) -> Done:
        message, what = entry.message, meant.what
        if meant.maybe is not None:
            return self._ask_meaning(officer, message, meant.maybe)
        if not isinstance(what, Command):
            reference = what.reference or meant.quoted
            return self._speak(officer, message, text=what.text, reference=reference)
        if what.do is not Do.SEND:
            return self._act(officer, what, message=message, quoted=meant.quoted)
        if kept is None:
            return Done((self._cards.message("no_words", officer),))
        return self._speak(
            officer, kept, text=kept.text, reference=what.reference, is_confirmed=True
        )

    def _ask_meaning(self, officer: Officer, message: InboundMessage, choice: Command) -> Done:
        as_choice = self._cards.button(
            officer, choice.do, choice.reference, argument=choice.argument
        )
        title = self._cards.text("button_send", officer)
        as_words = button(title, Do.SEND, argument=message.message_id)
        asked = self._cards.message("ask_meaning", officer, as_choice, as_words)
        return Done((asked,), keeps=True)

    def _say(self, entry: StreamEntry, done: Done) -> None:
        self._outbox.write(
            entry.conversation_id,
            in_reply_to=entry.message.message_id,
            messages=done.messages,
            author=Author.SYSTEM,
        )


def record_forgery(desk: Desk, entry: StreamEntry) -> None:
    """Somebody used what was meant for an officer, or for another one."""
    desk.audit.record(entry.conversation_id, "desk.button", subject="", result="forged")
    _log.warning("desk.forged", conversation=entry.conversation_id)
