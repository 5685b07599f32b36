"""Opens Redis the one way that the gateway and the workers need it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from redis import asyncio as redis_asyncio
from redis.exceptions import RedisError

if TYPE_CHECKING:
    Redis = redis_asyncio.Redis[str]

# What "Redis is not there" looks like from outside.
REDIS_DOWN: tuple[type[BaseException], ...] = (RedisError, OSError, asyncio.TimeoutError)

# Longer than the longest blocking read of ours, shorter than a platform waits for a webhook.
REPLY_SECONDS = 5.0
CONNECT_SECONDS = 2.0


def open_redis(url: str) -> Redis:
    """A client with a pool of its own. Nothing is connected before the first command.

    Args:
        url: `redis://`, `rediss://` or `unix://`, with password and database.
    """
    return redis_asyncio.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=REPLY_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_keepalive=True,
        health_check_interval=15,
    )
