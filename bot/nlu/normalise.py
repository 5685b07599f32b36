"""Chat spelling to full words, on a copy: what is stored stays as the citizen wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.lexicons import LEXICONS, rows
from bot.nlu.tokens import folded, gist

_PIECE = re.compile(r"[^\W_]+(?:['.][^\W_]+)*|[^\w\s]", re.UNICODE)
_DOUBLED = re.compile(r"^(\D{3,})2$")
_TRIPLE = re.compile(r"(\w)\1{2,}")
_PAIR = re.compile(r"([a-z])\1")
_SHARED = "chat_spelling_{}.tsv"


@dataclass(frozen=True)
class Spellings:
    """For each language the full form of a chat spelling; a full form stands for itself."""

    full: Mapping[str, Mapping[str, str]]

    def of(self, word: str, language: str | None) -> str | None:
        """The full form of the folded `word`; both languages are asked, `language` first."""
        order = ("en", "id") if language == "en" else ("id", "en")
        for code in order:
            found = self.full[code].get(word)
            if found is not None:
                return found
        return None


def load_spellings(*, directory: Path = LEXICONS) -> Spellings:
    """The lists `chat_spelling_<language>.tsv`."""
    return Spellings(
        {
            language: dict(_pairs(list(rows(_SHARED.format(language), directory=directory))))
            for language in ("id", "en")
        }
    )


def _pairs(table: Sequence[tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    for _variants, full in table:
        if " " not in full:
            yield full, full
    for variants, full in table:
        for variant in variants.split():
            yield variant, full


def normalise(text: str, spellings: Spellings, *, language: str | None = None) -> str:
    """`text` in lower case with chat spellings written out, stretched letters and "2" undone."""
    return " ".join(
        _full(folded(piece.group()), spellings, language) for piece in _PIECE.finditer(gist(text))
    )


def _full(word: str, spellings: Spellings, language: str | None) -> str:
    for candidate in _readings(word):
        full = spellings.of(candidate, language)
        if full is not None:
            return full
    return _DOUBLED.sub(r"\1", _TRIPLE.sub(r"\1", word))


def _readings(word: str) -> Iterable[str]:
    yield word
    doubled = _DOUBLED.sub(r"\1", word)
    yield doubled
    if _TRIPLE.search(doubled):
        single = _TRIPLE.sub(r"\1", doubled)
        yield single
        yield _PAIR.sub(r"\1", single)
