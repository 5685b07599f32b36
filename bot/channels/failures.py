"""The closed list of reasons why a message was not delivered; each platform's table maps to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import SendFailed


@dataclass(frozen=True)
class Failure:
    """One reason: its word, and whether another try can succeed."""

    code: str
    retry: bool

    def error(self, retry_after_seconds: float | None = None) -> SendFailed:
        """The error to raise."""
        return SendFailed(self.code, retry=self.retry, retry_after_seconds=retry_after_seconds)


# The citizen has blocked us, or the account is gone.
BLOCKED = Failure("blocked", retry=False)
# The citizen has asked the platform for no more messages.
OPTED_OUT = Failure("opted_out", retry=False)
# WhatsApp's 24 hours are over: only an approved template goes through.
WINDOW_CLOSED = Failure("window_closed", retry=False)
# No such chat or number at the platform.
UNKNOWN_ADDRESS = Failure("unknown_address", retry=False)
# The platform does not like the message itself.
BAD_REQUEST = Failure("bad_request", retry=False)
# Rejected by the platform's rules on content.
CONTENT_REFUSED = Failure("content_refused", retry=False)
# An approved template is missing, paused or does not fit its variables.
TEMPLATE_REFUSED = Failure("template_refused", retry=False)
# The file is not there any more, or its platform does not give it.
FILE_GONE = Failure("file_gone", retry=False)
FILE_TOO_LARGE = Failure("file_too_large", retry=False)
# Of a kind that the channel does not take.
FILE_KIND = Failure("file_kind", retry=False)
# Nothing in it to send.
EMPTY = Failure("empty", retry=False)
# The account, token or sender is not set up rightly; the message waits until it is.
UNAUTHORIZED = Failure("unauthorized", retry=True)
RATE_LIMITED = Failure("rate_limited", retry=True)
# No connection: the message has not left.
NETWORK = Failure("network", retry=True)
# No answer in time: the message may have arrived all the same.
TIMEOUT = Failure("timeout", retry=True)
# The platform has a fault of its own.
PLATFORM_ERROR = Failure("platform_error", retry=True)
# The platform gave up later and did not say why in words that we know.
UNDELIVERED = Failure("undelivered", retry=False)

ALL = (
    BLOCKED,
    OPTED_OUT,
    WINDOW_CLOSED,
    UNKNOWN_ADDRESS,
    BAD_REQUEST,
    CONTENT_REFUSED,
    TEMPLATE_REFUSED,
    FILE_GONE,
    FILE_TOO_LARGE,
    FILE_KIND,
    EMPTY,
    UNAUTHORIZED,
    RATE_LIMITED,
    NETWORK,
    TIMEOUT,
    PLATFORM_ERROR,
    UNDELIVERED,
)
