"""The durable way from the gateway to the workers: the writing side and the names of its keys."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import TYPE_CHECKING

from bot.clock import Clock, utc_now
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
_NUMBER_BYTES = 7  # a whole number that Redis' scripts and sets hold as it is

# A set of whole numbers takes eight bytes for each. The sets before and after are asked as well:
# what came shortly before a span's end is repeated after it, and clocks of gateways differ.
# The number is added after XADD: a script is atomic but is not rolled back, so a failing XADD must
# not leave behind what would make the platform's next try look like a repetition.
_APPEND = """
for place = 2, #KEYS do
  if redis.call('SISMEMBER', KEYS[place], ARGV[3]) == 1 then return 0 end
end
redis.call('XADD', KEYS[1], '*', 'conversation', ARGV[1], 'message', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
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


def seen_keys(conversation_id: str, at: datetime) -> tuple[str, str, str]:
    """Where what was taken of a conversation is noted: this span of 48 hours, its neighbours."""
    span = int(at.timestamp()) // DEDUPE_SECONDS
    now, before, after = (f"inbound:seen:{conversation_id}:{n}" for n in (span, span - 1, span + 1))
    return now, before, after


def seen_number(message_id: str) -> str:
    """What stands there for a message: 56 bits of a hash of the platform's id, as a number."""
    digest = hashlib.blake2b(message_id.encode(), digest_size=_NUMBER_BYTES).digest()
    return str(int.from_bytes(digest, "big"))


class RedisInboundStream:
    """Appends inbound messages, each once (`bot.services.ports.InboundStream`).

    Args:
        redis: from `open_redis`.
        privacy: seals what is stored.
        partitions: as many as the readers expect; changed only while the streams are empty.
        clock: tells which span of 48 hours it is.
    """

    def __init__(
        self,
        redis: Redis,
        privacy: Privacy,
        *,
        partitions: int = PARTITIONS,
        clock: Clock = utc_now,
    ) -> None:
        self._privacy = privacy
        self._partitions = partitions
        self._clock = clock
        self._append = redis.register_script(_APPEND)

    async def append(self, message: InboundMessage) -> bool:
        """Stores a message and that it was seen in one step; False if it was there before.

        Raises:
            NotStored: Redis is away, full or refuses to write; the platform must try again.
        """
        conversation = self._privacy.conversation_id(message.channel.value, message.address)
        keys = [
            stream_key(partition_of(conversation, self._partitions)),
            *seen_keys(conversation, self._clock()),
        ]
        sealed = self._privacy.seal(inbound_to_json(message))
        try:
            number = seen_number(message.message_id)
            is_new = await self._append(
                keys=keys, args=[conversation, sealed, number, 2 * DEDUPE_SECONDS]
            )
        except REDIS_DOWN as error:
            raise NotStored(type(error).__name__) from None
        return bool(is_new)
