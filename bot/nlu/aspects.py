"""What a text asks of a service: papers, fee, time it takes, place, way, opening hours."""

from __future__ import annotations

import re
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, rows
from bot.nlu.tokens import capped, folded

ASPECT = "aspect"


class AspectFinder:
    """Finds what is asked by the patterns of `aspects.tsv`."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._patterns = [
            (aspect, re.compile(pattern)) for aspect, pattern in rows("aspects.tsv", directory=directory)
        ]

    def find(self, text: str) -> list[Found]:
        """Each aspect once, where it is asked first."""
        plain = "".join(_same_length(sign) for sign in capped(text))
        first: dict[str, Found] = {}
        for aspect, pattern in self._patterns:
            match = pattern.search(plain)
            if match and (aspect not in first or match.start() < first[aspect].start):
                first[aspect] = Found(ASPECT, aspect, match.start(), match.end())
        return sorted(first.values(), key=lambda found: found.start)


def _same_length(sign: str) -> str:
    plain = folded(sign)
    return plain if len(plain) == 1 else sign
