"""Connections to Redis that let go of a task when it is cancelled.

redis-py 4.6 (the last line that Rasa 3.6 allows) loses cancellations on Python 3.10: it sends with
`asyncio.wait_for`, which swallows one that arrives just when the bytes have left, and it looks
after a pooled connection with a timeout of zero, which does the same. A worker would not stop.
The second also misses that the server has hung up, so that the first command after a restart of
Redis would fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    PythonParser,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError


class Parser(PythonParser):
    """Tells without waiting whether a pooled connection is still good."""

    _connected: bool
    _buffer: bytes
    _stream: asyncio.StreamReader

    async def can_read_destructive(self) -> bool:
        """True makes the pool connect anew."""
        if not self._connected:
            raise RedisError("not connected")
        return bool(self._buffer) or self._stream.at_eof()


class _Sending(AbstractConnection):
    _writer: asyncio.StreamWriter

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        """Writes a command; a server that takes nothing for `socket_timeout` is hung up on."""
        if not self.is_connected:
            await self.connect()
        elif check_health:
            await self.check_health()
        writer = self._writer
        parts = [command.encode()] if isinstance(command, str) else command
        loop = asyncio.get_running_loop()
        patience = loop.call_later(self.socket_timeout or 0, writer.transport.abort)
        try:
            writer.writelines([parts] if isinstance(parts, bytes) else parts)
            await writer.drain()
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisConnectionError(f"cannot write: {type(error).__name__}") from None
        except BaseException:
            await self.disconnect(nowait=True)
            raise
        finally:
            patience.cancel()


class _Tcp(_Sending, Connection):
    pass


class _Tls(_Sending, SSLConnection):
    pass


class _Unix(_Sending, UnixDomainSocketConnection):
    pass


BY_SCHEME: dict[str, type[AbstractConnection]] = {"redis": _Tcp, "rediss": _Tls, "unix": _Unix}
