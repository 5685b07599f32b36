"""The worker process: `python -m bot.workers`."""

from __future__ import annotations

import asyncio
import signal
import sys

import uvloop

from bot import logs, settings
from bot.bootstrap.worker import worker_parts
from bot.errors import SetupError
from bot.logs import Log
from bot.services.deliver import DeliverSoon
from bot.workers.emergencies import keep_reporting

_log = Log("bot.workers")
_OUTBOX_SECONDS = 1.0
_LAST_WORDS_SECONDS = 2.0


async def _keep_delivering(deliver: DeliverSoon) -> None:
    while True:
        try:
            await deliver.look()
        except Exception:
            _log.exception("outbox.failed")
        await asyncio.sleep(_OUTBOX_SECONDS)


async def _run() -> None:
    found = settings.load()
    logs.configure(found.log_level)
    parts = worker_parts(found)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [
        asyncio.create_task(parts.inbound.run()),
        asyncio.create_task(_keep_delivering(parts.deliver_soon)),
        asyncio.create_task(keep_reporting(parts.help_now)),
        asyncio.ensure_future(parts.keep_copying()),
        asyncio.ensure_future(parts.keep_reminding()),
        asyncio.ensure_future(parts.keep_clearing()),
        asyncio.create_task(parts.meter.keep_bringing()),
        *(asyncio.ensure_future(task()) for task in parts.desk),
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await parts.deliver_soon.close(_LAST_WORDS_SECONDS)
    await parts.meter.bring()
    for transport in parts.transports.values():
        await transport.close()
    await parts.assistant.close()
    for result in results:
        if isinstance(result, Exception):
            raise result


if __name__ == "__main__":
    uvloop.install()
    try:
        asyncio.run(_run())
    except SetupError as error:
        sys.exit(f"worker: {error}")
