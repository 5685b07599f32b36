"""What a text asks of a service: papers, fee, time it takes, place, way, opening hours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, rows
from bot.nlu.tokens import capped, folded

ASPECT = "aspect"
_NOT = "-"
_RUN = re.compile(r"([^\W\d_])\1{2,}")


class AspectFinder:
    """Finds what is asked by the patterns of `aspects.tsv`."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._asking: dict[str, list[re.Pattern[str]]] = {}
        self._telling: dict[str, list[re.Pattern[str]]] = {}
        for aspect, pattern in _patterns(directory):
            table = self._telling if aspect.startswith(_NOT) else self._asking
            table.setdefault(aspect.removeprefix(_NOT), []).append(pattern)

    def find(self, text: str) -> list[Found]:
        """Each aspect once, where it is asked first."""
        plain, places = _unstretched("".join(_same_length(sign) for sign in capped(text)))
        found = []
        for aspect, patterns in self._asking.items():
            heard = plain
            for pattern in self._telling.get(aspect, ()):
                heard = pattern.sub(lambda match: "." * len(match.group()), heard)
            matches = [match for pattern in patterns if (match := pattern.search(heard))]
            if matches:
                first = min(matches, key=lambda match: match.start())
                start, end = places[first.start()], places[first.end() - 1] + 1
                found.append(Found(ASPECT, aspect, start, end))
        return sorted(found, key=lambda one: one.start)


def _patterns(directory: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    parts: dict[str, str] = {}
    for kind, first, *rest in rows("aspects.tsv", directory=directory):
        if kind == "let":
            parts[first] = rest[0]
            continue
        for name, part in parts.items():
            first = first.replace("{" + name + "}", part)
        yield kind, re.compile(first)


def _unstretched(text: str) -> tuple[str, list[int]]:
    """Letters drawn out ("dimanaaa") once only, and where in `text` each sign stood."""
    dropped = {place for run in _RUN.finditer(text) for place in range(run.start() + 1, run.end())}
    kept = [place for place in range(len(text)) if place not in dropped]
    return "".join(text[place] for place in kept), kept


def _same_length(sign: str) -> str:
    plain = folded(sign)
    return plain if len(plain) == 1 else sign
