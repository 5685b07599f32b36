"""Finds missions by what people call them: "KBRI Singapura", "konjen jeddah", "kdei"."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupError
from bot.nlu.found import Found
from bot.nlu.gazetteer import CITY, COUNTRY, Gazetteer, plain
from bot.nlu.lexicons import LEXICONS, rows
from bot.nlu.tokens import Word
from bot.project import PROJECT

MISSION = "mission"
MISSIONS_FILE = PROJECT / "data" / "consular" / "missions.csv"
_ANY = "ANY"
_PREFERENCE = ("KBRI", "KJRI", "KRI", "KDEI")
_OWN = "ID"
_OWN_WORDS = frozenset({"ri", "indonesia", "indonesian", "indo"})
_LINKS = frozenset(
    [
        "di",
        "in",
        "at",
        "the",
        "of",
        "for",
        "kota",
        "yang",
        "ada",
        "republik",
        "republic",
        "-",
        ",",
        "(",
        "untuk",
        "sini",
    ]
)
_LOCATIVE = frozenset({"di", "in", "at"})
_FARTHEST = 4


@dataclass(frozen=True)
class NamedMission:
    """A mission as this room needs it; `places` are folded names of where it is."""

    id: str
    kind: str
    country: str
    places: frozenset[str]


@dataclass(frozen=True)
class MissionWords:
    """What means a mission: by folded words its kind, and whether it can only be ours."""

    kinds: dict[tuple[str, ...], tuple[str, bool]]
    longest: int


def load_missions(
    gazetteer: Gazetteer, *, path: Path = MISSIONS_FILE, directory: Path = LEXICONS
) -> list[NamedMission]:
    """The missions of the seed file, each with every name of its place.

    Raises:
        SetupError: the file is missing.
    """
    nicknames = {row[0]: row[1] for row in rows("mission_places.tsv", directory=directory)}
    aliases: dict[str, set[str]] = {}
    for key, name in gazetteer.names.items():
        if name.entity == CITY and name.is_sure:
            aliases.setdefault(plain(name.value), set()).add(key)
    if not path.is_file():
        raise SetupError(f"list of missions missing: {path.name}")
    missions = []
    with path.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            kind = row.get("kind") or row["type"]
            country = row.get("country") or row["country_iso2"]
            own = {
                plain(row["name_id"].removeprefix(kind).split("(")[0].strip()),
                plain(row["name_en"].rpartition(" in ")[2].rpartition(" to ")[2]),
                plain(row["city"].split("(")[0].strip()),
                *(plain(n.strip()) for n in nicknames.get(row["id"], "").split(",") if n.strip()),
            }
            own |= {alias for place in own for alias in aliases.get(place, ())}
            missions.append(NamedMission(row["id"], kind, country, frozenset(own)))
    return missions


def load_mission_words(*, directory: Path = LEXICONS) -> MissionWords:
    """The list `mission_words.tsv`."""
    kinds = {
        tuple(plain(words).split()): (kind, ours == "yes")
        for kind, ours, names in rows("mission_words.tsv", directory=directory)
        for words in names.split(",")
    }
    return MissionWords(kinds, max(map(len, kinds)))


class MissionFinder:
    """Joins a word for a mission with the place beside it."""

    def __init__(self, missions: Sequence[NamedMission], listed: MissionWords) -> None:
        self._missions = missions
        self._listed = listed
        self._longest_place = max((len(p.split()) for m in missions for p in m.places), default=1)

    def find(self, words: Sequence[Word], places: Sequence[Found]) -> list[Found]:
        """The missions that are named in a text.

        Args:
            words: the text's words.
            places: its countries and cities; those inside a mission's name are not yet left out.
        """
        found: list[Found] = []
        at = 0
        while at < len(words):
            size = self._words_for_mission(words, at)
            if size:
                mission = self._around(words, at, at + size, places)
                if mission:
                    found.append(mission)
            at += size or 1
        return found

    def own_words(self, words: Sequence[Word]) -> list[Found]:
        """Where words stand that can only mean a mission of ours, with or without its place."""
        own: list[Found] = []
        at = 0
        while at < len(words):
            size = self._words_for_mission(words, at)
            if size:
                kind, is_ours = self._listed.kinds[tuple(w.key for w in words[at : at + size])]
                if is_ours:
                    own.append(Found(MISSION, kind, words[at].start, words[at + size - 1].end))
            at += size or 1
        return own

    def _words_for_mission(self, words: Sequence[Word], at: int) -> int:
        for size in range(min(self._listed.longest, len(words) - at), 0, -1):
            if tuple(word.key for word in words[at : at + size]) in self._listed.kinds:
                return size
        return 0

    def _around(
        self, words: Sequence[Word], begin: int, end: int, places: Sequence[Found]
    ) -> Found | None:
        kind, is_ours = self._listed.kinds[tuple(word.key for word in words[begin:end])]
        is_located = is_ours
        alone = [mission for mission in self._missions if mission.kind == kind]
        at = end
        while at < min(end + _FARTHEST, len(words)):
            key = words[at].key
            place = self._place(words, at, places)
            if place is not None and key not in _OWN_WORDS:
                found = self._resolved(kind, place, words[begin].start, is_located=is_located)
                if len(alone) == 1 and is_ours and (found is None or found.value != alone[0].id):
                    break
                return found
            if key in _OWN_WORDS or key in _LOCATIVE:
                is_located = True
            elif key not in _LINKS:
                break
            at += 1
        before = self._before(kind, words, begin, end, places=places, is_ours=is_located)
        if before is None and is_ours and len(alone) == 1:
            return Found(MISSION, alone[0].id, words[begin].start, words[end - 1].end)
        return before

    def _place(
        self, words: Sequence[Word], at: int, places: Sequence[Found]
    ) -> tuple[str, str, int] | None:
        """(kind of place, its name or code, where it ends), beginning at word `at`."""
        for size in range(min(self._longest_place, len(words) - at), 0, -1):
            key = " ".join(word.key for word in words[at : at + size])
            if any(key in mission.places for mission in self._missions):
                return CITY, key, words[at + size - 1].end
        for place in places:
            if place.start == words[at].start:
                return place.entity, place.value, place.end
        return None

    def _before(
        self,
        kind: str,
        words: Sequence[Word],
        begin: int,
        end: int,
        *,
        places: Sequence[Found],
        is_ours: bool,
    ) -> Found | None:
        stop = words[end - 1].end
        for size in range(min(self._longest_place, begin), 0, -1):
            key = " ".join(word.key for word in words[begin - size : begin])
            start = words[begin - size].start
            if any(key in mission.places for mission in self._missions):
                chosen = self._choose(kind, self._at(CITY, key))
                if chosen:
                    return Found(MISSION, chosen, start, stop)
        for place in places:
            is_adjacent = begin and place.end == words[begin - 1].end
            if is_adjacent and is_ours and place.value != _OWN:
                chosen = self._choose(kind, self._at(place.entity, place.value))
                if chosen:
                    return Found(MISSION, chosen, place.start, stop)
        return None

    def _resolved(
        self, kind: str, place: tuple[str, str, int], start: int, *, is_located: bool
    ) -> Found | None:
        entity, name, end = place
        if entity == COUNTRY and not is_located:
            return None
        chosen = self._choose(kind, self._at(entity, name))
        return Found(MISSION, chosen, start, end) if chosen else None

    def _at(self, entity: str, name: str) -> list[NamedMission]:
        if entity == COUNTRY:
            return [mission for mission in self._missions if mission.country == name]
        return [mission for mission in self._missions if plain(name) in mission.places]

    def _choose(self, kind: str, there: Iterable[NamedMission]) -> str | None:
        there = list(there)
        same = [mission for mission in there if mission.kind == kind]
        if len(same) == 1:
            return same[0].id
        if not same or kind == _ANY:
            ranked = sorted(
                (m for m in there if m.kind in _PREFERENCE),
                key=lambda mission: _PREFERENCE.index(mission.kind),
            )
            best = [m for m in ranked if m.kind == ranked[0].kind]
            if len(best) == 1:
                return best[0].id
        return None
