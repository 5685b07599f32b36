"""Opens Redis the one way that the gateway and the workers need it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from redis import asyncio as redis_asyncio
from redis.exceptions import RedisError

from bot.storage.redis_connections import BY_SCHEME, Parser

if TYPE_CHECKING:
    Redis = redis_asyncio.Redis[str]

# What "Redis is not there" looks like from outside.
REDIS_DOWN: tuple[type[BaseException], ...] = (RedisError, OSError, asyncio.TimeoutError)

# Longer than the longest blocking read of ours, shorter than a platform waits for a webhook.
REPLY_SECONDS = 5.0
CONNECT_SECONDS = 2.0
_ASK_AGAIN_SECONDS = 0.5


def open_redis(url: str, *, reply_seconds: float = REPLY_SECONDS) -> Redis:
    """A client with a pool of its own. Nothing is connected before the first command.

    Args:
        url: `redis://`, `rediss://` or `unix://`, with password and database.
        reply_seconds: how long a command may take.
    """
    scheme = url.partition(":")[0]
    pool: redis_asyncio.ConnectionPool[Any] = redis_asyncio.ConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=reply_seconds,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        parser_class=Parser,
        **({} if scheme == "unix" else {"socket_keepalive": True}),
    )
    pool.connection_class = BY_SCHEME[scheme]
    client: Redis = redis_asyncio.Redis(connection_pool=pool, decode_responses=True)
    client.auto_close_connection_pool = True
    return client


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task that talks to Redis and waits until it has ended.

    A cancellation that comes together with a timeout is still lost: it is asked again.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_ASK_AGAIN_SECONDS)
