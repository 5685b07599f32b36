"""Place names as keys: without case, accents, blanks and punctuation."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

_UNDECOMPOSED = str.maketrans(
    {"ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe"}
)


def fold(name: str) -> str:
    """The same for `São Paulo`, `sao-paulo` and `SAO PAULO`; empty if no letter is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_UNDECOMPOSED)
    return "".join(char for char in plain if char.isalnum())


def key(folded: str) -> int:
    """A 64-bit key of a folded name."""
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "big")
