"""Finds the place in a cry for help, without spaCy: names that are surely meant, nothing else.

The assistant's own finder knows more (misspellings, adjectives). This one costs two megabytes and
a tenth of a millisecond, so that the worker has it when the assistant is down.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.consular.place import Place
from bot.errors import SetupError
from bot.nlu.gazetteer import COUNTRY, Gazetteer, Name, load_gazetteer, plain, save_gazetteer
from bot.nlu.lexicons import LEXICONS, fingerprint, rows
from bot.nlu.tokens import gist
from bot.project import PROJECT

_BUILT = PROJECT / "build" / "places"
_BUILD_SECONDS = 120
_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
_MOST_WORDS = 4
_HOME = "ID"


class PlaceSpotter:
    """Looks names up.

    Args:
        gazetteer: countries and cities.
        nicknames: mission ids by what people call the place of a mission.
        country_of: the country of a city (ISO 3166-1 alpha-2).
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        nicknames: Mapping[str, str],
        country_of: Callable[[str], str | None],
    ) -> None:
        self._gazetteer = gazetteer
        self._nicknames = nicknames
        self._country_of = country_of

    def __call__(self, text: str) -> Place:
        """The place of a text: the first city abroad, else the first country, else at home."""
        found = [place for _, place in self._parts(gist(text)) if place]
        abroad = [place for place in found if self._country(place) != _HOME]
        exact = [place for place in abroad if place.city or place.mission_id]
        return (exact or abroad or found or [Place()])[0]

    def _country(self, place: Place) -> str | None:
        return place.country or (self._country_of(place.city) if place.city else None)

    def outside(self, text: str) -> Iterator[str]:
        """The words of a text that name no place."""
        return (word for word, place in self._parts(gist(text)) if not place)

    def _parts(self, text: str) -> Iterator[tuple[str, Place | None]]:
        """Names with the place that each means, and the words between them."""
        words = [(match.group(), plain(match.group())) for match in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            length, place = self._longest(words, at)
            end = at + max(length, 1)
            yield " ".join(word for word, _ in words[at:end]), place
            at = end

    def _longest(self, words: list[tuple[str, str]], at: int) -> tuple[int, Place | None]:
        for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            key = " ".join(word for _, word in words[at : at + length])
            has_cue = at > 0 and words[at - 1][1] in self._gazetteer.cues
            name = self._gazetteer.names.get(key)
            if name and self._is_meant(name, key, has_cue=has_cue):
                is_country = name.entity == COUNTRY
                return length, Place(
                    country=name.value if is_country else None,
                    city=None if is_country else name.value,
                )
            if key in self._nicknames and (has_cue or len(key) > _MOST_WORDS):
                return length, Place(mission_id=self._nicknames[key])
        return 0, None

    def _is_meant(self, name: Name, key: str, *, has_cue: bool) -> bool:
        if key in self._gazetteer.weak:
            return has_cue and len(key) > 2
        return name.is_sure or has_cue


def load_place_spotter(
    country_of: Callable[[str], str | None], *, directory: Path = LEXICONS
) -> PlaceSpotter:
    """The spotter; builds its table of names if set-up has not.

    Args:
        country_of: the country of a city (ISO 3166-1 alpha-2).
        directory: the word lists.

    Raises:
        SetupError: the table cannot be built.
    """
    saved = _saved(directory)
    if not saved.is_file():
        _build_apart()
    nicknames = {
        plain(name.strip()): row[0]
        for row in rows("mission_places.tsv", directory=directory)
        for name in row[1].split(",")
    }
    gazetteer = load_gazetteer(directory=directory, saved=saved)
    return PlaceSpotter(gazetteer, nicknames, country_of)


def _saved(directory: Path) -> Path:
    return _BUILT / f"{fingerprint(directory, Path(__file__).with_name('gazetteer.py'))}.json"


def _build_apart() -> None:
    """Builds in a process of its own: the libraries need memory that this one would keep."""
    command = [sys.executable, "-m", "bot.nlu.place_spotter"]
    try:
        subprocess.run(command, cwd=PROJECT, check=True, timeout=_BUILD_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise SetupError("the table of place names could not be built") from None


def build() -> None:
    """Writes the table of names."""
    target = _saved(LEXICONS)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    save_gazetteer(load_gazetteer(), draft)
    draft.replace(target)


if __name__ == "__main__":
    build()
