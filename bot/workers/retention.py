"""What a worker does about age: deletes what has been kept long enough."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.logs import Log

_log = Log(__name__)
_FIRST_SECONDS = 60.0
_EVERY_SECONDS = 3600.0


async def keep_clearing(clear: Callable[[], Awaitable[None]]) -> None:
    """Deletes what is due, for ever; any number of workers may do it side by side.

    Args:
        clear: one round (`bot.services.clear_old`).
    """
    wait = _FIRST_SECONDS  # not while everything else starts
    while True:
        await asyncio.sleep(wait)
        wait = _EVERY_SECONDS
        try:
            await clear()
        except SQLAlchemyError as error:
            _log.warning("retention.waits", error=type(error).__name__)
        except Exception:
            _log.exception("retention.failed")
