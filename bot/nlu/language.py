"""Which of our two languages a message is written in, or none where it cannot be told.

Word lists decide short messages, where statistics fail; lingua decides the rest. Malay counts
as Indonesian. A mixed message has the language that holds it together: that of most of its
listed words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.nlu.lexicons import LEXICONS, rows, words
from bot.nlu.tokens import folded, gist, unstretched

# "anak2" is a word and a sign of plural; the letter of "A567" is none.
_WORD = re.compile(r"(?:[^\W\d_]{3,}|(?<![^\W_])[^\W\d_]{1,2}(?![^\W_]))(?:['’][^\W\d_]+)?")
_SHORTEST_FOR_STATISTICS = 3
_WEIGHT = 1.5
_LATIN_SHARE = 0.5


class Statistics(Protocol):
    """Tells how likely a text is Indonesian rather than English."""

    def indonesian_share(self, text: str) -> float:
        """Between 0 (surely English) and 1 (surely Indonesian or Malay)."""
        ...


@dataclass(frozen=True)
class LanguageWords:
    """The listed words of each language; `shared` ones tell nothing and are in neither."""

    indonesian: frozenset[str]
    english: frozenset[str]
    shared: frozenset[str]


def load_language_words(*, directory: Path = LEXICONS) -> LanguageWords:
    """The lists `words_<language>.txt` and the chat spellings, which are words too."""
    found: Mapping[str, set[str]] = {
        language: set(words(f"words_{language}.txt", directory=directory))
        for language in ("id", "en")
    }
    for language, known in found.items():
        other = found["en" if language == "id" else "id"]
        for variants, _full in rows(f"chat_spelling_{language}.tsv", directory=directory):
            known.update(set(variants.split()) - other)
    shared = words("words_shared.txt", directory=directory) | (found["id"] & found["en"])
    return LanguageWords(
        frozenset(found["id"] - shared), frozenset(found["en"] - shared), frozenset(shared)
    )


class LinguaStatistics:
    """lingua, restricted to Indonesian, Malay and English."""

    def __init__(self) -> None:
        from lingua import Language, LanguageDetectorBuilder

        chosen = (Language.INDONESIAN, Language.MALAY, Language.ENGLISH)
        self._english = Language.ENGLISH
        self._detector = (
            LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode().build()
        )

    def indonesian_share(self, text: str) -> float:
        """Between 0 (surely English) and 1 (surely Indonesian or Malay)."""
        return 1.0 - float(self._detector.compute_language_confidence(text, self._english))


class LanguageIdentifier:
    """Decides between `id`, `en` and None."""

    def __init__(self, listed: LanguageWords, statistics: Statistics) -> None:
        self._listed = listed
        self._statistics = statistics

    def identify(self, text: str) -> str | None:
        """The language of `text`; None when it has no words, or too few to tell."""
        found = [unstretched(folded(word)) for word in _WORD.findall(gist(text))]
        if not found or not _is_latin(found):
            return None
        telling = [word for word in found if word not in self._listed.shared]
        indonesian = sum(self._is_indonesian(word) for word in telling)
        english = sum(word in self._listed.english for word in telling)
        if len(found) >= _SHORTEST_FOR_STATISTICS:
            share = self._statistics.indonesian_share(" ".join(telling or found))
            return "id" if indonesian - english + _WEIGHT * (share - 0.5) > 0 else "en"
        if indonesian != english:
            return "id" if indonesian > english else "en"
        return None

    def _is_indonesian(self, word: str) -> bool:
        listed = self._listed.indonesian
        return word in listed or (word.endswith("nya") and len(word) > 5)


def _is_latin(found: list[str]) -> bool:
    letters = "".join(found)
    return sum("a" <= letter <= "z" for letter in letters) >= _LATIN_SHARE * len(letters)
