"""What a worker does for the case desk besides messages: timers, news, undelivered words."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bot.logs import Log

_log = Log(__name__)
_LOOK_SECONDS = 1.0
_TROUBLE_SECONDS = 3.0
_ACCOUNTS_SECONDS = 3.0


class Bell:
    """Lets the timers look at once; may be rung from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something has happened to a case."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Waits until somebody rings, for so long at most."""
        self._loop = asyncio.get_running_loop()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()


async def keep_time(run: Callable[[], Awaitable[int]], bell: Bell) -> None:
    """Does what is due and tells people what has happened, for ever."""
    while True:
        try:
            while await run():
                pass
        except Exception:
            _log.exception("timers.failed")
        await bell.wait(_LOOK_SECONDS)


async def keep_telling_troubles(tell: Callable[[], Awaitable[int]]) -> None:
    """Tells officers of words that have not arrived, for ever."""
    while True:
        try:
            await tell()
        except Exception:
            _log.exception("troubles.failed")
        await asyncio.sleep(_TROUBLE_SECONDS)


async def keep_knowing(refresh: Callable[[], None]) -> None:
    """Keeps the list of officers' accounts fresh, for ever."""
    while True:
        try:
            await asyncio.to_thread(refresh)
        except Exception:
            _log.exception("accounts.failed")
        await asyncio.sleep(_ACCOUNTS_SECONDS)
