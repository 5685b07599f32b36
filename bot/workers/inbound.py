"""Takes inbound messages: in order within a conversation, conversations side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.clock import utc_now
from bot.errors import AssistantUnavailable
from bot.logs import Log, about, correlation_id
from bot.messages import Channel
from bot.services.meter import Meter
from bot.services.ports import StreamEntry
from bot.storage.dead_letters import DeadLetters
from bot.storage.engine import DATABASE_DOWN
from bot.storage.redis_client import REDIS_DOWN
from bot.storage.stream_reader import PoisonEntry, StreamReader
from bot.workers.outage import Outage

_log = Log(__name__)

_AT_ONCE = 16
_URGENT_AT_ONCE = 8
_OVERTAKE_SECONDS = 1.0
_MAX_FAILURES = 5
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 5.0
_DRAIN_SECONDS = 6.0
_UNSURE_SECONDS = 0.1
_MOST_HELD = 10_000
# Neither the message's fault nor ours: it waits, however long it takes.
_AWAY: tuple[type[BaseException], ...] = (AssistantUnavailable, *REDIS_DOWN, *DATABASE_DOWN)


class UrgentFirst(Protocol):
    """What the worker needs of help in an emergency."""

    def goes_first(self, entry: StreamEntry) -> bool:
        """Whether a message overtakes others."""

    async def __call__(self, entry: StreamEntry) -> object:
        """Helps, if the message needs it; see `bot.services.help_now.HelpNow`."""


class InboundWorker:
    """One worker's loop over the inbound stream.

    Args:
        reader: the partitions that this worker holds.
        take_turn: what is done with an entry.
        help_now: what is urgent overtakes the rest, in places of its own.
        dead_letters: where an entry goes that fails again and again.
        give_up: tells the citizen and the officers about such an entry.
        outage: tells when the assistant is back.
        meter: counts what became of messages.
        acknowledge: stops the waiting sign on a tapped button, where a channel has one.
    """

    def __init__(
        self,
        *,
        reader: StreamReader,
        take_turn: Callable[[StreamEntry], Awaitable[None]],
        help_now: UrgentFirst,
        dead_letters: DeadLetters,
        give_up: Callable[[StreamEntry], Awaitable[None]],
        outage: Outage,
        meter: Meter,
        acknowledge: Mapping[Channel, Callable[[str], Awaitable[None]]],
    ) -> None:
        self._reader = reader
        self._take_turn = take_turn
        self._help_now = help_now
        self._dead_letters = dead_letters
        self._give_up = give_up
        self._outage = outage
        self._meter = meter
        self._acknowledge = acknowledge
        self._waiting: dict[str, deque[StreamEntry]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._urgent_places = asyncio.Semaphore(_URGENT_AT_ONCE)
        self._is_stopping = False
        self._held = 0

    def holds_conversation(self, conversation_id: str) -> bool:
        """Whether this worker, and no other, may speak in a conversation now."""
        return self._reader.holds_conversation(conversation_id)

    async def run(self) -> None:
        """Reads until cancelled; then ends the turns that it has begun, and begins no other."""
        await self._reader.start()
        try:
            while True:
                while self._held > _MOST_HELD:  # noqa: ASYNC110 - what waits in Redis is safe
                    await asyncio.sleep(_UNSURE_SECONDS)
                for entry in await self._reader.read():
                    self._sort_in(entry)
        finally:
            self._is_stopping = True
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_DRAIN_SECONDS)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._outage.close()
            await self._reader.close()

    def _sort_in(self, entry: StreamEntry | PoisonEntry) -> None:
        if isinstance(entry, PoisonEntry):
            self._start(self._put_aside(entry, "unreadable"))
            return
        self._held += 1
        queue = self._waiting.get(entry.conversation_id)
        if queue is not None:
            queue.append(entry)
            if self._help_now.goes_first(entry):
                self._start(self._overtake(entry))
            return
        self._waiting[entry.conversation_id] = deque([entry])
        self._start(self._converse(entry.conversation_id))

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, conversation_id: str) -> None:
        """Handles one conversation's entries until none is left."""
        queue = self._waiting[conversation_id]
        try:
            while queue and not self._is_stopping:
                await self._handle(queue[0])
                queue.popleft()
                self._held -= 1
        finally:
            self._held -= len(queue)
            del self._waiting[conversation_id]

    async def _handle(self, entry: StreamEntry) -> None:
        message = entry.message
        with about(correlation_id(message.channel.value, message.message_id)):
            await self._handle_known(entry)

    async def _handle_known(self, entry: StreamEntry) -> None:
        pause = _FIRST_PAUSE_SECONDS
        failures = 0
        current: StreamEntry | None = entry
        self._acknowledge_button(entry)
        while current and await self._is_ours(current):
            try:
                is_urgent = self._help_now.goes_first(current)
                async with self._urgent_places if is_urgent else self._places:
                    # Others may have gone first, for longer than the lease.
                    if not self._reader.holds(current):
                        continue
                    await self._timed_turn(current)
                await self._reader.ack(current)
                return
            except _AWAY as error:
                _log.warning("turn.waits", entry=current.entry_id, reason=type(error).__name__)
                self._meter.count("turns", outcome="waited")
                is_ready_awaited = isinstance(error, AssistantUnavailable) and not is_urgent
            except Exception:
                failures += 1
                _log.exception("turn.failed", entry=current.entry_id, failures=failures)
                self._meter.count("turns", outcome="failed")
                if failures >= _MAX_FAILURES:
                    await self._put_aside(current, "failed")
                    return
                is_ready_awaited = False
            if self._is_stopping:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            if is_ready_awaited:
                await self._outage.is_over()
            current = await self._again(current)

    async def _is_ours(self, entry: StreamEntry | PoisonEntry) -> bool:
        """Whether the entry is still ours; waits for as long as nobody can tell."""
        while self._reader.has_in_hand(entry):
            if self._reader.holds(entry):
                return True
            await asyncio.sleep(_UNSURE_SECONDS)
        return False

    async def _timed_turn(self, entry: StreamEntry) -> None:
        if entry.attempts == 1:
            waited = utc_now() - entry.message.received_at
            self._meter.observe("queue", max(0.0, waited.total_seconds()))
        now = asyncio.get_running_loop().time
        started = now()
        await self._take_turn(entry)
        span = now() - started
        self._meter.observe("turn", span)
        _log.info("turn.done", entry=entry.entry_id, seconds=round(span, 3))
        self._meter.count("turns", outcome="done")

    async def _overtake(self, entry: StreamEntry) -> None:
        """Helps at once where earlier words of the same citizen wait for something broken.

        The message keeps its place in the conversation; when its turn comes, it has been answered.
        """
        await asyncio.sleep(_OVERTAKE_SECONDS)
        queue = self._waiting.get(entry.conversation_id)
        if queue is None or entry not in queue or queue[0] is entry:
            return
        try:
            async with self._urgent_places:
                await self._help_now(entry)
        except AssistantUnavailable as error:
            _log.warning("urgent.waits", entry=entry.entry_id, reason=str(error))
        except REDIS_DOWN as error:
            _log.warning("urgent.waits", entry=entry.entry_id, reason=type(error).__name__)
        except Exception:
            _log.exception("urgent.failed", entry=entry.entry_id)

    async def _again(self, entry: StreamEntry) -> StreamEntry | None:
        while True:
            try:
                return await self._reader.retry(entry)
            except REDIS_DOWN:
                await asyncio.sleep(_FIRST_PAUSE_SECONDS)

    async def _put_aside(self, entry: StreamEntry | PoisonEntry, reason: str) -> None:
        """The end of an entry that cannot be answered: a person sees it, the citizen is told."""
        _log.error("inbound.dead", entry=entry.entry_id, reason=reason)
        self._meter.count("turns", outcome="dead")
        while await self._is_ours(entry):
            try:
                if isinstance(entry, StreamEntry):
                    await self._give_up(entry)
                await self._dead_letters.add(
                    entry.entry_id, conversation_id=entry.conversation_id, reason=reason
                )
                await self._reader.ack(entry)
                return
            except _AWAY:
                await asyncio.sleep(_FIRST_PAUSE_SECONDS)

    def _acknowledge_button(self, entry: StreamEntry) -> None:
        acknowledge = self._acknowledge.get(entry.message.channel)
        if acknowledge and entry.message.payload and entry.attempts == 1:
            self._start(acknowledge(entry.message.message_id))
