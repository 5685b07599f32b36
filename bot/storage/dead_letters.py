"""Messages that could not be handled, kept sealed for a person to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

DEAD_LETTERS = "inbound:dead"
_KEPT = 10_000


class DeadLetters:
    """The last place of an entry: a stream that nobody reads by itself."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def add(self, entry_id: str, *, conversation_id: str | None, reason: str) -> None:
        """Notes which entry was put aside and why.

        Raises:
            RedisError: it was not noted; try again.
        """
        fields = {"entry": entry_id, "conversation": conversation_id or "", "reason": reason}
        await self._redis.xadd(DEAD_LETTERS, fields, maxlen=_KEPT)
