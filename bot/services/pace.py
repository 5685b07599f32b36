"""How fast we may speak: a limit a citizen and a limit over all, the urgent first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.messages import Channel

_REMEMBERED = 20_000
_SHORTEST_WAIT_SECONDS = 0.002


@dataclass(frozen=True)
class Limits:
    """What a platform allows.

    Args:
        per_second: messages over all citizens in any second.
        chat_messages: messages to one citizen in any `chat_seconds`; 0 is no limit.
    """

    per_second: float
    chat_messages: int = 0
    chat_seconds: float = 1.0


class SharedLimit(Protocol):
    """The limit over all, for all workers together."""

    async def seconds_to_wait(self, name: str, per_second: float) -> float:
        """Takes one; 0 if it may go now, else after how long to ask again."""


class Pace:
    """Lets each message wait for its turn.

    Args:
        limits: by channel; a channel without may speak as it likes.
        shared: counts over all workers.
    """

    def __init__(self, limits: Mapping[Channel, Limits], shared: SharedLimit) -> None:
        self._lanes = {
            channel: _Lane(channel.value, limit.per_second, shared)
            for channel, limit in limits.items()
        }
        self._chats = {
            channel: _Chats(limit.chat_messages, limit.chat_seconds)
            for channel, limit in limits.items()
            if limit.chat_messages
        }

    async def turn(self, channel: Channel, conversation_id: str, *, is_urgent: bool) -> None:
        """Returns when a message may go out. What is urgent waits for nobody of the same chat."""
        chats = self._chats.get(channel)
        if chats:
            wait = chats.seconds_to_wait(conversation_id, asyncio.get_running_loop().time())
            if wait > 0 and not is_urgent:
                await asyncio.sleep(wait)
        lane = self._lanes.get(channel)
        if lane:
            await lane.turn(is_urgent)


class _Chats:
    """The limit a citizen. Whoever has a conversation in hand has it alone, so this is local."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._sent: dict[str, deque[float]] = {}

    def seconds_to_wait(self, conversation_id: str, now: float) -> float:
        """Books the next message and says how far away it is."""
        sent = self._sent.pop(conversation_id, deque(maxlen=self._count))
        earliest = sent[0] + self._seconds if len(sent) == self._count else now
        at = max(now, earliest)
        sent.append(at)
        self._sent[conversation_id] = sent
        if len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return at - now


class _Lane:
    """Those who wait for the limit over all; one of them asks for all."""

    def __init__(self, name: str, per_second: float, shared: SharedLimit) -> None:
        self._name = name
        self._per_second = per_second
        self._shared = shared
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._asking: asyncio.Task[None] | None = None

    async def turn(self, is_urgent: bool) -> None:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not is_urgent, next(self._numbers), ready))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        await ready

    async def _ask(self) -> None:
        while self._waiting:
            wait = await self._shared.seconds_to_wait(self._name, self._per_second)
            if wait > 0:
                await asyncio.sleep(max(wait, _SHORTEST_WAIT_SECONDS))
                continue
            while self._waiting:
                _, _, ready = heapq.heappop(self._waiting)
                if not ready.done():
                    ready.set_result(None)
                    break
