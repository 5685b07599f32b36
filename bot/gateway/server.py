"""Serves the gateway with uvicorn, so that it stops at once and logs no address."""

from __future__ import annotations

import socket
from typing import Protocol

import uvicorn
from starlette.applications import Starlette

_STOP_SECONDS = 5
_KEEP_ALIVE_SECONDS = 65


class Waiting(Protocol):
    """Requests that wait for something to happen."""

    def release(self) -> None:
        """Lets all of them go."""


class GatewayServer(uvicorn.Server):
    """A uvicorn server whose waiting requests are answered when it stops.

    Args:
        app: from `make_app`.
        waiting: the web chat's long polls, the desk's streams.
        host: the address to listen at.
        port: 0 lets the system choose.
    """

    def __init__(self, app: Starlette, *waiting: Waiting, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,
                ws="none",
                log_config=None,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_STOP_SECONDS,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            )
        )
        self._waiting = waiting

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops: what waits goes first, or it would hold it up for half a minute."""
        for each in self._waiting:
            each.release()
        await super().shutdown(sockets)
