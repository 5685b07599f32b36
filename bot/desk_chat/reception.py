"""Before every turn: is it an officer who writes? Whoever is none learns nothing of officers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.casework.officers import Officer
from bot.desk_chat.cards import Cards
from bot.desk_chat.commands import enrolment_code, is_officers_only
from bot.desk_chat.hear import HearOfficer, record_forgery
from bot.desk_chat.hear_topic import HearTopic
from bot.desk_chat.ports import Desk
from bot.logs import Log
from bot.messages import Author, Channel, InboundMessage
from bot.services.chat_ports import OFFICERS_CHANNELS, ForeignButton, Lines
from bot.services.enrol_officer import NotEnrolled
from bot.services.keep_window import KeepWindow
from bot.services.ports import Conversations, Deliveries, Outbox, StreamEntry

_log = Log(__name__)


class Accounts:
    """Officers' conversations, in memory: emergencies must not wait for the database.

    Who is in here is looked up again before anything is done for them.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._known: frozenset[str] = frozenset()

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._known

    def add(self, conversation_id: str) -> None:
        """One more, enrolled just now."""
        self._known = self._known | {conversation_id}

    def refresh(self) -> None:
        """Reads them anew; blocks."""
        self._known = self._lines.accounts()


class UrgentFirst(Protocol):
    """Help in an emergency; see `bot.workers.inbound.UrgentFirst`."""

    def goes_first(self, entry: StreamEntry) -> bool:
        """Whether a message overtakes others."""

    async def __call__(self, entry: StreamEntry) -> object:
        """Helps, if the message needs it."""


class Reception:
    """The worker's way in.

    Args:
        take_turn: what is done with a citizen's message.
        give_up: what is done with a citizen's message that fails again and again.
        window: notes that somebody on WhatsApp wrote.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        accounts: Accounts,
        hear: HearOfficer,
        hear_topic: HearTopic,
        cards: Cards,
        lines: Lines,
        conversations: Conversations,
        outbox: Outbox,
        deliveries: Deliveries,
        window: KeepWindow,
        take_turn: Callable[[StreamEntry], Awaitable[None]],
        give_up: Callable[[StreamEntry], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._accounts = accounts
        self._hear = hear
        self._hear_topic = hear_topic
        self._cards = cards
        self._lines = lines
        self._conversations = conversations
        self._outbox = outbox
        self._deliveries = deliveries
        self._window = window
        self._take_turn = take_turn
        self._give_up = give_up

    async def __call__(self, entry: StreamEntry) -> None:
        """Takes one message to where it belongs."""
        if is_from_group(entry):
            return await self._hear_topic(entry)
        await self._note_window(entry)
        officer = await self._officer(entry)
        if officer is not None:
            return await self._hear(entry, officer)
        if await self._is_enrolled_now(entry):
            return None
        await self._take_turn(entry)
        if _may_be_forged(entry.message):
            # Afterwards: nobody in danger waits for it.
            await asyncio.to_thread(self._watch, entry)
        return None

    async def give_up(self, entry: StreamEntry) -> None:
        """A message that fails again and again."""
        if is_from_group(entry):
            return await self._hear_topic.failed(entry)
        officer = await self._officer(entry)
        if officer is not None:
            return await self._hear.failed(entry, officer)
        return await self._give_up(entry)

    async def _officer(self, entry: StreamEntry) -> Officer | None:
        if entry.conversation_id not in self._accounts:
            return None
        return await asyncio.to_thread(self._desk.officers.by_account, entry.conversation_id)

    async def _note_window(self, entry: StreamEntry) -> None:
        message = entry.message
        if message.channel is Channel.WHATSAPP:
            await self._window.heard(entry.conversation_id, message.received_at)

    async def _is_enrolled_now(self, entry: StreamEntry) -> bool:
        message = entry.message
        code = enrolment_code(message.text)
        if code is None or message.channel not in OFFICERS_CHANNELS:
            return False
        is_done = await asyncio.to_thread(self._enrol, entry, code)
        if is_done:
            self._accounts.add(entry.conversation_id)
            await self._deliveries.deliver(entry.conversation_id)
        return is_done

    def _enrol(self, entry: StreamEntry, code: str) -> bool:
        message = entry.message
        # A message that comes again after a crash: the code was used, by this very account.
        officer = self._desk.officers.by_account(entry.conversation_id)
        if officer is None:
            found = self._desk.enrol(code, channel=message.channel, address=message.address)
            if isinstance(found, NotEnrolled):
                return False
            officer = found
        self._conversations.open(
            entry.conversation_id, channel=message.channel, address=message.address
        )
        self._outbox.write(
            entry.conversation_id,
            in_reply_to=message.message_id,
            messages=(
                self._cards.message(
                    "enrolled",
                    officer,
                    name=officer.name,
                    role=self._cards.text(f"role_{officer.role.value}", officer),
                    missions=self._cards.missions(officer),
                ),
            ),
            author=Author.SYSTEM,
        )
        return True

    def _watch(self, entry: StreamEntry) -> None:
        """Puts on record who tries an officer's button or command without being one."""
        message = entry.message
        if message.payload is None:
            self._desk.audit.record(
                entry.conversation_id, "desk.command", subject="", result="no_officer"
            )
            _log.warning("desk.stranger", conversation=entry.conversation_id)
            return
        reference, _, index = message.payload.removeprefix("#").partition(":")
        try:
            if index.isdecimal():
                self._lines.chosen(entry.conversation_id, reference, int(index))
        except ForeignButton:
            record_forgery(self._desk, entry.conversation_id)


class CitizensOnly:
    """Help in an emergency, for whoever is no officer."""

    def __init__(self, help_now: UrgentFirst, accounts: Accounts, window: KeepWindow) -> None:
        self._help_now = help_now
        self._accounts = accounts
        self._window = window

    def goes_first(self, entry: StreamEntry) -> bool:
        """Whether a message overtakes others."""
        return not self._is_officers(entry) and self._help_now.goes_first(entry)

    async def __call__(self, entry: StreamEntry) -> object:
        """Helps, if the message needs it."""
        if self._is_officers(entry):
            return None
        if entry.message.channel is Channel.WHATSAPP:
            await self._window.heard(entry.conversation_id, entry.message.received_at)
        return await self._help_now(entry)

    def _is_officers(self, entry: StreamEntry) -> bool:
        return is_from_group(entry) or entry.conversation_id in self._accounts


def is_from_group(entry: StreamEntry) -> bool:
    """Whether several people write there: no place for a citizen."""
    return entry.message.sender is not None


def _may_be_forged(message: InboundMessage) -> bool:
    is_reference = message.payload is not None and message.payload.startswith("#")
    return is_reference or is_officers_only(message.text)
