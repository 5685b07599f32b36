"""The Bot API's client, and the one table from its errors to ours."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import failures
from bot.channels.failures import Failure
from bot.channels.telegram.request import Request, has_not_left
from bot.errors import SendFailed
from bot.settings import TelegramSettings

_T = TypeVar("_T")

# The first that fits counts: the library's BadRequest and TimedOut are NetworkErrors too.
_FAILURES: tuple[tuple[type[TelegramError], Failure], ...] = (
    (Forbidden, failures.BLOCKED),
    (RetryAfter, failures.RATE_LIMITED),
    (ChatMigrated, failures.UNKNOWN_ADDRESS),
    (InvalidToken, failures.UNAUTHORIZED),
    (Conflict, failures.PLATFORM_ERROR),
    (BadRequest, failures.BAD_REQUEST),
    (TimedOut, failures.TIMEOUT),
    (NetworkError, failures.PLATFORM_ERROR),
    (TelegramError, failures.PLATFORM_ERROR),
)
# A 400 that is about the chat and not about the message.
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty")


def build_bot(settings: TelegramSettings, request: Request) -> Bot:
    """A client of the configured Bot API server; close its `request` when done."""
    return Bot(
        settings.token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )


async def call(method: Awaitable[_T]) -> _T:
    """Awaits a method of the client.

    Raises:
        SendFailed: with a code of our list; the platform's words, which may hold a citizen's, stay
            behind.
    """
    try:
        return await method
    except TelegramError as error:
        raise explain(error) from None


def explain(error: TelegramError) -> SendFailed:
    """What an error of the client means for the message."""
    failure = next(failure for kind, failure in _FAILURES if isinstance(error, kind))
    if failure is failures.BAD_REQUEST and any(w in error.message.lower() for w in _NO_SUCH_CHAT):
        failure = failures.UNKNOWN_ADDRESS
    # The client hides a broken connection behind its general error; the cause tells.
    if has_not_left(error.__cause__):
        failure = failures.NETWORK
    elif isinstance(error.__cause__, aiohttp.ClientError):
        failure = failures.TIMEOUT
    wait = error.retry_after if isinstance(error, RetryAfter) else None
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
    return failure.error(seconds)
