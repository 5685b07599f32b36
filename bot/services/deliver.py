"""Brings outbound messages to the citizen, in order, and says what became of each."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from bot.clock import Clock
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Channel
from bot.services.ports import OutboundRow, Outbox, Transport

_log = Log(__name__)
_MAX_ATTEMPTS = 8
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 300.0


class Deliver:
    """Sends what is due of one conversation; a message that must wait holds up the later ones."""

    def __init__(
        self, *, outbox: Outbox, transports: Mapping[Channel, Transport], clock: Clock
    ) -> None:
        self._outbox = outbox
        self._transports = transports
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def deliver(self, conversation_id: str) -> None:
        """Sends the conversation's queued messages until one has to wait."""
        lock = self._locks[conversation_id]
        async with lock:
            for row in await asyncio.to_thread(self._outbox.queued, conversation_id):
                if row.due_at > self._clock() or not await self._send(row):
                    break
        if not lock.locked():
            self._locks.pop(conversation_id, None)

    async def deliver_due(self) -> int:
        """Tries again what is due in any conversation; returns how many conversations."""
        due = await asyncio.to_thread(self._outbox.due_conversations, self._clock())
        await asyncio.gather(*(self.deliver(conversation_id) for conversation_id in due))
        return len(due)

    async def _send(self, row: OutboundRow) -> bool:
        if not await asyncio.to_thread(self._outbox.is_queued, row.id):
            return True  # an officer has come meanwhile
        transport = self._transports.get(row.channel)
        try:
            if transport is None:
                raise SendFailed("channel_off", retry=True)
            sent = await transport.send(row.address, row.message, reference=str(row.id))
        except SendFailed as failure:
            return await self._failed(row, failure)
        await asyncio.to_thread(self._outbox.mark_sent, row.id, sent.platform_ids)
        return True

    async def _failed(self, row: OutboundRow, failure: SendFailed) -> bool:
        attempts = row.attempts + 1
        is_final = not failure.retry or attempts >= _MAX_ATTEMPTS
        _log.warning(
            "outbound.failed", outbound=row.id, code=failure.code, attempts=attempts, final=is_final
        )
        if is_final:
            await asyncio.to_thread(self._outbox.mark_failed, row.id, failure.code)
            return True
        wait = failure.retry_after_seconds or min(
            _LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempts - 1)
        ) * random.uniform(1, 1.3)  # noqa: S311 - jitter
        due_at = self._clock() + timedelta(seconds=wait)
        await asyncio.to_thread(self._outbox.mark_waiting, row.id, code=failure.code, due_at=due_at)
        return False
