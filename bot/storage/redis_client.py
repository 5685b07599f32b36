"""Opens Redis the one way that the gateway and the workers need it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from redis import asyncio as redis_asyncio
from redis.asyncio.connection import PythonParser
from redis.exceptions import RedisError

if TYPE_CHECKING:
    Redis = redis_asyncio.Redis[str]

# What "Redis is not there" looks like from outside.
REDIS_DOWN: tuple[type[BaseException], ...] = (RedisError, OSError, asyncio.TimeoutError)

# Longer than the longest blocking read of ours, shorter than a platform waits for a webhook.
REPLY_SECONDS = 5.0
CONNECT_SECONDS = 2.0
_ASK_AGAIN_SECONDS = 0.5


class _Parser(PythonParser):
    """Looks whether a pooled connection is still good without a timer.

    redis-py 4.6 does it with a timeout of zero, which swallows the cancellation of a task that
    arrives in the same moment, and does not see that the server has hung up.
    """

    _connected: bool
    _buffer: bytes
    _stream: asyncio.StreamReader

    async def can_read_destructive(self) -> bool:
        """True makes the pool connect anew."""
        if not self._connected:
            raise RedisError("not connected")
        return bool(self._buffer) or self._stream.at_eof()


def open_redis(url: str) -> Redis:
    """A client with a pool of its own. Nothing is connected before the first command.

    Args:
        url: `redis://`, `rediss://` or `unix://`, with password and database.
    """
    pool: redis_asyncio.ConnectionPool[Any] = redis_asyncio.ConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=REPLY_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        parser_class=_Parser,
        **({} if url.startswith("unix:") else {"socket_keepalive": True}),
    )
    client: Redis = redis_asyncio.Redis(connection_pool=pool, decode_responses=True)
    client.auto_close_connection_pool = True
    return client


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task that talks to Redis and waits until it has ended.

    A cancellation that comes together with a timeout is lost in redis-py: it is asked again.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_ASK_AGAIN_SECONDS)
