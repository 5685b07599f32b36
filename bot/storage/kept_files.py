"""What came by the web and must reach a platform: sealed, in Redis, until it ends by itself."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import SendFailed
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

KEPT = timedelta(hours=72)
"""As long as a closed case can be opened again: who was away has time to fetch it."""
_KEY_BYTES = 18


class RedisKeptFiles:
    """Fills `bot.services.desk_ports.Keep` and `bot.channels.files.Kept`.

    Args:
        redis: from `open_redis`.
        privacy: seals what is kept.
    """

    def __init__(self, redis: Redis, privacy: Privacy) -> None:
        self._redis = redis
        self._privacy = privacy

    async def put(self, content: bytes) -> str:
        """Keeps a file; returns the key that leads to it.

        Raises:
            SendFailed: Redis is away.
        """
        key = secrets.token_urlsafe(_KEY_BYTES)
        try:
            await self._redis.set(_name(key), self._privacy.seal_bytes(content), ex=KEPT)
        except REDIS_DOWN:
            raise SendFailed("network", retry=True) from None
        return key

    async def get(self, key: str) -> bytes | None:
        """A file's content; None if it has ended.

        Raises:
            SendFailed: Redis is away.
        """
        try:
            sealed = await self._redis.get(_name(key))
        except REDIS_DOWN:
            raise SendFailed("network", retry=True) from None
        return self._privacy.unseal_bytes(sealed) if sealed else None


def _name(key: str) -> str:
    return f"file:{key}"
