"""What citizens of the web chat are told, kept until they come to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import ConsularError
from bot.logs import Log
from bot.messages import OutboundMessage
from bot.privacy import Privacy
from bot.storage.serialise import outbound_from_json, outbound_to_json

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

WAKE_CHANNEL = "web:wake"
KEPT_SECONDS = 30 * 24 * 3600
KEPT_MESSAGES = 500
# A mailbox that is read lives on; renewed seldom, since each renewal is a write to disk.
_RENEWED_BELOW_SECONDS = KEPT_SECONDS - 24 * 3600
# How late a send may still be tried again without being shown twice.
_SENT_SECONDS = 7 * 24 * 3600

_PUT = """
local sent = redis.call('GET', KEYS[2])
if sent then return tonumber(sent) end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local seq = 1
if last[1] then seq = tonumber(string.match(last[1][1], '^%d+')) + 1 end
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], string.format('%d-0', seq),
  'from', ARGV[1], 'message', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], seq, 'EX', ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return seq
"""

# A reader that knows more than the mailbox remembers one that has ended: it gets the new one whole.
_AFTER = """
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if not last[1] then return {} end
local after = tonumber(ARGV[1])
if after > tonumber(string.match(last[1][1], '^%d+')) then after = 0 end
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return redis.call('XRANGE', KEYS[1], string.format('%d-0', after + 1), '+')
"""


@dataclass(frozen=True)
class Letter:
    """A message in a mailbox. `seq` counts from 1; `sender` is `bot` or `officer`."""

    seq: int
    sender: str
    message: OutboundMessage


class Mailbox:
    """All mailboxes of the web chat, sealed, in Redis.

    Args:
        redis: from `open_redis`.
        privacy: seals what is kept.
    """

    def __init__(self, redis: Redis, privacy: Privacy) -> None:
        self._privacy = privacy
        self._put = redis.register_script(_PUT)
        self._after = redis.register_script(_AFTER)

    async def put(
        self,
        conversation_id: str,
        message: OutboundMessage,
        *,
        reference: str,
        sender: str = "bot",
    ) -> int:
        """Adds a message and wakes who waits for it, in one step.

        Args:
            conversation_id: whose mailbox.
            message: what to say.
            reference: the outbound id; the same one again changes nothing.
            sender: `bot` or `officer`.

        Returns:
            The message's place in the mailbox.

        Raises:
            RedisError: nothing was added, or it is not known.
        """
        sealed = self._privacy.seal(outbound_to_json(message))
        seq = await self._put(
            keys=[_box(conversation_id), f"web:sent:{conversation_id}:{reference}"],
            args=[
                sender,
                sealed,
                KEPT_MESSAGES,
                KEPT_SECONDS,
                _SENT_SECONDS,
                WAKE_CHANNEL,
                conversation_id,
            ],
        )
        return int(seq)

    async def after(self, conversation_id: str, seq: int) -> list[Letter]:
        """The letters behind `seq`, oldest first.

        Raises:
            RedisError: the mailbox cannot be read now.
        """
        rows = await self._after(
            keys=[_box(conversation_id)], args=[seq, KEPT_SECONDS, _RENEWED_BELOW_SECONDS]
        )
        letters = []
        for stream_id, fields in rows:
            entry = dict(zip(fields[::2], fields[1::2], strict=True))
            place = int(stream_id.split("-")[0])
            try:
                message = outbound_from_json(self._privacy.unseal(entry["message"]))
            except (ConsularError, KeyError):
                _log.warning("mailbox.unreadable", conversation=conversation_id, seq=place)
                continue
            letters.append(Letter(place, entry.get("from", "bot"), message))
        return letters


def _box(conversation_id: str) -> str:
    return f"web:box:{conversation_id}"
