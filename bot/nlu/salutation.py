"""Takes the greeting off a message that goes on to say what it is about."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.nlu.lexicons import words

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_FEWEST_LEFT = 3
# A greeting is never longer; what follows is not looked at.
_MOST_OPENING = 10


def without_salutation(text: str) -> str:
    """`text` from its first word that is no greeting, if at least three words are left of it."""
    found = list(_WORD.finditer(text[:400]))
    opening = 0
    while opening < min(len(found), _MOST_OPENING) and _is_greeting(found[opening].group()):
        opening += 1
    if opening == 0 or len(found) - opening < _FEWEST_LEFT:
        return text
    return text[found[opening].start() :]


def _is_greeting(word: str) -> bool:
    return word.lower().replace("’", "'") in _salutations()


@lru_cache(maxsize=1)
def _salutations() -> frozenset[str]:
    return words("salutations.txt")
