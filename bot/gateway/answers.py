"""The short answers of the gateway. An error says its kind and nothing of the request."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Outcome(str, Enum):
    """What became of a posted message; the value names it in metrics."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    IGNORED = "ignored"
    FORGED = "forged"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    TOO_MANY = "too_many"
    NOT_STORED = "not_stored"


STATUS = {
    Outcome.ACCEPTED: 200,
    Outcome.REPEATED: 200,
    Outcome.IGNORED: 200,
    Outcome.FORGED: 403,
    Outcome.MALFORMED: 400,
    Outcome.TOO_LARGE: 413,
    Outcome.WRONG_TYPE: 415,
    Outcome.TOO_MANY: 429,
    Outcome.NOT_STORED: 503,
}
_WORDS = {401: "unauthorized", 404: "not_found", 405: "method_not_allowed"}
_RETRY_SECONDS = "2"


def refusal(outcome: Outcome, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a post that is not taken."""
    given = dict(headers or {})
    if outcome is Outcome.NOT_STORED:
        given.setdefault("Retry-After", _RETRY_SECONDS)
    if outcome is Outcome.TOO_LARGE:
        # The rest of the body is not read: the connection cannot be used again.
        given.setdefault("Connection", "close")
    return JSONResponse({"error": outcome.value}, status_code=STATUS[outcome], headers=given)


def unauthorized() -> Response:
    """The answer to a missing, changed or ended token."""
    headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse({"error": "unauthorized"}, status_code=401, headers=headers)


async def http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own errors (no such path, no such method) in our form."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"error": _WORDS.get(status, "error")}, status_code=status, headers=headers)
