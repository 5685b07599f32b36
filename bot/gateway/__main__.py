"""The gateway process: `python -m bot.gateway HOST PORT [DESCRIPTOR]`.

The descriptor is of a socket that listens there already, inherited from the supervisor.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import uvloop

from bot import logs, settings
from bot.bootstrap.gateway import gateway_parts
from bot.channels.telegram.webhook import register_webhook
from bot.errors import SendFailed, SetupError
from bot.gateway.server import GatewayServer
from bot.logs import Log
from bot.settings import Settings

_log = Log("bot.gateway")


async def _register(found: Settings) -> None:
    telegram = found.telegram
    if telegram and telegram.mode == "webhook" and found.public_url:
        try:
            await register_webhook(telegram, found.public_url)
        except SendFailed as failure:
            _log.warning("telegram.webhook_not_registered", code=failure.code)


async def _run(host: str, port: int, door: socket.socket | None) -> None:
    found = settings.load()
    logs.configure(found.log_level)
    parts = gateway_parts(found)
    server = GatewayServer(parts.app, *parts.waiting, host=host, port=port)
    await parts.spool.start()
    background = [asyncio.create_task(_register(found))]
    if parts.poller:
        background.append(asyncio.create_task(parts.poller.run()))
    await server.serve([door] if door else None)
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    await parts.spool.close()
    await parts.assistant.close()


if __name__ == "__main__":
    uvloop.install()
    try:
        inherited = [socket.socket(fileno=int(each)) for each in sys.argv[3:4]]
        asyncio.run(_run(sys.argv[1], int(sys.argv[2]), door=inherited[0] if inherited else None))
    except SetupError as error:
        sys.exit(f"gateway: {error}")
