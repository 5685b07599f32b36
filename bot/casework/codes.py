"""One-time enrolment codes: a part that names the code, and a secret part."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.casework.reference import ALPHABET

VALID_FOR = timedelta(hours=24)
TRIES = 5
FAILURES_A_DAY = 5
_SELECTOR = 4
_SECRET = 8


def new_code() -> str:
    """A code `XXXX-XXXX-XXXX` without characters that are easily mistaken."""
    word = "".join(secrets.choice(ALPHABET) for _ in range(_SELECTOR + _SECRET))
    return "-".join(word[i : i + 4] for i in range(0, len(word), 4))


def split_code(code: str) -> tuple[str, str] | None:
    """A typed code as (selector, secret), whatever its case and blanks; None if it is none."""
    word = "".join(c for c in code.upper() if c.isalnum())
    if len(word) != _SELECTOR + _SECRET or any(c not in ALPHABET for c in word):
        return None
    return word[:_SELECTOR], word[_SELECTOR:]
