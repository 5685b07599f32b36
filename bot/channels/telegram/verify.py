"""Whether a post to the webhook comes from Telegram."""

from __future__ import annotations

import hmac

from bot.errors import ForgedWebhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


def verify_secret(header: str | None, secret: str) -> None:
    """Compares the secret token in constant time.

    Args:
        header: the value of `SECRET_HEADER`, if there is one.
        secret: `TELEGRAM_WEBHOOK_SECRET`; an empty one lets nothing in.

    Raises:
        ForgedWebhook: it is missing or another one.
    """
    given = (header or "").encode("utf-8", "replace")
    if not secret or not hmac.compare_digest(given, secret.encode()):
        raise ForgedWebhook("telegram: wrong secret token")
