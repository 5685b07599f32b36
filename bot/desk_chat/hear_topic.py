"""What is written in a case's topic: only officers who may see the case are heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.casework.case import Case
from bot.casework.desk_groups import DeskGroups
from bot.casework.officers import Officer, may_see
from bot.desk_chat.cards import Cards
from bot.desk_chat.hear import HearOfficer
from bot.desk_chat.ports import Desk
from bot.desk_chat.room import Room
from bot.logs import Log
from bot.messages import Author, OutboundMessage
from bot.services.chat_ports import Topics
from bot.services.ports import Deliveries, Outbox, StreamEntry

_log = Log(__name__)


@dataclass(frozen=True)
class _Heard:
    """Who wrote, and why they are not heard; `refusal` is None for whoever is."""

    case: Case
    account: str
    officer: Officer | None
    refusal: str | None


class HearTopic:
    """The use-case. Whatever comes from a group never reaches a citizen's turn.

    Args:
        name: a conversation's id by channel and address.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        topics: Topics,
        groups: DeskGroups,
        name: Callable[[str, str], str],
        hear: HearOfficer,
        cards: Cards,
        outbox: Outbox,
        deliveries: Deliveries,
    ) -> None:
        self._desk = desk
        self._topics = topics
        self._groups = groups
        self._name = name
        self._hear = hear
        self._cards = cards
        self._outbox = outbox
        self._deliveries = deliveries

    async def __call__(self, entry: StreamEntry) -> None:
        """Hears one message; one in a topic that is not ours is nobody's."""
        heard = await asyncio.to_thread(self._heard, entry)
        if heard is None:
            return None
        if heard.officer is not None and heard.refusal is None:
            reader = self._groups.reader(heard.case, heard.officer)
            room = Room(heard.case, heard.account, reader)
            return await self._hear(entry, heard.officer, room)
        return await self._tell(entry, heard, heard.refusal or "no_answer_now")

    async def failed(self, entry: StreamEntry) -> None:
        """A message that could not be handled again and again."""
        heard = await asyncio.to_thread(self._heard, entry)
        if heard is not None:
            await self._tell(entry, heard, heard.refusal or "no_answer_now")

    def _heard(self, entry: StreamEntry) -> _Heard | None:
        topic = self._topics.find(entry.conversation_id)
        case = self._desk.cases.get(topic.reference) if topic else None
        if topic is None or case is None:
            return None
        message = entry.message
        account = self._name(message.channel.value, message.sender) if message.sender else ""
        officer = self._desk.officers.by_account(account) if account else None
        refusal = None
        if officer is None:
            refusal = "topic_stranger"
        elif self._groups.of(case) != topic.chat:
            refusal = "topic_moved"
        elif not may_see(officer, case):
            refusal = "topic_no_right"
        return _Heard(case, account or entry.conversation_id, officer, refusal)

    async def _tell(self, entry: StreamEntry, heard: _Heard, key: str) -> None:
        await asyncio.to_thread(self._refuse, entry, heard, key)
        await self._deliveries.deliver(entry.conversation_id)

    def _refuse(self, entry: StreamEntry, heard: _Heard, key: str) -> None:
        case, message = heard.case, entry.message
        if self._outbox.is_answered(entry.conversation_id, message.message_id):
            return
        self._desk.audit.record(
            heard.account,
            "desk.topic",
            subject=case.reference,
            result="no_officer" if heard.officer is None else "refused",
        )
        _log.warning("topic.refused", case=case.reference, sender=heard.account, reason=key)
        reader = self._groups.reader(case, heard.officer)
        told: OutboundMessage = self._cards.message(key, reader, case=case.reference)
        self._outbox.write(
            entry.conversation_id,
            in_reply_to=message.message_id,
            messages=(told,),
            author=Author.SYSTEM,
        )
