"""What officers are about to do, sealed, in Redis; it ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ConsularError
from bot.messages import InboundMessage
from bot.privacy import Privacy
from bot.storage.serialise import inbound_from_json, inbound_to_json

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_KEPT_SECONDS = 3600
_WHEREABOUTS_SECONDS = 90 * 24 * 3600


class RedisDeskMemory:
    """Fills `bot.services.desk_ports.Memory`.

    Args:
        redis: from `open_redis`.
        privacy: seals what is kept.
    """

    def __init__(self, redis: Redis, privacy: Privacy) -> None:
        self._redis = redis
        self._privacy = privacy

    async def wish(self, conversation_id: str, officer_id: int) -> str | None:
        """What the officer's next words here are for, as a button would carry it."""
        return await self._redis.get(f"desk:wish:{conversation_id}:{officer_id}")

    async def keep_wish(self, conversation_id: str, officer_id: int, wish: str | None) -> None:
        """Remembers or forgets it."""
        key = f"desk:wish:{conversation_id}:{officer_id}"
        if wish is None:
            await self._redis.delete(key)
        else:
            await self._redis.set(key, wish, ex=_KEPT_SECONDS)

    async def keep(self, conversation_id: str, message: InboundMessage) -> None:
        """Keeps words until the officer has said for whom they are."""
        sealed = self._privacy.seal(inbound_to_json(message))
        await self._redis.set(_kept(conversation_id, message.message_id), sealed, ex=_KEPT_SECONDS)

    async def kept(self, conversation_id: str, message_id: str) -> InboundMessage | None:
        """The words that were kept."""
        sealed = await self._redis.get(_kept(conversation_id, message_id))
        try:
            return inbound_from_json(self._privacy.unseal(sealed)) if sealed else None
        except ConsularError:
            return None

    async def came(self, officer_id: int, conversation_id: str) -> None:
        """The officer wrote from here."""
        await self._redis.set(f"desk:at:{officer_id}", conversation_id, ex=_WHEREABOUTS_SECONDS)

    async def whereabouts(self, officer_id: int) -> str | None:
        """Where the officer wrote from last."""
        return await self._redis.get(f"desk:at:{officer_id}")


def _kept(conversation_id: str, message_id: str) -> str:
    return f"desk:kept:{conversation_id}:{message_id}"
