"""Errors with a meaning. None carries a citizen's words, name or number."""

from __future__ import annotations


class ConsularError(Exception):
    """The base of every error that this project raises on purpose."""


class SetupError(ConsularError):
    """The program cannot start; the message is one clear line for the person who runs it."""


class InvalidWebhook(ConsularError):
    """A webhook post that is not what the platform sends (HTTP 400)."""


class ForgedWebhook(ConsularError):
    """A webhook post without a right signature or secret (HTTP 403)."""


class NotStored(ConsularError):
    """An inbound message could not be made durable; the platform must try again."""


class AssistantUnavailable(ConsularError):
    """Rasa or what it needs cannot be reached; every message waits."""


class TurnFailed(ConsularError):
    """Rasa is there but could not take this turn; it may be the message."""


class SendFailed(ConsularError):
    """A platform refused or did not take an outbound message.

    Args:
        code: a word of our own closed list (`blocked`, `rate_limited`, `window_closed`, …).
        retry: whether another try can succeed.
        retry_after_seconds: how long the platform asks to wait, if it says so.
    """

    def __init__(self, code: str, *, retry: bool, retry_after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry
        self.retry_after_seconds = retry_after_seconds
