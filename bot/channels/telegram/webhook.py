"""Tells Telegram where its updates go."""

from __future__ import annotations

from bot.channels.telegram.client import build_bot, call
from bot.channels.telegram.request import Request
from bot.errors import SetupError
from bot.settings import TelegramSettings

WEBHOOK_PATH = "/webhooks/telegram"
ALLOWED_UPDATES = ("message", "callback_query")
_CONNECTIONS = 40


async def register_webhook(settings: TelegramSettings, public_url: str) -> None:
    """Registers our address and the secret token.

    Args:
        settings: token, secret and Bot API server.
        public_url: `PUBLIC_URL`.

    Raises:
        SetupError: there is no secret: anyone could post.
        SendFailed: Telegram did not take it.
    """
    if not settings.webhook_secret:
        raise SetupError("TELEGRAM_WEBHOOK_SECRET is missing; the webhook needs it")
    request = Request(1)
    try:
        await call(
            build_bot(settings, request).set_webhook(
                public_url.rstrip("/") + WEBHOOK_PATH,
                secret_token=settings.webhook_secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=_CONNECTIONS,
            )
        )
    finally:
        await request.shutdown()
