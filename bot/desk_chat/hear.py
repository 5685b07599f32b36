"""An officer's message: what it means, what is done, what is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.casework.officers import Officer, may_see, may_write
from bot.desk_chat.act import Act
from bot.desk_chat.cards import Cards, named_cases
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Command, Do
from bot.desk_chat.done import Done
from bot.desk_chat.meaning import Meaning, understand
from bot.desk_chat.ports import Desk
from bot.desk_chat.room import Room, Source, addressed
from bot.desk_chat.speak import Speak
from bot.logs import Log
from bot.messages import Author, InboundMessage, OutboundMessage
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

    async def __call__(
        self, entry: StreamEntry, officer: Officer, room: Room | None = None
    ) -> None:
        """Hears one message.

        Args:
            room: the topic in which it was written; None in the officer's own chat.
        """
        here = entry.conversation_id
        own = room.account if room else here
        if await asyncio.to_thread(self._is_done, entry, own):
            await self._deliveries.deliver(here)
            return await self._deliveries.deliver(own)
        await self._memory.came(officer.id, here)
        wish = await self._memory.wish(here, officer.id)
        meant = await asyncio.to_thread(self._understood, entry, officer, wish=wish, own=own)
        if room and room.is_private(meant):
            room = None
        kept = None
        if isinstance(meant.what, Command) and meant.what.do is Do.SEND:
            kept = await self._memory.kept(here, meant.what.argument)
        done = await asyncio.to_thread(self._do, entry, officer, meant=meant, kept=kept, room=room)
        place = here if room and self._is_for_group(done, room) else own
        if done.keeps:
            await self._memory.keep(place, entry.message)
        if place != here:
            await self._memory.keep_wish(here, officer.id, None)
        await self._memory.keep_wish(place, officer.id, done.wish)
        is_shared = place != own
        told = tuple(addressed(each, officer) for each in done.messages) if is_shared else None
        await asyncio.to_thread(self._say, entry, place, told or done.messages)
        await self._deliveries.deliver(place)
        if done.conversation_id:
            await self._deliveries.deliver(done.conversation_id)
        if done.case:
            self._tell()
        return None

    async def failed(self, entry: StreamEntry, officer: Officer) -> None:
        """A message that could not be handled again and again: the officer is told so."""
        told = Done((self._cards.message("no_answer_now", officer),))
        await asyncio.to_thread(self._say, entry, entry.conversation_id, told.messages)
        await self._deliveries.deliver(entry.conversation_id)

    def _is_done(self, entry: StreamEntry, own: str) -> bool:
        message = entry.message
        self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        places = {entry.conversation_id, own}
        return any(self._outbox.is_answered(place, message.message_id) for place in places)

    def _is_for_group(self, done: Done, room: Room) -> bool:
        """Whether an answer names no case that the group may not know of."""
        named = frozenset().union(*map(named_cases, done.messages)) - {room.case.reference}
        others = map(self._desk.cases.get, named)
        return all(other is not None and may_see(room.reader, other) for other in others)

    def _understood(
        self, entry: StreamEntry, officer: Officer, *, wish: str | None, own: str
    ) -> Meaning:
        try:
            return understand(
                entry.message,
                entry.conversation_id,
                self._lines,
                wish=wish,
                has_case=bool(self._desk.see.mine(officer.id)),
            )
        except ForeignButton:
            record_forgery(self._desk, own)
            return Meaning(Command(Do.UNKNOWN, argument=_FORGED))

    def _do(
        self,
        entry: StreamEntry,
        officer: Officer,
        *,
        meant: Meaning,
        kept: InboundMessage | None,
        room: Room | None,
    ) -> Done:
        message, what = entry.message, meant.what
        quoted, is_in_topic = meant.quoted, room is not None
        if room is not None:
            officer, quoted = room.reader, room.case.reference
            if not isinstance(what, Command) and not may_write(officer, room.case):
                return self._not_sent(officer, room)
        if meant.maybe is not None:
            return self._ask_meaning(officer, message, meant.maybe)
        if not isinstance(what, Command):
            reference = what.reference or quoted
            return self._speak(
                officer, message, text=what.text, reference=reference, is_in_topic=is_in_topic
            )
        if what.do is not Do.SEND:
            source = Source(message.message_id, is_in_topic)
            return self._act(officer, what, source=source, quoted=quoted)
        if kept is None:
            return Done((self._cards.message("no_words", officer),))
        return self._speak(
            officer,
            kept,
            text=kept.text,
            reference=what.reference,
            is_in_topic=is_in_topic,
            is_confirmed=True,
        )

    def _not_sent(self, officer: Officer, room: Room) -> Done:
        """A colleague who has not the case speaks to colleagues only, and knows it."""
        case = room.case
        holder = self._desk.officers.get(case.claimed_by) if case.claimed_by is not None else None
        key = "topic_held" if holder else "topic_free"
        name = holder.name if holder else None
        return Done((self._cards.message(key, officer, case=case.reference, name=name),))

    def _ask_meaning(self, officer: Officer, message: InboundMessage, choice: Command) -> Done:
        as_choice = self._cards.button(
            officer, choice.do, choice.reference, argument=choice.argument
        )
        title = self._cards.text("button_send", officer)
        as_words = button(title, Do.SEND, argument=message.message_id)
        asked = self._cards.message("ask_meaning", officer, as_choice, as_words)
        return Done((asked,), keeps=True)

    def _say(self, entry: StreamEntry, place: str, messages: tuple[OutboundMessage, ...]) -> None:
        self._outbox.write(
            place,
            in_reply_to=entry.message.message_id,
            messages=messages,
            author=Author.SYSTEM,
        )


def record_forgery(desk: Desk, account: str) -> None:
    """Somebody used what was meant for an officer, or for another one."""
    desk.audit.record(account, "desk.button", subject="", result="forged")
    _log.warning("desk.forged", conversation=account)
