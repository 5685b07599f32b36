"""A topic in which something could not be said is left, and the case goes on in private chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.casework.case import Case, CaseState
from bot.casework.officers import Officer
from bot.desk_chat.cards import Cards
from bot.desk_chat.ports import Desk
from bot.logs import Log
from bot.messages import Author, OutboundMessage
from bot.services.chat_ports import NEWS, Lines, Topic, Topics, TopicState
from bot.services.ports import Deliveries, Outbox
from bot.services.see_case import CaseView

_log = Log(__name__)


class LeaveLostTopics:
    """The use-case; a second telling changes nothing.

    Args:
        view: a case as an officer may see it, without a look on record.
    """

    def __init__(
        self,
        desk: Desk,
        topics: Topics,
        *,
        outbox: Outbox,
        lines: Lines,
        cards: Cards,
        view: Callable[[Case, Officer], CaseView],
        deliveries: Deliveries,
    ) -> None:
        self._desk = desk
        self._topics = topics
        self._outbox = outbox
        self._lines = lines
        self._cards = cards
        self._view = view
        self._deliveries = deliveries

    async def __call__(self) -> int:
        """Leaves what is lost; returns how many topics that were."""
        broken = await asyncio.to_thread(self._topics.broken)
        for topic in broken:
            _log.error("topic.lost", case=topic.reference)
            for place in await asyncio.to_thread(self._written, topic):
                await self._deliveries.deliver(place)
            # Afterwards: after a crash in between people are told once all the same.
            await asyncio.to_thread(self._topics.mark, topic.conversation_id, TopicState.LOST)
        return len(broken)

    def _written(self, topic: Topic) -> list[str]:
        case = self._desk.cases.get(topic.reference)
        places = []
        for officer, message in self._told(case) if case else ():
            for account in self._lines.reachable(officer.id):
                self._outbox.write(
                    account.conversation_id,
                    in_reply_to=f"{NEWS}topic:{topic.conversation_id}",
                    messages=(message,),
                    author=Author.SYSTEM,
                )
                places.append(account.conversation_id)
        return places

    def _told(self, case: Case) -> Iterable[tuple[Officer, OutboundMessage]]:
        """The card with the last lines, for whoever has the case or could take it."""
        if case.state is CaseState.QUEUED:
            for officer in self._desk.recipients(case):
                view = self._view(case, officer)
                yield officer, self._cards.news(view, officer, key="topic_lost")
        holder = self._desk.officers.get(case.claimed_by) if case.claimed_by is not None else None
        if case.state is CaseState.CLAIMED and holder is not None and holder.is_active:
            view = self._view(case, holder)
            yield holder, self._cards.taken(view, holder, key="topic_lost")
