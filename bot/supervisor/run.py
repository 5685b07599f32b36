"""`python -m bot run`: starts every process, says when they are ready, renews them on SIGHUP."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from bot.errors import SetupError
from bot.logs import Log
from bot.settings import Settings
from bot.supervisor.fleet import Fleet, say
from bot.supervisor.processes import ONE_EACH, Copies, free_port

__all__ = ["Copies", "Fleet", "free_port", "run"]

_log = Log(__name__)


async def run(
    settings: Settings,
    *,
    host: str,
    port: int,
    model: Path,
    new_model: Callable[[], Path] | None = None,
    copies: Copies = ONE_EACH,
) -> None:
    """Runs until SIGINT or SIGTERM.

    Args:
        new_model: trains if need be, on SIGHUP; called in a thread. The same model if None.

    Raises:
        SetupError: the port is taken, or the assistant does not get ready.
    """
    stop, renew = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, renew.set)
    fleet = Fleet(settings, host=host, port=port, copies=copies)
    retrain = new_model or (lambda: model)
    working = asyncio.create_task(_work(fleet, model, renew=renew, new_model=retrain))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
        await fleet.stop()


async def _work(
    fleet: Fleet, model: Path, *, renew: asyncio.Event, new_model: Callable[[], Path]
) -> None:
    await fleet.start(model)
    say(f"ready {fleet.urls[0]}")
    while True:
        await renew.wait()
        renew.clear()
        try:
            await fleet.renew(await asyncio.to_thread(new_model))
            say("renewed")
        except SetupError as error:
            # What runs goes on.
            say(f"not renewed: {error}")
        except Exception:
            _log.exception("fleet.not_renewed")
