"""The one table from Twilio's error codes to ours (twilio.com/docs/api/errors)."""

from __future__ import annotations

from bot.channels import failures
from bot.channels.failures import Failure

_FAILURES: dict[int, Failure] = {
    20003: failures.UNAUTHORIZED,
    20404: failures.UNAUTHORIZED,
    20429: failures.RATE_LIMITED,
    21211: failures.UNKNOWN_ADDRESS,
    21408: failures.UNAUTHORIZED,
    21608: failures.UNAUTHORIZED,
    21610: failures.OPTED_OUT,
    21612: failures.UNKNOWN_ADDRESS,
    21614: failures.UNKNOWN_ADDRESS,
    21617: failures.BAD_REQUEST,
    21655: failures.TEMPLATE_REFUSED,
    21656: failures.TEMPLATE_REFUSED,
    30001: failures.RATE_LIMITED,
    30003: failures.UNKNOWN_ADDRESS,
    30004: failures.BLOCKED,
    30005: failures.UNKNOWN_ADDRESS,
    30007: failures.CONTENT_REFUSED,
    30008: failures.UNDELIVERED,
    63001: failures.UNAUTHORIZED,
    63003: failures.UNKNOWN_ADDRESS,
    63005: failures.CONTENT_REFUSED,
    63007: failures.UNAUTHORIZED,
    63010: failures.PLATFORM_ERROR,
    63012: failures.PLATFORM_ERROR,
    63013: failures.CONTENT_REFUSED,
    63015: failures.UNKNOWN_ADDRESS,
    63016: failures.WINDOW_CLOSED,
    63018: failures.RATE_LIMITED,
    63019: failures.CONTENT_REFUSED,
    63020: failures.UNAUTHORIZED,
    63021: failures.BAD_REQUEST,
    63022: failures.BAD_REQUEST,
    63023: failures.PLATFORM_ERROR,
    63024: failures.UNKNOWN_ADDRESS,
    63025: failures.BAD_REQUEST,
    63027: failures.TEMPLATE_REFUSED,
    63028: failures.TEMPLATE_REFUSED,
    63029: failures.TEMPLATE_REFUSED,
    63030: failures.BAD_REQUEST,
    63032: failures.BLOCKED,
    63049: failures.CONTENT_REFUSED,
    63051: failures.UNAUTHORIZED,
}


def explain(code: int | None, *, status: int) -> Failure:
    """What an answer of the REST API means for the message.

    Args:
        code: Twilio's error code, if it gave one.
        status: of HTTP.
    """
    if code in _FAILURES:
        return _FAILURES[code]
    if status == 429:
        return failures.RATE_LIMITED
    if status in (401, 403, 404):
        return failures.UNAUTHORIZED
    return failures.PLATFORM_ERROR if status >= 500 else failures.BAD_REQUEST


def explain_report(code: str) -> Failure:
    """What the error code of a delivery report means; `undelivered` for one that we don't know."""
    return (
        _FAILURES.get(int(code), failures.UNDELIVERED) if code.isdecimal() else failures.UNDELIVERED
    )
