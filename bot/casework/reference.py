"""Case references that can be read out over a bad line."""

from __future__ import annotations

import secrets
from datetime import datetime

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V, which ears and eyes confuse.
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
_LENGTH = 4


def new_reference(now: datetime) -> str:
    """A reference `KSL-YYMMDD-XXXX`; the date is that of `now` (UTC)."""
    word = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"KSL-{now:%y%m%d}-{word}"
