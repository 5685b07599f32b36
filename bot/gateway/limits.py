"""What the gateway refuses: bodies that are too large, and people who are too fast."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from bot.errors import ConsularError
from bot.logs import Log
from bot.storage.redis_client import REDIS_DOWN

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

BODY_BYTES = 256 * 1024

# The generic cell rate algorithm: one key holds the time at which the allowance is whole again.
# Redis's time, so that several gateways count as one.
_TAKE_ONE = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local whole_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + step
local wait = whole_at - now - step * burst
if wait > 0 then return wait end
redis.call('SET', KEYS[1], whole_at, 'PX', whole_at - now)
return 0
"""


class BodyTooLargeError(ConsularError):
    """A request's body goes over the limit (HTTP 413)."""


async def read_body(request: Request, limit: int = BODY_BYTES) -> bytes:
    """Reads a body and stops as soon as it is too long, whatever its headers say.

    Args:
        request: not read yet.
        limit: in bytes.

    Raises:
        BodyTooLargeError: the rest was not read.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise BodyTooLargeError
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLargeError
        parts.append(part)
    return b"".join(parts)


async def let_pass(request: Request, limit: int) -> None:
    """Takes what is left of a body and keeps nothing: whoever still sends does not hear a refusal.

    Args:
        limit: in bytes; after so much the connection may break.
    """
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            return


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many again in a time.

    Args:
        count: how many.
        seconds: in how long.
    """

    count: int
    seconds: float


class RateLimiter:
    """Counts in Redis, for all gateways together.

    Args:
        redis: from `open_redis`.
    """

    def __init__(self, redis: Redis) -> None:
        self._take_one = redis.register_script(_TAKE_ONE)

    async def seconds_to_wait(self, name: str, rate: Rate) -> int:
        """Takes one from an allowance.

        Args:
            name: whose and which; a pseudonym, never an address.
            rate: the allowance.

        Returns:
            0 if it may go on, else after how many seconds another try can succeed.
        """
        step = rate.seconds * 1000 / rate.count
        try:
            wait = await self._take_one(keys=[f"rate:{name}"], args=[int(step), rate.count])
        except REDIS_DOWN as error:
            # Without Redis a message is not stored either, and says so; a limit adds nothing.
            _log.warning("rate.unknown", error=type(error).__name__)
            return 0
        return math.ceil(int(wait) / 1000)


def is_this_machine(request: Request) -> bool:
    """Whether the client is on this machine: a health check, a load test, the operator.

    Behind a proxy on this machine the client is who the proxy says (`X-Forwarded-For`).
    """
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
