"""What a worker does for appointments: reminds citizens the day before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.logs import Log
from bot.services.deliver import DeliverSoon

_log = Log(__name__)
_LOOK_SECONDS = 10.0


async def keep_reminding(remind: Callable[[], tuple[str, ...]], deliver: DeliverSoon) -> None:
    """Says what is due, for ever; any number of workers may do it side by side.

    Args:
        remind: writes what is due to the outbox and names the conversations
            (`bot.services.remind_appointments`).
        deliver: brings it to the citizen, within the hours that a platform allows.
    """
    while True:
        try:
            for conversation_id in await asyncio.to_thread(remind):
                await deliver.deliver(conversation_id)
        except SQLAlchemyError as error:
            _log.warning("reminders.wait", error=type(error).__name__)
        except Exception:
            _log.exception("reminders.failed")
        await asyncio.sleep(_LOOK_SECONDS)
