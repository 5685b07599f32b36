"""What a citizen wants: which meanings are a wish, and where one message may hold two of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Meanings that are a part of talking; nobody needs to be reminded of them.
_TALK = frozenset(
    {
        *("greet", "goodbye", "thank", "affirm", "deny", "cancel", "help_menu", "bot_challenge"),
        *("change_language", "out_of_scope", "follow_up", "nlu_fallback"),
    }
)
_ALSO = r"(?:juga|also|sekalian)"
# "belum jadi juga, …" joins nothing: after the word the sentence goes on.
_JOINT = re.compile(rf"[\s,.;!?]+(?:(?:dan|terus|trus|and|{_ALSO})\s+)+", re.IGNORECASE)
_STRESSED = re.compile(rf"\b{_ALSO}\b", re.IGNORECASE)
_STRESSED_WITHIN = 2
_FEWEST_WORDS = 2
_MOST_JOINTS = 3


@dataclass(frozen=True)
class Halves:
    """A text read as two.

    Args:
        is_stressed: a word such as "juga" says that the second is a matter of its own.
    """

    first: str
    second: str
    is_stressed: bool


def is_wish(intent: str) -> bool:
    """Whether a meaning asks for something of ours."""
    return intent not in _TALK


def halves(text: str) -> tuple[Halves, ...]:
    """The ways to read a text as two: before and after a word such as "dan" or "and also"."""
    found = []
    for joint in _JOINT.finditer(text):
        first, second = text[: joint.start()].strip(), text[joint.end() :].strip()
        if min(len(first.split()), len(second.split())) >= _FEWEST_WORDS:
            opening = " ".join([joint.group(), *second.split()[:_STRESSED_WITHIN]])
            found.append(Halves(first, second, bool(_STRESSED.search(opening))))
    return tuple(found[:_MOST_JOINTS])
