"""Notices that something has changed: one look a second for all who watch, none if nobody does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

from bot.logs import Log
from bot.services.desk_ports import Marks

_log = Log(__name__)
LOOK_SECONDS = 1.0
DESK = ""
"""The topic of all cases together; every other topic is a case's reference."""


class Pulse:
    """Lets readers wait until a mark is another one.

    Args:
        look: reads the marks of some cases; called in a thread.
        seconds: between two looks.
    """

    def __init__(
        self, look: Callable[[Collection[str]], Marks], *, seconds: float = LOOK_SECONDS
    ) -> None:
        self._look = look
        self._seconds = seconds
        self._topics: Counter[str] = Counter()
        self._marks: dict[str, str] = {}
        self._waiting: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None
        self.is_released = False

    def release(self) -> None:
        """Lets everybody who waits go, and nobody wait from now on."""
        self.is_released = True
        for waiter in self._waiting:
            waiter.set()

    async def wait(self, topic: str, mark: str, *, seconds: float) -> str:
        """The topic's mark as soon as it is not `mark`, or `mark` after so many seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        woken = asyncio.Event()
        self._waiting.add(woken)
        self._topics[topic] += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            while True:
                woken.clear()
                found = self._marks.get(topic, mark)
                left = until - loop.time()
                if found != mark or left <= 0 or self.is_released:
                    return found
                try:
                    await asyncio.wait_for(woken.wait(), left)
                except asyncio.TimeoutError:
                    continue
        finally:
            self._waiting.discard(woken)
            self._topics[topic] -= 1
            if not self._topics[topic]:
                del self._topics[topic]

    async def _keep_looking(self) -> None:
        try:
            while self._topics and not self.is_released:
                await self._look_once()
                await asyncio.sleep(self._seconds)
        finally:
            self._looking = None
            self._marks.clear()

    async def _look_once(self) -> None:
        watched = [topic for topic in self._topics if topic != DESK]
        try:
            marks = await asyncio.to_thread(self._look, watched)
        except Exception as error:
            # Nothing is lost: what has changed meanwhile is found when the database is back.
            _log.warning("desk.blind", error=type(error).__name__)
            return
        found = {DESK: marks.desk, **marks.cases}
        if found != self._marks:
            self._marks = found
            for waiter in self._waiting:
                waiter.set()
