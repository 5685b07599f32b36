"""Fetches updates where Telegram cannot reach us (`TELEGRAM_MODE=polling`)."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, TelegramError

from bot.channels.telegram.client import build_bot, explain
from bot.channels.telegram.payloads import parse_update
from bot.channels.telegram.request import ANSWER_SECONDS, Request
from bot.channels.telegram.webhook import ALLOWED_UPDATES
from bot.clock import Clock, utc_now
from bot.errors import InvalidWebhook, NotStored
from bot.logs import Log
from bot.messages import Ignored, InboundMessage
from bot.settings import TelegramSettings

Take = Callable[[InboundMessage], Awaitable[object]]

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# A server that does not hold the line must not be asked without a break.
_EMPTY_PAUSE_SECONDS = 0.1
_BATCH = 100
_log = Log(__name__)


class Poller:
    """Long polling. An update counts as fetched only when `take` has it.

    Args:
        settings: token and Bot API server.
        take: makes a message durable; when it fails the update is fetched again.
        wait_seconds: how long Telegram holds the line when there is nothing.
    """

    def __init__(
        self,
        settings: TelegramSettings,
        take: Take,
        *,
        clock: Clock = utc_now,
        wait_seconds: int = 25,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._take = take
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._sleep = sleep
        self._groups = settings.desk_chats
        self._request = Request(2)
        self._bot = build_bot(settings, self._request)
        self._offset = 0
        self._failures = 0

    async def run(self) -> None:
        """Fetches until cancelled; then gives back connections."""
        try:
            while not await self._delete_webhook():
                pass
            while True:
                await self._round()
        finally:
            await self._request.shutdown()

    async def _delete_webhook(self) -> bool:
        # Telegram refuses getUpdates while a webhook is set. What waits there is kept.
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            await self._pause(error)
            return False
        return True

    async def _round(self) -> None:
        try:
            updates = await self._fetch()
        except TelegramError as error:
            await self._pause(error)
            if isinstance(error, Conflict):
                # Somebody has set a webhook meanwhile; in this mode it must go.
                await self._delete_webhook()
            return
        if not updates:
            self._failures = 0
            await self._sleep(_EMPTY_PAUSE_SECONDS)
            return
        for update in updates:
            if not await self._handle(update):
                await self._pause()
                return
        self._failures = 0

    async def _fetch(self) -> list[Any]:
        # Raw JSON instead of Bot.get_updates: one update that the library cannot read would hold up
        # all others, and it logs the whole batch.
        query = {
            "offset": self._offset,
            "limit": _BATCH,
            "timeout": self._wait_seconds,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        updates = await self._request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(query)}",
            read_timeout=self._wait_seconds + ANSWER_SECONDS,
        )
        return updates if isinstance(updates, list) else []

    async def _handle(self, update: Mapping[str, Any]) -> bool:
        try:
            message = parse_update(update, received_at=self._clock(), groups=self._groups)
            if isinstance(message, Ignored):
                _log.info("telegram.ignored", reason=message.reason)
            else:
                await self._take(message)
        except InvalidWebhook:
            _log.warning("telegram.update_malformed")
        except NotStored:
            _log.warning("telegram.not_stored")
            return False
        except Exception:
            _log.exception("telegram.take_failed")
            return False
        return self._advance(update)

    def _advance(self, update: object) -> bool:
        update_id = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update_id, int):
            return False
        self._offset = max(self._offset, update_id + 1)
        return True

    async def _pause(self, error: TelegramError | None = None) -> None:
        """Waits longer each time, with jitter, and at least as long as Telegram asks."""
        seconds = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(self._failures, 10))
        seconds *= 0.5 + random.random() / 2  # noqa: S311 - jitter
        self._failures += 1
        if error:
            failed = explain(error)
            seconds = max(seconds, failed.retry_after_seconds or 0.0)
            _log.warning("telegram.poll_failed", code=failed.code, kind=type(error).__name__)
        await self._sleep(seconds)
