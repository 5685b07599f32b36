"""The workers' side of the inbound stream: in order, one worker a conversation, nothing lost.

A partition is read by the worker that holds its lease. What a dead worker had in hand still lies
in the stream and is handed out first, in order, to whoever has the partition next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.errors import ConsularError
from bot.logs import Log
from bot.privacy import Privacy
from bot.services.ports import StreamEntry
from bot.storage.leases import Leases
from bot.storage.partition import Partition, Row
from bot.storage.redis_client import REDIS_DOWN, end
from bot.storage.serialise import inbound_from_json
from bot.storage.streams import PARTITIONS, partition_of

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

LEASE_SECONDS = 10.0
_ROUNDS_A_LEASE = 4
_WAIT_SECONDS = 0.5
_UNSURE_SECONDS = 0.05
_FIRST_BACKOFF_SECONDS = 0.1
_LAST_BACKOFF_SECONDS = 2.0


@dataclass(frozen=True)
class PoisonEntry:
    """A stream entry that cannot be read as a message; to be put aside and acknowledged."""

    entry_id: str
    conversation_id: str | None
    attempts: int


Delivery = StreamEntry | PoisonEntry


class StreamReader:
    """Reads the partitions that this worker holds.

    Args:
        redis: from `open_redis`.
        privacy: opens what was sealed.
        worker_id: unique among running workers, new at each start.
        partitions: as many as the gateway writes to.
        lease_seconds: after so long a silent worker's partitions go to others.
    """

    def __init__(
        self,
        redis: Redis,
        privacy: Privacy,
        *,
        worker_id: str,
        partitions: int = PARTITIONS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._redis = redis
        self._privacy = privacy
        self._worker_id = worker_id
        self._lease_seconds = lease_seconds
        self._leases = Leases(redis, worker_id, partitions=partitions, lease_seconds=lease_seconds)
        self._partitions: dict[int, Partition] = {}
        self._in_hand: dict[str, Delivery] = {}
        self._rounds: asyncio.Task[None] | None = None
        self._count = partitions

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that this worker has now."""
        return frozenset(self._partitions)

    async def start(self) -> None:
        """Takes this worker's share of the partitions and keeps renewing it."""
        with suppress(*REDIS_DOWN):
            await self._round()
        self._rounds = asyncio.create_task(self._keep_leases())

    async def close(self) -> None:
        """Gives the partitions back at once; what is not acknowledged goes to their next reader."""
        await end(self._rounds)
        self._partitions.clear()
        self._in_hand.clear()
        with suppress(*REDIS_DOWN):
            await self._leases.leave()

    async def read(self, limit: int = 64) -> list[Delivery]:
        """The next entries, in order within a conversation.

        Waits for the first one half a second at most, then returns an empty list. While Redis is
        away it waits and tries again. May be cancelled: nothing is lost by it.

        Args:
            limit: how many entries of a partition at most.
        """
        backoff = _FIRST_BACKOFF_SECONDS
        while True:
            try:
                return await self._left_by_others(limit) or await self._new(limit)
            except REDIS_DOWN as error:
                _log.warning("stream.unreadable", error=type(error).__name__)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, _LAST_BACKOFF_SECONDS)

    async def entries(self) -> AsyncIterator[Delivery]:
        """Every entry as it comes, one by one, for as long as it is asked for."""
        while True:
            for entry in await self.read():
                yield entry

    def holds(self, entry: Delivery) -> bool:
        """Whether this very delivery is still ours; to be asked before its effects are written."""
        return self._in_hand.get(entry.entry_id) is entry and self._leases.holds(_place(entry)[0])

    def has_in_hand(self, entry: Delivery) -> bool:
        """Whether this very delivery may still be ours.

        While it is so and `holds` says no, the lease is unsure (Redis has not answered for a
        while): wait. The entry is not handed out again if the lease turns out to have been kept.
        """
        return self._in_hand.get(entry.entry_id) is entry

    def holds_conversation(self, conversation_id: str) -> bool:
        """Whether this worker alone has a conversation now."""
        return self._leases.holds(partition_of(conversation_id, self._count))

    async def ack(self, entry: Delivery) -> bool:
        """Removes an entry that is done; False if it has gone to another worker meanwhile.

        Raises:
            RedisError: Redis is away; may be tried again.
        """
        partition, stream_id = self._find(entry)
        if partition is None:
            return False
        is_done = await partition.ack(stream_id)
        self._in_hand.pop(entry.entry_id, None)
        return is_done

    async def retry(self, entry: StreamEntry) -> StreamEntry | None:
        """The same entry with one more attempt on record; None if it is no longer ours.

        Raises:
            RedisError: Redis is away; may be tried again.
        """
        partition, stream_id = self._find(entry)
        if partition is None:
            return None
        attempts = await partition.count_again(stream_id)
        if not attempts:
            self._in_hand.pop(entry.entry_id, None)
            return None
        again = replace(entry, attempts=attempts)
        self._in_hand[entry.entry_id] = again
        return again

    def _find(self, entry: Delivery) -> tuple[Partition | None, str]:
        number, stream_id = _place(entry)
        is_ours = self._in_hand.get(entry.entry_id) is entry
        return (self._partitions.get(number) if is_ours else None), stream_id

    async def _left_by_others(self, limit: int) -> list[Delivery]:
        for partition in self._readable():
            if partition.has_found_left:
                continue
            rows = await partition.find_left(limit)
            if rows is not None and self._is_certain(partition):
                partition.has_found_left = len(rows) < limit
                if rows:
                    return self._hand_out(partition, rows)
        return []

    async def _new(self, limit: int) -> list[Delivery]:
        places = {each.stream: each for each in self._readable() if each.has_found_left}
        if not places:
            await asyncio.sleep(_UNSURE_SECONDS)
            return []
        answer = await self._redis.xread(
            {stream: each.last_id for stream, each in places.items()},
            count=limit,
            block=int(_WAIT_SECONDS * 1000),
        )
        found: list[Delivery] = []
        for stream, entries in answer:
            # The answer may have lain there while we were paused and somebody else took over.
            if self._is_certain(places[stream]):
                rows = [Row(stream_id, 1, fields) for stream_id, fields in entries]
                found += self._hand_out(places[stream], rows)
        if answer and not found:
            await asyncio.sleep(_UNSURE_SECONDS)
        return found

    def _readable(self) -> list[Partition]:
        return [each for each in self._partitions.values() if each.draining_until is None]

    def _is_certain(self, partition: Partition) -> bool:
        is_current = self._partitions.get(partition.number) is partition
        return is_current and self._leases.holds(partition.number)

    def _hand_out(self, partition: Partition, rows: list[Row]) -> list[Delivery]:
        partition.last_id = rows[-1].stream_id
        deliveries = [self._open(f"{partition.number}:{row.stream_id}", row) for row in rows]
        self._in_hand.update((each.entry_id, each) for each in deliveries)
        return deliveries

    def _open(self, entry_id: str, row: Row) -> Delivery:
        conversation = row.fields.get("conversation")
        try:
            return StreamEntry(
                entry_id=entry_id,
                conversation_id=row.fields["conversation"],
                message=inbound_from_json(self._privacy.unseal(row.fields["message"])),
                attempts=row.attempts,
            )
        except (ConsularError, KeyError, UnicodeError):
            _log.warning("stream.poison", entry=entry_id, conversation=conversation)
            return PoisonEntry(entry_id, conversation, row.attempts)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / _ROUNDS_A_LEASE)
            try:
                await self._round()
            except REDIS_DOWN as error:
                _log.warning("stream.lease_unsure", error=type(error).__name__)

    async def _round(self) -> None:
        result = await self._leases.renew()
        for number in result.lost | result.gained:
            self._forget(number)
        for number in result.gained:
            self._partitions[number] = Partition(self._redis, number, self._worker_id)
        if result.lost or result.gained:
            _log.info("stream.partitions", gained=sorted(result.gained), lost=sorted(result.lost))
        await self._hand_over(result.too_many)

    async def _hand_over(self, too_many: int) -> None:
        """Stops reading what others should have, and lets go of it once nothing is in hand."""
        now = asyncio.get_running_loop().time()
        for partition in sorted(self._partitions.values(), key=lambda each: -each.number):
            if too_many <= 0:
                partition.draining_until = None
                continue
            too_many -= 1
            if partition.draining_until is None:
                partition.draining_until = now + self._lease_seconds
            is_idle = not any(
                _place(each)[0] == partition.number for each in self._in_hand.values()
            )
            if is_idle or now >= partition.draining_until:
                self._forget(partition.number)
                await self._leases.give_up(partition.number)
                _log.info("stream.partition_given", partition=partition.number)

    def _forget(self, number: int) -> None:
        self._partitions.pop(number, None)
        gone = [each for each, held in self._in_hand.items() if _place(held)[0] == number]
        for entry_id in gone:
            del self._in_hand[entry_id]


def _place(entry: Delivery) -> tuple[int, str]:
    number, stream_id = entry.entry_id.split(":")
    return int(number), stream_id
