"""Approved texts by meaning: the questions and words of each as vectors, searched by cosine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.consular.approved import ApprovedText
from bot.consular.facts import LANGUAGES
from bot.lookup.cache import VectorCache
from bot.lookup.space import Space, Vectors, learn_space
from bot.services.record_ports import Match

Numbers = npt.NDArray[np.int64]

_LONGEST_QUESTION = 300
_NEAREST_QUESTIONS = 2
_SHARE_OF_QUESTIONS = 0.6


class PassageEncoder(Protocol):
    """An encoder that tells questions from the texts that answer them."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions, one row each, of length 1."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, one row each, of length 1."""


@dataclass(frozen=True)
class _Built:
    """The index of one state of the texts; row i of a table belongs to text `…_of[i]`."""

    texts: tuple[ApprovedText, ...]
    questions: Vectors
    questions_of: Numbers
    passages: Vectors
    passages_of: Numbers
    space: Space

    def scores(self, vector: Vectors) -> Vectors:
        """How near each text is: mostly its two nearest questions, then its own words."""
        asked = np.full((len(self.texts), _NEAREST_QUESTIONS), -1.0, np.float32)
        for number, score in zip(self.questions_of, self.questions @ vector, strict=True):
            lowest = asked[number].argmin()
            asked[number, lowest] = max(asked[number, lowest], score)
        said = np.full(len(self.texts), -1.0, np.float32)
        np.maximum.at(said, self.passages_of, self.passages @ vector)
        both: Vectors = _SHARE_OF_QUESTIONS * asked.mean(axis=1) + (1 - _SHARE_OF_QUESTIONS) * said
        return both


class MeaningIndex:
    """The `ApprovedTexts` port; safe in threads.

    The encoder is loaded at the first question, the index made again when the texts change.

    Args:
        texts: gives the texts of now; the same object as long as nothing has changed.
        encoder: loads the encoder.
        encoder_name: names its files, for the cache.
        cache_root: where vectors are kept; `build/lookup` of the project when None.
    """

    def __init__(
        self,
        texts: Callable[[], tuple[ApprovedText, ...]],
        encoder: Callable[[], PassageEncoder],
        *,
        encoder_name: str,
        cache_root: Path | None = None,
    ) -> None:
        self._texts = texts
        self._load = encoder
        self._name = encoder_name
        self._cache_root = cache_root
        self._lock = threading.Lock()
        self._encoder: PassageEncoder | None = None
        self._built: _Built | None = None

    def nearest(self, question: str, *, limit: int) -> tuple[Match, ...]:
        """The nearest texts, the best first, each once."""
        asked = " ".join(question.split())[:_LONGEST_QUESTION]
        if not asked:
            return ()
        with self._lock:
            built = self._current()
            vector = built.space.place(self._loaded().encode([asked]))[0]
        scores = built.scores(vector)
        best = np.argsort(-scores)[:limit]
        return tuple(Match(built.texts[number], float(scores[number])) for number in best)

    def prepare(self) -> int:
        """Works out what is missing and keeps it; the step for set-up. Returns the vectors."""
        with self._lock:
            built = self._current()
        return len(built.questions) + len(built.passages)

    def _loaded(self) -> PassageEncoder:
        if self._encoder is None:
            self._encoder = self._load()
        return self._encoder

    def _current(self) -> _Built:
        texts = self._texts()
        if self._built is None or self._built.texts is not texts:
            self._built = self._build(texts)
        return self._built

    def _build(self, texts: tuple[ApprovedText, ...]) -> _Built:
        cache = VectorCache(self._name, self._cache_root)

        def questions(wanted: Sequence[str]) -> Vectors:
            return cache.vectors(wanted, "query", lambda missing: self._loaded().encode(missing))

        def passages(wanted: Sequence[str]) -> Vectors:
            return cache.vectors(
                wanted, "passage", lambda missing: self._loaded().encode_passages(missing)
            )

        asked = [(n, q) for n, t in enumerate(texts) for q in _questions(t)]
        said = [
            (n, f"{t.title.text(side)} {t.text.text(side)}")
            for n, t in enumerate(texts)
            for side in LANGUAGES
        ]
        rows = questions([question for _, question in asked])
        space = learn_space(rows)
        built = _Built(
            texts=texts,
            questions=space.place(rows),
            questions_of=np.array([number for number, _ in asked]),
            passages=space.place(passages([words for _, words in said])),
            passages_of=np.array([number for number, _ in said]),
            space=space,
        )
        cache.save()
        return built


def _questions(text: ApprovedText) -> tuple[str, ...]:
    return (text.title.id, text.title.en, *text.questions)
