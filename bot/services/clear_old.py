"""Deletes personal data whose time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.conversation.retention import Kind, Retention
from bot.logs import Log
from bot.services.meter import Meter

_AT_ONCE = 500
_REST_SECONDS = 0.1
_log = Log(__name__)


@dataclass(frozen=True)
class Cleared:
    """What one batch did.

    Args:
        deleted: rows by what they are, without zeros.
        next: where the next batch begins; None if there is none.
    """

    deleted: Mapping[str, int] = field(default_factory=dict)
    next: str | None = None


class OldData(Protocol):
    """What is kept of citizens, by age."""

    def clear(self, kind: Kind, before: datetime, *, after: str | None, limit: int) -> Cleared:
        """Deletes what was over `before`, in one short transaction; the same again changes nothing.

        Args:
            after: where to begin: `Cleared.next` of the batch before, None for the first.
            limit: how many are looked at.
        """


class ClearOld:
    """The use-case of a timer: to be called every hour or so, by as many workers as there are.

    Args:
        rest_seconds: left to everybody else after each batch that deleted something.
    """

    def __init__(
        self,
        old: OldData,
        retention: Retention,
        *,
        meter: Meter,
        clock: Clock,
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self._old = old
        self._retention = retention
        self._meter = meter
        self._clock = clock
        self._rest_seconds = rest_seconds

    async def __call__(self) -> None:
        """Deletes everything that is due, batch by batch."""
        for kind in Kind:
            before = self._retention.over_before(kind, self._clock())
            if before is not None:
                await self._clear(kind, before)

    async def _clear(self, kind: Kind, before: datetime) -> None:
        after: str | None = None
        while True:
            done = await asyncio.to_thread(
                self._old.clear, kind, before, after=after, limit=_AT_ONCE
            )
            for name, number in done.deleted.items():
                self._meter.count("deleted", number, kind=name)
                _log.info("retention.deleted", kind=name, number=number)
            if done.next is None:
                return
            after = done.next
            if done.deleted:
                await asyncio.sleep(self._rest_seconds)
