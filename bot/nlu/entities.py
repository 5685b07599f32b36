"""Everything named in a text, put together: what belongs to a larger name is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.nlu.aspects import AspectFinder
from bot.nlu.dates import DateFinder, load_date_words
from bot.nlu.found import Found, without_overlaps
from bot.nlu.gazetteer import Gazetteer
from bot.nlu.language import load_language_words
from bot.nlu.lexicons import LEXICONS, words
from bot.nlu.missions import MISSIONS_FILE, MissionFinder, load_mission_words, load_missions
from bot.nlu.normalise import load_spellings
from bot.nlu.numbers import NumberFinder
from bot.nlu.places import PlaceFinder
from bot.nlu.tokens import WordTokenizer, words_of
from bot.nlu.tongue import TongueFinder


class EntityFinder:
    """All finders over one tokenisation.

    Args:
        gazetteer: the names of places.
        missions: the seed file of the missions.
        directory: the word lists.
    """

    def __init__(
        self, gazetteer: Gazetteer, *, missions: Path = MISSIONS_FILE, directory: Path = LEXICONS
    ) -> None:
        self._tokenizer = WordTokenizer()
        self._places = PlaceFinder(
            gazetteer, self._tokenizer, ordinary=ordinary_words(directory=directory)
        )
        self._missions = MissionFinder(
            load_missions(gazetteer, path=missions, directory=directory),
            load_mission_words(directory=directory),
        )
        self._dates = DateFinder(load_date_words(directory=directory))
        self._numbers = NumberFinder(directory=directory)
        self._aspects = AspectFinder(directory=directory)
        self._tongues = TongueFinder(directory=directory)

    def find(
        self,
        text: str,
        *,
        language: str | None,
        today: date,
        is_language_request: bool = False,
    ) -> list[Found]:
        """The entities of `text`.

        Args:
            text: as the citizen wrote it; only its first 1,000 characters are read.
            language: the text's language, where known.
            today: the day that relative dates are counted from.
            is_language_request: whether it asks to go on in another language; only then is a
                language found.
        """
        document = self._tokenizer.document(text, language)
        text_words = words_of(document)
        places = self._places.find(document)
        missions = self._missions.find(text_words, places)
        numbers = self._numbers.find(text)
        dates = without_overlaps(self._dates.find(text, today=today), numbers)
        tongues = self._tongues.wanted(text_words, language=language) if is_language_request else []
        others = [
            *self._missions.own_words(text_words),
            *self._tongues.mentioned(text_words, is_request=is_language_request),
        ]
        places = without_overlaps(places, [*missions, *numbers, *others])
        named = [*missions, *places, *numbers, *dates, *tongues]
        return [*sorted(named, key=lambda found: found.start), *self._aspects.find(text)]


def ordinary_words(*, directory: Path = LEXICONS) -> frozenset[str]:
    """Words of both languages that are never a misspelt place."""
    listed = load_language_words(directory=directory)
    spellings = load_spellings(directory=directory)
    full = {
        word
        for table in spellings.full.values()
        for text in table.values()
        for word in text.split()
    }
    variants = {word for table in spellings.full.values() for word in table}
    return frozenset(
        listed.indonesian
        | listed.english
        | listed.shared
        | full
        | variants
        | words("ordinary_words.txt", directory=directory)
    )
