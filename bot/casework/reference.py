"""Case references that can be read out over a bad line."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V, which ears and eyes confuse.
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
_LENGTH = 4
_WRITTEN = re.compile(r"^#?\s*KSL[\s-]*(\d{6})[\s-]*([A-Z0-9]{4})$")


def new_reference(now: datetime) -> str:
    """A reference `KSL-YYMMDD-XXXX`; the date is that of `now` (UTC)."""
    word = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"KSL-{now:%y%m%d}-{word}"


def parse_reference(text: str) -> str | None:
    """A reference as somebody typed it (`#ksl 261124 7q4m`), in its one right form."""
    match = _WRITTEN.match(text.strip().upper()) if len(text) < 40 and text.isascii() else None
    return f"KSL-{match[1]}-{match[2]}" if match else None
