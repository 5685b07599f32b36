"""A case's topic in the forum of its desk: opened, closed, and left when the case moves on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.casework.case import Case, CaseState
from bot.casework.desk_groups import DeskGroups
from bot.casework.events import Event, EventKind
from bot.desk_chat.cards import Cards
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Channel
from bot.services.chat_ports import Forums, Topic, Topics, TopicState
from bot.services.ports import Conversations

_log = Log(__name__)
CHANNEL = Channel.TELEGRAM
ENDS = (EventKind.CLOSED, EventKind.WITHDRAWN)


class CaseTopics:
    """Where a case is spoken of by its group; whatever fails leaves the case to private chats.

    Args:
        forums: the platform's; None where it is off.
        name: a conversation's id by channel and address.
    """

    def __init__(
        self,
        topics: Topics,
        forums: Forums | None,
        *,
        groups: DeskGroups,
        conversations: Conversations,
        cards: Cards,
        name: Callable[[str, str], str],
    ) -> None:
        self._topics = topics
        self._forums = forums
        self._groups = groups
        self._conversations = conversations
        self._cards = cards
        self._name = name

    async def of(self, event: Event, case: Case, *, opens: bool) -> Topic | None:
        """The topic in which an event is told, opened if need be.

        Args:
            opens: whether the event is worth a new topic.

        Returns:
            The topic; None where people are told in private.
        """
        group = self._groups.of(case)
        if group is None or self._forums is None:
            return None
        found = next((each for each in await self._all(case) if each.chat == group), None)
        if found is None:
            is_new = opens and case.state is CaseState.QUEUED
            return await self._open(case, group, self._forums) if is_new else None
        if found.state is TopicState.LOST or not (case.is_open or event.kind in ENDS):
            return None
        if found.state is TopicState.CLOSED and case.is_open:
            await self._turn(found, TopicState.OPEN, self._forums.reopen_topic)
        return found

    async def left(self, case: Case) -> tuple[Topic, ...]:
        """Topics in groups that have nothing to do with the case any more."""
        if self._forums is None:
            return ()
        group = self._groups.of(case)
        return tuple(
            each
            for each in await self._all(case)
            if each.chat != group and each.state is TopicState.OPEN
        )

    async def is_in_group(self, conversation_id: str | None, topic: Topic) -> bool:
        """Whether a conversation is a topic of the same group."""
        if conversation_id is None:
            return False
        found = await asyncio.to_thread(self._topics.find, conversation_id)
        return found is not None and found.chat == topic.chat

    async def close(self, topic: Topic) -> None:
        """Closes a topic in which the last word was said."""
        if self._forums is not None:
            await self._turn(topic, TopicState.CLOSED, self._forums.close_topic)

    async def _all(self, case: Case) -> tuple[Topic, ...]:
        return await asyncio.to_thread(self._topics.of_case, case.reference)

    async def _open(self, case: Case, group: str, forums: Forums) -> Topic | None:
        title = self._cards.topic_title(case, self._groups.reader(case))
        try:
            address = await forums.open_topic(group, title)
        except SendFailed as failure:
            _log.warning("topic.not_opened", case=case.reference, code=failure.code)
            return None
        except Exception:
            # Whatever it is, it must not keep a case from those who could take it.
            _log.exception("topic.not_opened", case=case.reference)
            return None
        topic = Topic(self._name(CHANNEL.value, address), case.reference, group, address)
        return await asyncio.to_thread(self._keep, topic)

    def _keep(self, topic: Topic) -> Topic:
        self._conversations.open(topic.conversation_id, channel=CHANNEL, address=topic.address)
        return self._topics.keep(topic)

    async def _turn(
        self, topic: Topic, state: TopicState, method: Callable[[str], Awaitable[None]]
    ) -> None:
        try:
            await method(topic.address)
        except SendFailed as failure:
            # It may stand so already; if it is gone, the next word in it will tell.
            _log.warning("topic.not_turned", case=topic.reference, code=failure.code)
        await asyncio.to_thread(self._topics.mark, topic.conversation_id, state)
