"""A limit that all workers keep together: so many in any second, counted in Redis."""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from bot.logs import Log
from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

_PATIENCE_SECONDS = 0.25
_ALONE_SECONDS = 2.0

# The times of the last messages, the newest first. Redis's own time, for several machines.
_TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local count = tonumber(ARGV[1])
local oldest = redis.call('LINDEX', KEYS[1], count - 1)
if oldest then
  local wait = tonumber(oldest) + tonumber(ARGV[2]) - now
  if wait > 0 then return wait end
end
redis.call('LPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], 0, count - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0
"""


class RedisSharedLimit:
    """Fills `bot.services.pace.SharedLimit`. While Redis is away each worker counts for itself.

    Args:
        redis: from `open_redis`.
    """

    def __init__(self, redis: Redis) -> None:
        self._take = redis.register_script(_TAKE)
        self._own: defaultdict[str, deque[float]] = defaultdict(deque)
        self._alone_until = 0.0

    async def seconds_to_wait(self, name: str, per_second: float) -> float:
        """Takes one; 0 if it may go now, else after how long to ask again (seconds)."""
        count, milliseconds = _window(per_second)
        if time.monotonic() >= self._alone_until:
            try:
                asked = self._take(keys=[f"pace:{name}"], args=[count, milliseconds])
                wait = await asyncio.wait_for(asked, _PATIENCE_SECONDS)
                return int(wait) / 1000
            except REDIS_DOWN as error:
                self._alone_until = time.monotonic() + _ALONE_SECONDS
                _log.warning("pace.alone", error=type(error).__name__)
        return self._alone(name, count, milliseconds / 1000)

    def _alone(self, name: str, count: int, seconds: float) -> float:
        sent = self._own[name]
        now = time.monotonic()
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= count:
            return sent[0] + seconds - now
        sent.append(now)
        return 0.0


def _window(per_second: float) -> tuple[int, int]:
    """So many in so many milliseconds: whole messages, also for less than one a second."""
    seconds = 1 if per_second >= 1 else math.ceil(1 / per_second)
    return max(1, int(per_second * seconds)), seconds * 1000
