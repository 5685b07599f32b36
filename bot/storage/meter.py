"""What the workers count, kept in Redis: one account of all workers, which outlives each of them.

A worker gathers and brings its part once a second; what it cannot bring it keeps for the next time.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

KEY = "meter"
STEPS = "step"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.08, 0.15, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 120.0)
_EVERY_SECONDS = 1.0


class RedisMeter:
    """Fills `bot.services.meter.Meter`.

    Args:
        redis: from `open_redis`.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._gathered: Counter[str] = Counter()
        self._spans: dict[str, float] = {}

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """So many more of a kind."""
        self._gathered[field(name, labels)] += number

    def observe(self, step: str, seconds: float) -> None:
        """How long a step of a message's way took."""
        place = bisect_left(BUCKETS, seconds)
        bound = str(BUCKETS[place]) if place < len(BUCKETS) else "+Inf"
        self._gathered[field(STEPS, {"step": step, "le": bound})] += 1
        name = field(STEPS, {"step": step, "le": "sum"})
        self._spans[name] = self._spans.get(name, 0.0) + seconds

    async def keep_bringing(self) -> None:
        """Brings what was gathered, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.bring()

    async def bring(self) -> None:
        """Brings what was gathered so far; keeps it while Redis is away."""
        counts, self._gathered = self._gathered, Counter()
        spans, self._spans = self._spans, {}
        if not counts and not spans:
            return
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                for name, number in counts.items():
                    pipeline.hincrby(KEY, name, number)
                for name, seconds in spans.items():
                    pipeline.hincrbyfloat(KEY, name, seconds)
                await pipeline.execute()
        except REDIS_DOWN:
            self._gathered.update(counts)
            for name, seconds in spans.items():
                self._spans[name] = self._spans.get(name, 0.0) + seconds


def field(name: str, labels: Mapping[str, str]) -> str:
    """How a count is named in Redis; see `parts`."""
    return "|".join([name, *(f"{label}={value}" for label, value in sorted(labels.items()))])


def parts(field_name: str) -> tuple[str, dict[str, str]]:
    """The opposite of `field`."""
    name, *pairs = field_name.split("|")
    return name, dict(pair.split("=", 1) for pair in pairs)
