"""Tells a follow-up such as "kalau di Jepang?" from a question of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, words
from bot.nlu.tokens import Word, folded

_LONGEST = 12
_EMOJI = "So"


class FragmentJudge:
    """Knows the words that carry no wish of their own."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._empty = words("fragment_words.txt", directory=directory)

    def is_fragment(
        self, text_words: Sequence[Word], found: Sequence[Found], *, kinds: Collection[str]
    ) -> bool:
        """Whether nothing is left of a text when entities of `kinds` and empty words are gone.

        Args:
            text_words: the text's words.
            found: what was found in it.
            kinds: the entities that a follow-up may consist of; at least one is needed.
        """
        spoken = [word for word in text_words if word.is_word]
        parts = [one for one in found if one.entity in kinds]
        if not parts or len(spoken) > _LONGEST:
            return False
        return all(word.key in self._empty or _is_inside(word, parts) for word in spoken)

    def is_bare(self, text: str, rest: Iterable[str]) -> bool:
        """Whether a text is nothing but names, dates, numbers and empty words: a bare answer.

        Args:
            text: the whole; one with an emoji is none.
            rest: its words without what was found in it.
        """
        if any(unicodedata.category(sign) == _EMOJI for sign in text):
            return False
        return all(
            folded(word) in self._empty for word in rest if any(letter.isalpha() for letter in word)
        )


def outside(text_words: Sequence[Word], found: Sequence[Found]) -> Iterator[str]:
    """The words of a text that stand in nothing found."""
    return (word.text for word in text_words if not _is_inside(word, found))


def _is_inside(word: Word, parts: Sequence[Found]) -> bool:
    return any(part.start <= word.start and word.end <= part.end for part in parts)
