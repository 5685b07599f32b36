"""Sparse features: character n-grams within words and word n-grams, weighted by rarity."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.nlu.tokens import folded

_CHARACTERS = (2, 3, 4, 5)
_TERM = re.compile(r"\w+|[^\w\s]")
_LONGEST = 24

Views = Sequence[tuple[str, ...]]
"""The same message in several spellings, each as its words."""


def terms(text: str) -> tuple[str, ...]:
    """The folded words, signs and emoji of `text`, each at most 24 characters long."""
    return tuple(folded(term)[:_LONGEST] for term in _TERM.findall(text))


@lru_cache(maxsize=16)
def grams(words: tuple[str, ...]) -> tuple[Counter[str], Counter[str]]:
    """The character n-grams (2 to 5, word edges as blanks) and the words and word pairs.

    The last few are remembered: several components ask for those of the same message.
    """
    characters: list[str] = []
    for word in words:
        padded = f" {word} "
        size = len(padded)
        for length in _CHARACTERS:
            characters.extend(padded[i : i + length] for i in range(size - length + 1))
    combined = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    return Counter(characters), Counter(combined)


def _kinds(views: Views) -> Iterable[tuple[str, Counter[str]]]:
    """Every view's n-grams, by a letter that keeps the kinds apart."""
    kind = ord("a")
    for words in views:
        for counted in grams(words):
            yield chr(kind), counted
            kind += 1


@dataclass(frozen=True)
class NgramFeatures:
    """A vocabulary with inverse document frequencies; each kind of n-gram has length 1."""

    vocabulary: dict[str, int]
    rarity: npt.NDArray[np.float32]

    @classmethod
    def fitted(cls, texts: Iterable[Views], *, at_least: int = 2) -> NgramFeatures:
        """Learns the n-grams that at least `at_least` of `texts` hold."""
        counts: Counter[str] = Counter()
        total = 0
        for views in texts:
            total += 1
            for kind, counted in _kinds(views):
                counts.update(kind + gram for gram in counted)
        kept = sorted(gram for gram, count in counts.items() if count >= at_least)
        rarity = [log((1 + total) / (1 + counts[gram])) + 1 for gram in kept]
        return cls({gram: i for i, gram in enumerate(kept)}, np.array(rarity, np.float32))

    def row(self, views: Views) -> tuple[list[int], list[float]]:
        """The features of one message: columns and values."""
        columns: list[int] = []
        values: list[float] = []
        for kind, counted in _kinds(views):
            known = [
                (index, count)
                for gram, count in counted.items()
                if (index := self.vocabulary.get(kind + gram)) is not None
            ]
            if not known:
                continue
            some = [index for index, _ in known]
            weights = self.rarity[some] * (1 + np.log([count for _, count in known]))
            columns.extend(some)
            values.extend((weights / sqrt(weights @ weights)).tolist())
        return columns, values

    def matrix(self, texts: Sequence[Views]) -> csr_matrix:
        """The features of many messages, one row each."""
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        for views in texts:
            some_columns, some_values = self.row(views)
            columns.extend(some_columns)
            values.extend(some_values)
            starts.append(len(columns))
        return csr_matrix(
            (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)),
            shape=(len(texts), len(self.vocabulary)),
        )

    def save(self, directory: Path) -> None:
        """Writes the vocabulary below `directory`."""
        names = list(self.vocabulary)
        (directory / "ngrams.json").write_text(json.dumps(names), encoding="utf-8")
        np.save(directory / "ngrams.npy", self.rarity)

    @classmethod
    def load(cls, directory: Path) -> NgramFeatures:
        """Reads what `save` wrote."""
        names = json.loads((directory / "ngrams.json").read_text(encoding="utf-8"))
        return cls({gram: i for i, gram in enumerate(names)}, np.load(directory / "ngrams.npy"))
