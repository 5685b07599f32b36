"""Who may ask how far an application is: proof of identity, and what guessing leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.privacy import Privacy

WRONG_LIMIT = 5
WRONG_WINDOW = timedelta(hours=1)
LOCKED_FOR = timedelta(hours=1)
REMEMBERED = WRONG_WINDOW + LOCKED_FOR
"""Older answers change nothing any more."""

_DOCUMENT_CHARACTERS = 4
_NOT_OF_A_NUMBER = re.compile(r"[^0-9A-Z]")


def normal_reference(text: str) -> str:
    """A reference as records have it: upper case, without blanks."""
    return "".join(text.split()).upper()


def last_four(document: str) -> str | None:
    """The last four letters or digits of a passport number or NIK, typed in whole or in part.

    Returns:
        None where there are fewer than four.
    """
    characters = _NOT_OF_A_NUMBER.sub("", document.upper())
    return characters[-_DOCUMENT_CHARACTERS:] if len(characters) >= _DOCUMENT_CHARACTERS else None


def identity_mark(privacy: Privacy, reference: str, *, born: date, last4: str) -> str:
    """What is kept of a person's identity with an application: a keyed hash, bound to both.

    Args:
        born: birth date.
        last4: as `last_four` gives it.
    """
    return privacy.sign("application-identity", f"{reference}|{born.isoformat()}|{last4}")


def is_identity(
    privacy: Privacy, reference: str, *, born: date, last4: str, mark: str | None
) -> bool:
    """Whether the answers are those behind `mark`; an absent mark costs the same time."""
    text = f"{reference}|{born.isoformat()}|{last4}"
    return privacy.is_signed("application-identity", text, mark or "")


def reference_mark(privacy: Privacy, reference: str) -> str:
    """The pseudonym of a reference in the audit: what is typed may be anything."""
    return privacy.sign("application-reference", reference)


def locked_until(wrong_at: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when a reference is locked; None while it is open.

    Five wrong answers within an hour lock it for an hour from the fifth.

    Args:
        wrong_at: instants of the wrong answers of the last `REMEMBERED`, oldest first.
        now: aware, as all instants.
    """
    for first, last in zip(wrong_at, wrong_at[WRONG_LIMIT - 1 :], strict=False):
        until = last + LOCKED_FOR
        if last - first <= WRONG_WINDOW and now < until:
            return until
    return None
