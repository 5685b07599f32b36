"""What a worker does for emergencies besides answering: late reports, and the copy of the facts."""

from __future__ import annotations

import asyncio

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import Log
from bot.services.help_now import HelpNow
from bot.storage.facts_copy import FactsCopy

_log = Log(__name__)
_REPORT_SECONDS = 2.0
_COPY_SECONDS = 60.0


async def keep_reporting(help_now: HelpNow) -> None:
    """Brings postponed reports to the desk as soon as the database is back."""
    while True:
        try:
            count = await help_now.report_postponed()
            if count:
                _log.info("emergency.reports_brought", count=count)
        except Exception:
            _log.exception("emergency.reports_failed")
        await asyncio.sleep(_REPORT_SECONDS)


async def keep_copying(copy: FactsCopy, engine: Engine) -> None:
    """Keeps the copy of the facts fresh."""
    while True:
        try:
            await asyncio.to_thread(copy.refresh, engine)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("facts.not_copied", error=type(error).__name__)
        await asyncio.sleep(_COPY_SECONDS)
