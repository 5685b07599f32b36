"""Finds which language a citizen wants to be answered in, and where a language is only named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, rows, words
from bot.nlu.tokens import Word, folded

LANGUAGE = "language"
_OTHER = {"id": "en", "en": "id"}
_TONGUE_WORDS = frozenset({"bahasa", "bhs", "basa", "boso", "language", "languages"})
_NEAR = 3
_WANTED_NEAR = 4


@dataclass(frozen=True)
class _Named:
    language: str
    is_sure: bool
    at: int
    size: int


class TongueFinder:
    """Finds names of our two languages in a text's words."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._names = {
            tuple(folded(name.strip()).split()): (language, certainty == "sure")
            for language, certainty, names in rows("language_names.tsv", directory=directory)
            for name in names.split(",")
        }
        self._longest = max(map(len, self._names))
        self._wanted = words("language_wanted.txt", directory=directory)
        self._unwanted = words("language_unwanted.txt", directory=directory)

    def mentioned(self, text_words: Sequence[Word], *, is_request: bool) -> list[Found]:
        """Where a language is meant, so that no country stands there.

        Args:
            text_words: the text's words.
            is_request: the text asks to change the language, so doubtful names count too.
        """
        spoken = [word for word in text_words if word.is_word]
        named = [one for one in self._named(spoken) if one.is_sure or is_request]
        found = [
            Found(LANGUAGE, one.language, spoken[one.at].start, _end(spoken, one)) for one in named
        ]
        for before, after in pairwise(spoken):
            if before.key in _TONGUE_WORDS:
                found.append(Found(LANGUAGE, "", after.start, after.end))
        return found

    def wanted(self, text_words: Sequence[Word], *, language: str | None) -> list[Found]:
        """The language asked for in a text that asks to change it; at most one.

        Of two that are named, the one that is wanted: "jangan inggris, indo aja" is Indonesian.
        A single one that is not wanted ("ga ngerti inggris") means the other. "Bahasa" alone
        is the name of a language only in English.
        """
        spoken = [word for word in text_words if word.is_word]
        named = [
            one
            for one in self._named(spoken)
            if spoken[one.at].key not in _TONGUE_WORDS or one.size > 1 or language == "en"
        ]
        if not named:
            return []
        scored = [(self._score(spoken, one), one) for one in named]
        score, best = max(scored, key=lambda pair: (pair[0], pair[1].at))
        is_refused = score < 0 and len({one.language for one in named}) == 1
        chosen = _OTHER[best.language] if is_refused else best.language
        return [Found(LANGUAGE, chosen, spoken[best.at].start, _end(spoken, best))]

    def _score(self, spoken: Sequence[Word], one: _Named) -> int:
        before = [word.key for word in spoken[max(0, one.at - _WANTED_NEAR) : one.at]]
        after = [word.key for word in spoken[one.at + one.size : one.at + one.size + _NEAR]]
        score = 0
        for distance, key in enumerate(reversed(before), start=1):
            if key in self._unwanted:
                score -= 2 if distance <= _NEAR else 1
            elif key in self._wanted:
                score += 2 if distance <= 2 else 1
        score += sum(key in self._wanted for key in after[:2])
        return score - sum(key in self._unwanted for key in after)

    def _named(self, spoken: Sequence[Word]) -> list[_Named]:
        named = []
        at = 0
        while at < len(spoken):
            step = 1
            for size in range(min(self._longest, len(spoken) - at), 0, -1):
                name = self._names.get(tuple(word.key for word in spoken[at : at + size]))
                if name:
                    named.append(_Named(*name, at, size))
                    step = size
                    break
            at += step
        return named


def _end(spoken: Sequence[Word], one: _Named) -> int:
    return spoken[one.at + one.size - 1].end
