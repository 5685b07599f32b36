"""What those who look from outside want to know of queues, deliveries and cases. Numbers only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select
from sqlalchemy.engine import Engine

from bot.clock import Clock
from bot.messages import DeliveryState
from bot.storage.dead_letters import DEAD_LETTERS
from bot.storage.engine import DATABASE_DOWN, read_only
from bot.storage.meter import KEY as METER
from bot.storage.redis_client import REDIS_DOWN
from bot.storage.streams import PARTITIONS, stream_key
from bot.storage.tables.conversations import cases, outbound
from bot.storage.times import utc

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_PATIENCE_SECONDS = 2.0
_CLOSED = "closed"
_SILENT: tuple[type[BaseException], ...] = (*DATABASE_DOWN, asyncio.TimeoutError)


@dataclass(frozen=True)
class QueueSight:
    """What Redis knows.

    Args:
        waiting: inbound messages that are not done.
        age_seconds: how long the oldest of them has waited.
        dead: messages that were put aside.
        counted: the workers' account, by the names of `bot.storage.meter`.
    """

    waiting: int
    age_seconds: float
    dead: int
    counted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordSight:
    """What the database knows.

    Args:
        unsent: outbound messages that wait.
        unsent_age_seconds: how long the oldest of them has waited.
        cases: by state and priority.
        late: first replies that came after their target, or are late now, by priority.
    """

    unsent: int
    unsent_age_seconds: float
    cases: Mapping[tuple[str, str], int]
    late: Mapping[str, int]


class Sight:
    """Looks at both; None for what cannot be seen now.

    Args:
        redis: from `open_redis`.
        engine: of the database.
    """

    def __init__(self, redis: Redis, engine: Engine, clock: Clock) -> None:
        self._redis = redis
        self._reading = read_only(engine)
        self._clock = clock

    async def queue(self) -> QueueSight | None:
        """The inbound stream and the workers' account."""
        try:
            return await asyncio.wait_for(self._queue(), _PATIENCE_SECONDS)
        except REDIS_DOWN:
            return None

    async def records(self) -> RecordSight | None:
        """Outbound messages and cases."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._records), _PATIENCE_SECONDS)
        except _SILENT:
            return None

    async def has_database(self) -> bool:
        """Whether the database answers."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self._touch), _PATIENCE_SECONDS)
        except _SILENT:
            return False
        return True

    async def _queue(self) -> QueueSight:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for partition in range(PARTITIONS):
                pipeline.xlen(stream_key(partition))
                pipeline.xrange(stream_key(partition), count=1)
            pipeline.xlen(DEAD_LETTERS)
            pipeline.hgetall(METER)
            *streams, dead, counted = await pipeline.execute()
        oldest = [int(rows[0][0].partition("-")[0]) / 1000 for rows in streams[1::2] if rows]
        now = self._clock().timestamp()
        return QueueSight(
            sum(streams[::2]), max([0.0, *(now - at for at in oldest)]), dead, counted=counted
        )

    def _touch(self) -> None:
        with self._reading.connect() as connection:
            connection.execute(select(1))

    def _records(self) -> RecordSight:
        now = self._clock()
        waiting = select(func.count(), func.min(outbound.c.written_at)).where(
            outbound.c.state == DeliveryState.QUEUED.value
        )
        by_state = select(cases.c.state, cases.c.priority, func.count()).group_by(
            cases.c.state, cases.c.priority
        )
        answered_at = func.coalesce(
            cases.c.first_reply_at,
            case((cases.c.state == _CLOSED, cases.c.closed_at), else_=now),
        )
        late = (
            select(cases.c.priority, func.count())
            .where(cases.c.target_at.is_not(None), answered_at > cases.c.target_at)
            .group_by(cases.c.priority)
        )
        with self._reading.connect() as connection:
            unsent, oldest = connection.execute(waiting).one()
            counts = {(row[0], row[1]): row[2] for row in connection.execute(by_state)}
            misses = {row[0]: row[1] for row in connection.execute(late)}
        return RecordSight(unsent, _age(oldest, now), cases=counts, late=misses)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - utc(since)).total_seconds()) if since else 0.0
