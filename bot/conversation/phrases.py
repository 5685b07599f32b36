"""Short messages that mean one thing only, told by their words alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_LONGEST = 60


@dataclass(frozen=True)
class Phrases:
    """What a citizen writes to the desk itself; see `data/casework/words.yml`.

    Args:
        leave, polite: phrases as `plain` makes them.
        commands: payloads by what is typed.
    """

    leave: frozenset[str]
    polite: frozenset[str]
    commands: Mapping[str, str]

    def is_leaving(self, text: str) -> bool:
        """Whether the citizen gives up waiting for an officer."""
        return plain(text) in self.leave

    def is_polite(self, text: str) -> bool:
        """Whether the message only thanks or agrees; one of emoji alone does no more."""
        is_bare = 0 < len(text) <= _LONGEST and not plain(text) and "?" not in text
        return is_bare or plain(text) in self.polite


def phrases(leave: Iterable[str], polite: Iterable[str], *, commands: Mapping[str, str]) -> Phrases:
    """Phrases as they are compared."""
    return Phrases(frozenset(map(plain, leave)), frozenset(map(plain, polite)), commands=commands)


def plain(text: str) -> str:
    """Lower-case letters and digits with single blanks between; empty for a long text."""
    if len(text) > _LONGEST:
        return ""
    spread = unicodedata.normalize("NFKD", text).casefold()
    kept = (c if c.isalnum() else "" if unicodedata.category(c)[0] == "M" else " " for c in spread)
    return " ".join("".join(kept).split())
