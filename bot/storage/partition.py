"""One partition of the inbound stream, in the hands of the worker that has leased it.

What lies in the stream is what is not done: an entry is removed when it is acknowledged, and by
nothing else. Only the holder of the lease reads it, so that reading needs no record in Redis, and a
message is on its way to the assistant without a second write to disk. What changes something asks
for the lease inside its own script (fencing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.storage.streams import attempts_key, lease_key, stream_key

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

# KEYS: stream, lease, attempts. ARGV: worker, then what each needs.
_FIND_LEFT = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return false end
local rows = redis.call('XRANGE', KEYS[1], ARGV[2], '+', 'COUNT', ARGV[3])
for _, row in ipairs(rows) do
  row[3] = 1 + redis.call('HINCRBY', KEYS[3], row[1], 1)
end
return rows
"""

_ACK = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[3], ARGV[2])
return 1
"""

_COUNT_AGAIN = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then return 0 end
return 1 + redis.call('HINCRBY', KEYS[3], ARGV[2], 1)
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
        # The last entry that was handed out; nothing new is read before `has_found_left`.
        self.last_id = "0-0"
        self.has_found_left = False
        self.draining_until: float | None = None
        self._worker_id = worker_id
        self._keys = [self.stream, lease_key(number), attempts_key(number)]
        self._find_left = redis.register_script(_FIND_LEFT)
        self._ack = redis.register_script(_ACK)
        self._count_again = redis.register_script(_COUNT_AGAIN)

    async def find_left(self, limit: int) -> list[Row] | None:
        """What was there before this worker came, in order; each counts as delivered before.

        Args:
            limit: how many rows at most.

        Returns:
            The next rows behind `last_id`; None if the lease is no longer ours.
        """
        args: list[str | int] = [self._worker_id, f"({self.last_id}", limit]
        answer = await self._find_left(keys=self._keys, args=args)
        if answer is None:
            return None
        return [Row(row[0], int(row[2]), _pairs(row[1])) for row in answer]

    async def ack(self, stream_id: str) -> bool:
        """Removes an entry; False if the lease is no longer ours."""
        return bool(await self._ack(keys=self._keys, args=[self._worker_id, stream_id]))

    async def count_again(self, stream_id: str) -> int:
        """Counts one more attempt and returns their number; 0 if the entry is no longer ours."""
        return int(await self._count_again(keys=self._keys, args=[self._worker_id, stream_id]))


def _pairs(fields: list[Any]) -> dict[str, str]:
    return dict(zip(fields[::2], fields[1::2], strict=True))
