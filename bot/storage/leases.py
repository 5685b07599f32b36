"""Which worker reads which partition: leases in Redis, renewed, shared out fairly, fenced."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.streams import lease_key

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_WORKERS = "inbound:workers"
_KEPT, _TAKEN = 1, 2

# One step for a worker's whole round: say that it lives, renew what it has, take what is free up
# to its fair share. Redis's own time, so that the clocks of several machines need not agree.
_ROUND = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local partitions = #KEYS - 1
local share = math.ceil(partitions / redis.call('ZCARD', KEYS[1]))
local result, mine, free = {share}, 0, {}
for i = 1, partitions do
  local owner = redis.call('GET', KEYS[i + 1])
  result[i + 1] = 0
  if owner == ARGV[1] then
    redis.call('PEXPIRE', KEYS[i + 1], ARGV[2])
    result[i + 1] = 1
    mine = mine + 1
  elseif not owner then
    free[#free + 1] = i
  end
end
for _, i in ipairs(free) do
  if mine < share then
    redis.call('SET', KEYS[i + 1], ARGV[1], 'PX', ARGV[2])
    result[i + 1] = 2
    mine = mine + 1
  end
end
return result
"""

_RELEASE = """
local released = 0
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then released = released + redis.call('DEL', KEYS[i]) end
end
if ARGV[2] == 'leaving' then redis.call('ZREM', KEYS[1], ARGV[1]) end
return released
"""


async def count_workers(redis: Redis) -> int:
    """How many workers are on duty, those included that died less than a lease ago."""
    return int(await redis.zcard(_WORKERS))


@dataclass(frozen=True)
class Round:
    """What a round of renewing has changed.

    Args:
        gained: partitions that are ours from now on, also those whose lease had lapsed meanwhile.
        lost: partitions that somebody else may have read since.
        too_many: how many partitions should be given to other workers.
    """

    gained: frozenset[int]
    lost: frozenset[int]
    too_many: int


class Leases:
    """The partitions of one worker.

    Args:
        redis: from `open_redis`.
        worker_id: unique among running workers.
        partitions: how many there are.
        lease_seconds: how long a silent worker keeps its partitions.
    """

    def __init__(
        self, redis: Redis, worker_id: str, *, partitions: int, lease_seconds: float
    ) -> None:
        self.owned: frozenset[int] = frozenset()
        self._worker_id = worker_id
        self._milliseconds = int(lease_seconds * 1000)
        self._keys = [_WORKERS, *(lease_key(each) for each in range(partitions))]
        self._round = redis.register_script(_ROUND)
        self._release = redis.register_script(_RELEASE)
        self._certain_until = 0.0

    def holds(self, partition: int) -> bool:
        """Whether nobody else can have the partition now; known without asking Redis."""
        return partition in self.owned and asyncio.get_running_loop().time() < self._certain_until

    async def renew(self) -> Round:
        """One round; to be called several times within a lease."""
        asked_at = asyncio.get_running_loop().time()
        share, *states = await self._round(
            keys=self._keys, args=[self._worker_id, self._milliseconds]
        )
        kept = frozenset(i for i, state in enumerate(states) if state == _KEPT)
        gained = frozenset(i for i, state in enumerate(states) if state == _TAKEN)
        # Kept but unknown to us: a lease of a round whose answer never reached us.
        gained |= kept - self.owned
        lost = self.owned - (kept & self.owned)
        self.owned = kept | gained
        self._certain_until = asked_at + self._milliseconds / 1000
        return Round(gained=gained, lost=lost, too_many=max(0, len(self.owned) - share))

    async def give_up(self, partition: int) -> None:
        """Lets another worker have a partition."""
        self.owned -= {partition}
        await self._release(
            keys=[_WORKERS, lease_key(partition)], args=[self._worker_id, "staying"]
        )

    async def leave(self) -> None:
        """Gives everything back at once, for a worker that stops."""
        self.owned = frozenset()
        await self._release(keys=self._keys, args=[self._worker_id, "leaving"])
