"""Wakes long polls when a letter comes: one Redis subscription a process, however many wait."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from bot.channels.web.mailbox import WAKE_CHANNEL, Letter, Mailbox
from bot.logs import Log
from bot.storage.redis_client import REDIS_DOWN, end

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

# Should a wake-up ever get lost with a connection, a poll looks by itself this often.
_LOOK_SECONDS = 5.0
_BACKOFF_SECONDS = 0.5


class MailboxWatch:
    """Lets readers wait at their mailbox.

    Args:
        redis: from `open_redis`.
        mailbox: where to look.
    """

    def __init__(self, redis: Redis, mailbox: Mailbox) -> None:
        self._redis = redis
        self._mailbox = mailbox
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._is_released = False
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to listen; without Redis it waits for it in the background."""
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stops listening."""
        self.release()
        await end(self._listening)

    def release(self) -> None:
        """Lets every waiting reader go at once, and nobody wait from now on."""
        self._is_released = True
        self._wake_all()

    async def wait(self, conversation_id: str, seq: int, *, seconds: float) -> list[Letter]:
        """The letters behind `seq`, as soon as there is one.

        Args:
            conversation_id: whose mailbox.
            seq: the last letter that the reader has.
            seconds: after so long the answer is an empty list.

        Raises:
            RedisError: the mailbox cannot be read now.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        woken = asyncio.Event()
        # Waiting begins before the first look, or a letter between the two would be missed.
        self._waiting[conversation_id].add(woken)
        try:
            while True:
                woken.clear()
                letters = await self._mailbox.after(conversation_id, seq)
                left = until - loop.time()
                if letters or left <= 0 or self._is_released:
                    return letters
                await _wait(woken, min(left, _LOOK_SECONDS))
        finally:
            self._waiting[conversation_id].discard(woken)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    async def _listen(self) -> None:
        while True:
            subscription = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                await subscription.subscribe(WAKE_CHANNEL)
                # What was told while nobody listened is found by looking.
                self._wake_all()
                while True:
                    told = await subscription.get_message(timeout=_LOOK_SECONDS)
                    for waiter in self._waiting.get(told["data"], ()) if told else ():
                        waiter.set()
            except REDIS_DOWN as error:
                _log.warning("mailbox.deaf", error=type(error).__name__)
                await asyncio.sleep(_BACKOFF_SECONDS)
            finally:
                await subscription.close()

    def _wake_all(self) -> None:
        for waiters in self._waiting.values():
            for waiter in waiters:
                waiter.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        return
