"""Serves the gateway with uvicorn, so that it stops at once and logs no address."""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette

from bot.channels.web.watch import MailboxWatch

_STOP_SECONDS = 5
_KEEP_ALIVE_SECONDS = 65


class GatewayServer(uvicorn.Server):
    """A uvicorn server whose waiting long polls are answered when it stops.

    Args:
        app: from `make_app`.
        watch: the web chat's.
        host: the address to listen at.
        port: 0 lets the system choose.
    """

    def __init__(self, app: Starlette, watch: MailboxWatch, *, host: str, port: int) -> None:
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
        self._watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops: the long polls first, or they would hold it up for half a minute."""
        self._watch.release()
        await super().shutdown(sockets)
