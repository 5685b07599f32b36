"""WhatsApp's windows in Redis: a key that ends by itself when the window closes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from redis import Redis as BlockingRedis

from bot.casework.timetable import WINDOW
from bot.clock import Clock
from bot.messages import Channel
from bot.services.windows import Window
from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

# A little before the platform: what is sent at the last moment may arrive after it.
_MARGIN_SECONDS = 60
_LOOK_SECONDS = 1.0
_INVITED_SECONDS = 24 * 3600


class RedisWindows:
    """Fills `bot.services.windows.Windows`.

    Args:
        redis: from `open_redis`.
    """

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    async def heard(self, conversation_id: str, at: datetime) -> bool:
        """The person wrote; True if the window was closed before."""
        left = int((at + WINDOW - self._clock()).total_seconds()) - _MARGIN_SECONDS
        if left <= 0:
            return False
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.set(_key(conversation_id), "open", get=True, ex=left)
            pipeline.delete(_invited(conversation_id))
            before, _ = await pipeline.execute()
        return before is None

    async def is_open(self, conversation_id: str) -> bool:
        """Whether anything may be said."""
        return bool(await self._redis.exists(_key(conversation_id)))

    async def shut(self, conversation_id: str) -> None:
        """The platform says that it is closed."""
        await self._redis.delete(_key(conversation_id))

    async def may_invite(self, conversation_id: str) -> bool:
        """Whether the person may be asked to write: once a day; asking counts as done."""
        return bool(
            await self._redis.set(_invited(conversation_id), "1", nx=True, ex=_INVITED_SECONDS)
        )


class RedisWindowLook:
    """Fills `bot.services.windows.WindowLook`: the same key that messages wait for.

    Args:
        url: as for `open_redis`; nothing is connected before the first look.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._redis = BlockingRedis.from_url(
            url, socket_timeout=_LOOK_SECONDS, socket_connect_timeout=_LOOK_SECONDS
        )
        self._clock = clock

    def __call__(self, conversation_id: str) -> Window | None:
        """The window; None on a channel without one, or while Redis is away."""
        if not conversation_id.startswith(f"{Channel.WHATSAPP.value}:"):
            return None
        try:
            left = self._redis.pttl(_key(conversation_id))
        except REDIS_DOWN:
            return None
        return Window(self._clock() + timedelta(milliseconds=left) if left > 0 else None)


def _key(conversation_id: str) -> str:
    return f"window:{conversation_id}"


def _invited(conversation_id: str) -> str:
    return f"window:invited:{conversation_id}"
