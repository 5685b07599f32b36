"""What came by the web and must reach a platform: sealed, in Redis, until it ends by itself."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import SendFailed
from bot.logs import Log
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

KEPT = timedelta(hours=72)
"""As long as a closed case can be opened again: who was away has time to fetch it."""
_KEY_BYTES = 18
_PURPOSE = "kept-file"

# How much came in each hour that is not over yet says, on the safe side, how much is kept.
_KEEP = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
local hour, seconds = math.floor(redis.call('TIME')[1] / 3600), tonumber(ARGV[2])
local names = {}
for back = 0, math.ceil(seconds / 3600) do names[back + 1] = 'files:bytes:' .. (hour - back) end
local held = #ARGV[1]
for _, bytes in ipairs(redis.call('MGET', unpack(names))) do
  held = held + (tonumber(bytes) or 0)
end
if held > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', seconds)
redis.call('INCRBY', names[1], #ARGV[1])
redis.call('EXPIRE', names[1], seconds + 3600)
return 1
"""


class RedisKeptFiles:
    """Fills `bot.services.desk_ports.Keep`; `get` reads for `bot.channels.files`.

    Args:
        redis: from `open_redis`.
        privacy: seals what is kept.
        quota_bytes: how much is kept in all, sealed; what is over it is refused.
    """

    def __init__(self, redis: Redis, privacy: Privacy, *, quota_bytes: int) -> None:
        self._redis = redis
        self._privacy = privacy
        self._quota_bytes = quota_bytes
        self._keep = redis.register_script(_KEEP)

    async def put(self, content: bytes, *, name: str | None = None) -> str:
        """Keeps a file; returns the key that leads to it, which nobody can guess.

        Args:
            name: of what is sent; under the same name once more the first file stays.

        Raises:
            SendFailed: Redis is away, or holds enough.
        """
        key = self._privacy.sign(_PURPOSE, name) if name else secrets.token_urlsafe(_KEY_BYTES)
        sealed = await asyncio.to_thread(self._privacy.seal_bytes, content)
        try:
            is_kept = await self._keep(
                keys=[_key(key)], args=[sealed, int(KEPT.total_seconds()), self._quota_bytes]
            )
        except REDIS_DOWN:
            raise SendFailed("network", retry=True) from None
        if not is_kept:
            _log.warning("files.full")
            raise SendFailed("store_full", retry=True)
        return key

    async def get(self, key: str) -> bytes | None:
        """A file's content; None if it has ended.

        Raises:
            SendFailed: Redis is away.
        """
        try:
            sealed = await self._redis.get(_key(key))
        except REDIS_DOWN:
            raise SendFailed("network", retry=True) from None
        return await asyncio.to_thread(self._privacy.unseal_bytes, sealed) if sealed else None


def _key(key: str) -> str:
    return f"file:{key}"
