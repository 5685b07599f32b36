"""Waiting for the assistant: one asks whether it is back, all others wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

_LOOK_SECONDS = 0.3


class Outage:
    """Keeps those who wait from asking all at once, which would hold up the return.

    Args:
        is_ready: whether the assistant can take a turn.
    """

    def __init__(self, is_ready: Callable[[], Awaitable[bool]]) -> None:
        self._is_ready = is_ready
        self._looking: asyncio.Task[None] | None = None

    async def is_over(self) -> None:
        """Returns when the assistant can take a turn."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    async def close(self) -> None:
        """Stops looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        while not await self._is_ready():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(_LOOK_SECONDS)
