"""Brings outbound messages to the citizen, in order, and says what became of each."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Channel
from bot.services.keep_window import WINDOW_CLOSED
from bot.services.loop_breaker import LoopBreaker
from bot.services.meter import Meter, NoMeter
from bot.services.pace import Pace
from bot.services.ports import OutboundRow, Outbox, Transport

_log = Log(__name__)
# A fault of ours ends soon; a platform that is away is waited for, for about a day.
_MAX_ATTEMPTS = 8
_MAX_ATTEMPTS_AWAY = 290
_BROKEN = "broken"
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 300.0
_NOTE_AGAIN_SECONDS = 0.5
LOOP = "loop"
"""Why a message failed that had been said again and again."""


class Window(Protocol):
    """The hours in which a platform takes what we say; see `bot.services.keep_window`."""

    async def allows(self, row: OutboundRow) -> bool:
        """Whether a message may be sent now; if not, it has been put off."""

    async def refused(self, row: OutboundRow) -> None:
        """The platform says that it may not."""


@dataclass
class _Line:
    """Those who deliver to one conversation; kept until the last has left.

    A lock alone does not tell: while it passes to the next in line it looks free.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Deliver:
    """Sends what is due of one conversation; a message that must wait holds up the later ones.

    Args:
        pace: the platforms' limits; None for none.
        breaker: stops the same text said again and again; None for never.
        is_mine: whether this process may deliver to a conversation now. Two that deliver to the
            same one would say things twice.
        meter: counts what became of messages.
        window: puts off what a platform does not take at this hour; None for nothing.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        transports: Mapping[Channel, Transport],
        clock: Clock,
        pace: Pace | None = None,
        breaker: LoopBreaker | None = None,
        is_mine: Callable[[str], bool] = lambda _conversation_id: True,
        meter: Meter | None = None,
        window: Window | None = None,
    ) -> None:
        self._outbox = outbox
        self._transports = transports
        self._clock = clock
        self._pace = pace
        self._breaker = breaker
        self._is_mine = is_mine
        self._meter = meter or NoMeter()
        self._window = window
        self._lines: dict[str, _Line] = {}

    async def deliver(self, conversation_id: str, *, is_urgent: bool = False) -> None:
        """Sends the conversation's queued messages until one has to wait.

        Args:
            is_urgent: goes before what others wait for.
        """
        async with self._one_by_one(conversation_id):
            for row in await asyncio.to_thread(self._outbox.queued, conversation_id):
                if row.due_at > self._clock() or not await self._send(row, is_urgent):
                    break

    async def deliver_due(self) -> int:
        """Tries again what is due in any conversation; returns how many conversations."""
        due = await self.due()
        await asyncio.gather(*(self.deliver(conversation_id) for conversation_id in due))
        return len(due)

    async def due(self) -> tuple[str, ...]:
        """The conversations of ours in which something is due and nobody is at it."""
        due = await asyncio.to_thread(self._outbox.due_conversations, self._clock())
        return tuple(each for each in due if each not in self._lines and self._is_mine(each))

    @asynccontextmanager
    async def _one_by_one(self, conversation_id: str) -> AsyncIterator[None]:
        """One at a time in a conversation: two at once would both send what is queued."""
        line = self._lines.setdefault(conversation_id, _Line())
        line.length += 1
        try:
            async with line.turn:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[conversation_id]

    async def _send(self, row: OutboundRow, is_urgent: bool) -> bool:
        if not self._may_be_said(row):
            await self._noted(self._outbox.mark_failed, row.id, LOOP)
            return True
        if self._pace:
            await self._pace.turn(row.channel, row.conversation_id, is_urgent=is_urgent)
        if not self._is_mine(row.conversation_id):
            return False
        if not await asyncio.to_thread(self._outbox.is_queued, row.id):
            return True  # an officer has come meanwhile
        if self._window and not await self._window.allows(row):
            return False
        transport = self._transports.get(row.channel)
        started = time.perf_counter()
        try:
            if transport is None:
                raise SendFailed("channel_off", retry=True)
            sent = await transport.send(row.address, row.message, reference=str(row.id))
        except SendFailed as failure:
            return await self._failed(row, failure)
        except Exception:
            _log.exception("outbound.broken", outbound=row.id)
            return await self._failed(row, SendFailed(_BROKEN, retry=True))
        self._meter.observe("send", time.perf_counter() - started)
        self._meter.count("deliveries", channel=row.channel.value, result="sent")
        await self._noted(self._outbox.mark_sent, row.id, sent.platform_ids)
        return True

    def _may_be_said(self, row: OutboundRow) -> bool:
        if self._breaker is None or row.attempts or row.message.is_officers:
            return True
        if self._breaker.allows(row.conversation_id, row.message.text, now=self._clock()):
            return True
        _log.error("outbound.loop", outbound=row.id, conversation=row.conversation_id)
        self._meter.count("deliveries", channel=row.channel.value, result=LOOP)
        return False

    async def _failed(self, row: OutboundRow, failure: SendFailed) -> bool:
        if self._window and failure.code == WINDOW_CLOSED:
            await self._window.refused(row)
            return False
        attempts = row.attempts + 1
        most = _MAX_ATTEMPTS if failure.code == _BROKEN else _MAX_ATTEMPTS_AWAY
        is_final = not failure.retry or attempts >= most
        _log.warning(
            "outbound.failed", outbound=row.id, code=failure.code, attempts=attempts, final=is_final
        )
        self._meter.count("deliveries", channel=row.channel.value, result=failure.code)
        if is_final:
            await self._noted(self._outbox.mark_failed, row.id, failure.code)
            return True
        wait = failure.retry_after_seconds or min(
            _LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempts - 1)
        ) * random.uniform(1, 1.3)  # noqa: S311 - jitter
        due_at = self._clock() + timedelta(seconds=wait)
        await asyncio.to_thread(self._outbox.mark_waiting, row.id, code=failure.code, due_at=due_at)
        return False

    async def _noted(self, note: Callable[..., None], *arguments: object) -> None:
        """Writes down what has happened. A lost note would say the same thing twice."""
        while True:
            try:
                await asyncio.to_thread(note, *arguments)
                return
            except Exception:
                _log.exception("outbound.unnoted")
                await asyncio.sleep(_NOTE_AGAIN_SECONDS)


class DeliverSoon:
    """Delivers in the background, so that no turn waits for a platform.

    What is written is on its way in any case: whatever is left undone is found by `look`.

    Args:
        deliver: does it.
        is_urgent: goes before what others wait for.
    """

    def __init__(self, deliver: Deliver, *, is_urgent: bool = False) -> None:
        self._deliver = deliver
        self._is_urgent = is_urgent
        self._tasks: set[asyncio.Task[None]] = set()

    async def deliver(self, conversation_id: str) -> None:
        """Begins to deliver."""
        task = asyncio.create_task(self._try(conversation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def look(self) -> None:
        """Begins to deliver wherever something is due."""
        for conversation_id in await self._deliver.due():
            await self.deliver(conversation_id)

    async def close(self, seconds: float) -> None:
        """Waits for what is on its way, for so long at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _try(self, conversation_id: str) -> None:
        try:
            await self._deliver.deliver(conversation_id, is_urgent=self._is_urgent)
        except Exception:
            _log.exception("outbound.undone", conversation=conversation_id)
