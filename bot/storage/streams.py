"""The durable way from the gateway to the workers: the writing side and the names of its keys."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from bot.errors import NotStored
from bot.messages import InboundMessage
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN
from bot.storage.serialise import inbound_to_json

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

PARTITIONS = 8
# How long a platform may repeat a message: WhatsApp retries for hours, Telegram for a day.
DEDUPE_SECONDS = 48 * 3600

# The key is set after XADD: a script is atomic but is not rolled back, so a failing XADD must not
# leave a key behind that would make the platform's next try look like a repetition.
_APPEND = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('XADD', KEYS[1], '*', 'conversation', ARGV[1], 'message', ARGV[2])
redis.call('SET', KEYS[2], '1', 'EX', ARGV[3])
return 1
"""


def partition_of(conversation_id: str, partitions: int) -> int:
    """Where a conversation lives; the same in every process and version."""
    return zlib.crc32(conversation_id.encode()) % partitions


def stream_key(partition: int) -> str:
    """The stream of one partition."""
    return f"inbound:{partition}"


def lease_key(partition: int) -> str:
    """Who reads a partition."""
    return f"inbound:lease:{partition}"


def attempts_key(partition: int) -> str:
    """How often entries of a partition were delivered again."""
    return f"inbound:attempts:{partition}"


class RedisInboundStream:
    """Appends inbound messages, each once (`bot.services.ports.InboundStream`).

    Args:
        redis: from `open_redis`.
        privacy: seals what is stored.
        partitions: as many as the readers expect; changed only while the streams are empty.
    """

    def __init__(self, redis: Redis, privacy: Privacy, *, partitions: int = PARTITIONS) -> None:
        self._privacy = privacy
        self._partitions = partitions
        self._append = redis.register_script(_APPEND)

    async def append(self, message: InboundMessage) -> bool:
        """Stores a message with its dedupe key in one step; False if it was there before.

        Raises:
            NotStored: Redis is away, full or refuses to write; the platform must try again.
        """
        conversation = self._privacy.conversation_id(message.channel.value, message.address)
        keys = [
            stream_key(partition_of(conversation, self._partitions)),
            f"inbound:seen:{conversation}:{message.message_id}",
        ]
        sealed = self._privacy.seal(inbound_to_json(message))
        try:
            is_new = await self._append(keys=keys, args=[conversation, sealed, DEDUPE_SECONDS])
        except REDIS_DOWN as error:
            raise NotStored(type(error).__name__) from None
        return bool(is_new)
