"""The state or province that a text names, among those that consulates are responsible for.

"Sy kerja di Penang" names a state, not a city: the names are those of the jurisdiction facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.services.ports import ConsularFacts

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST_NAME = 4
# "Mie" is noodles before it is a prefecture: a short name counts beside its country only.
_SHORTEST_NAME = 4
# What people call a region beside the name in the facts, by its ISO 3166-2 code.
_ALSO_CALLED = {
    "MY-04": ("melaka", "malaka", "malacca"),
    "MY-05": ("n9", "negri sembilan"),
    "MY-07": ("penang", "pulau pinang", "pinang"),
    "Pantai Barat (West Coast Division, Sabah)": ("sabah",),
    "MY-13": ("sarawak", "serawak"),
}


@dataclass(frozen=True)
class NamedRegion:
    """A region as the jurisdiction facts know it: country (ISO2) and code (or name)."""

    country: str
    region: str


class FindRegion:
    """Looks for a region's name in a citizen's words."""

    def __init__(self, facts: ConsularFacts) -> None:
        self._facts = facts

    def __call__(self, text: str, country: str | None = None) -> NamedRegion | None:
        """The first region named.

        Args:
            text: a citizen's words.
            country: only regions of this one count, if given.
        """
        words = [word.lower() for word in _WORD.findall(text[:400])]
        for start in range(len(words)):
            for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
                found = self._names.get(" ".join(words[start : start + length]))
                is_word = country is None and length == 1 and len(words[start]) < _SHORTEST_NAME
                if found and country in (None, found.country) and not is_word:
                    return found
        return None

    @cached_property
    def _names(self) -> dict[str, NamedRegion]:
        names: dict[str, NamedRegion] = {}
        for country in sorted({mission.country for mission in self._facts.missions()}):
            for row in self._facts.jurisdictions(country):
                if row.region is None:
                    continue
                region = NamedRegion(country, row.iso3166_2 or row.region)
                for name in (row.region, *_ALSO_CALLED.get(region.region, ())):
                    names.setdefault(name.lower(), region)
        return names
