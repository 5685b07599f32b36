"""One partition of the inbound stream, in the hands of the worker that has leased it.

Every step asks for the lease inside its own script (fencing): a worker that was paused and has
lost its partition can neither take an entry nor acknowledge one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.exceptions import ResponseError

from bot.storage.streams import GROUP, lease_key, stream_key

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

# KEYS: stream, lease. ARGV: group, worker, then what each needs.
_TAKE_NEW = """
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return false end
local answer = redis.call(
  'XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
local rows = {}
if answer then
  for _, entry in ipairs(answer[1][2]) do rows[#rows + 1] = {entry[1], 1, entry[2]} end
end
return rows
"""

# Counts the delivery, whoever had the entry before; an entry that is gone comes without fields.
_TAKE_PENDING = """
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return false end
local in_hand = {}
for i = 5, #ARGV do in_hand[ARGV[i]] = true end
local rows = {}
for _, row in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[4], '+', ARGV[3])) do
  local fields = {}
  if not in_hand[row[1]] then
    local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, row[1])
    if claimed[1] then fields = claimed[1][2] end
  end
  rows[#rows + 1] = {row[1], row[4] + 1, fields}
end
return rows
"""

_ACK = """
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
return 1
"""

_COUNT_AGAIN = """
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
if #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3]) == 0 then return 0 end
return redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)[1][4]
"""


@dataclass(frozen=True)
class Row:
    """An entry as it lies in the stream."""

    stream_id: str
    attempts: int
    fields: dict[str, str]


class Partition:
    """Reads and acknowledges in one partition.

    Args:
        redis: from `open_redis`.
        number: which partition.
        worker_id: who holds its lease.
    """

    def __init__(self, redis: Redis, number: int, worker_id: str) -> None:
        self.number = number
        self.stream = stream_key(number)
        self.last_id = "0-0"
        self.has_news = True
        self.draining_until: float | None = None
        self._redis = redis
        self._worker_id = worker_id
        self._keys = [self.stream, lease_key(number)]
        self._is_prepared = False
        self._pending_from: str | None = "-"
        self._take_new = redis.register_script(_TAKE_NEW)
        self._take_pending = redis.register_script(_TAKE_PENDING)
        self._ack = redis.register_script(_ACK)
        self._count_again = redis.register_script(_COUNT_AGAIN)

    async def take(self, limit: int, in_hand: Collection[str]) -> list[Row]:
        """The next rows, what was delivered before and never acknowledged first.

        Args:
            limit: how many rows at most.
            in_hand: stream ids that were handed out and are still being worked on.

        Returns:
            Rows in order; none if the lease is no longer ours.
        """
        try:
            if not self._is_prepared:
                await self._prepare()
            if self._pending_from is not None:
                return await self._next_pending(limit, in_hand)
            return await self._next_new(limit)
        except BaseException:
            # An answer that did not reach us may have been a delivery: look again.
            self._pending_from, self.has_news = "-", True
            raise

    async def ack(self, stream_id: str) -> bool:
        """Removes an entry; False if the lease is no longer ours."""
        return bool(await self._ack(keys=self._keys, args=[GROUP, self._worker_id, stream_id]))

    async def count_again(self, stream_id: str) -> int:
        """Counts one more attempt and returns their number; 0 if the entry is no longer ours."""
        return int(
            await self._count_again(keys=self._keys, args=[GROUP, self._worker_id, stream_id])
        )

    async def _prepare(self) -> None:
        try:
            await self._redis.xgroup_create(self.stream, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
        groups = await self._redis.xinfo_groups(self.stream)  # type: ignore[no-untyped-call]
        self.last_id = next(g["last-delivered-id"] for g in groups if g["name"] == GROUP)
        self._is_prepared = True

    async def _next_pending(self, limit: int, in_hand: Collection[str]) -> list[Row]:
        answer = await self._take_pending(
            keys=self._keys,
            args=[GROUP, self._worker_id, limit, self._pending_from or "-", *in_hand],
        )
        rows = _rows(answer)
        self._pending_from = f"({rows[-1].stream_id}" if len(rows) == limit else None
        return [row for row in rows if row.stream_id not in in_hand]

    async def _next_new(self, limit: int) -> list[Row]:
        rows = _rows(await self._take_new(keys=self._keys, args=[GROUP, self._worker_id, limit]))
        self.has_news = len(rows) == limit
        if rows:
            self.last_id = rows[-1].stream_id
        return rows


def _rows(answer: Any) -> list[Row]:
    return [
        Row(stream_id, int(attempts), dict(zip(fields[::2], fields[1::2], strict=True)))
        for stream_id, attempts, fields in answer or ()
    ]
