"""Finds countries and cities: names, adjectives, flags, misspellings, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.nlu.found import Found
from bot.nlu.gazetteer import COUNTRY, Gazetteer, Name, plain
from bot.nlu.tokens import WordTokenizer, indonesian_words, unstretched

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_FLAG_A = 0x1F1E6
_ALPHABET = 26
_SHORTEST_MISSPELT = 6
_LONG_WORD = 9
_REMEMBERED = 4096
_ARTICLE = "the"


class PlaceFinder:
    """Finds places with spaCy's phrase matcher, and misspelt ones with rapidfuzz.

    Args:
        gazetteer: the names.
        tokenizer: cuts the names as it cuts the texts.
        ordinary: folded words that are never taken for a misspelt name.
    """

    def __init__(
        self, gazetteer: Gazetteer, tokenizer: WordTokenizer, *, ordinary: frozenset[str]
    ) -> None:
        from spacy.matcher import PhraseMatcher

        self._gazetteer = gazetteer
        self._ordinary = ordinary
        self._spellable = gazetteer.spellable()
        self._indonesian = indonesian_words()
        self._remembered: dict[str, Name | None] = {}
        self._matcher = PhraseMatcher(tokenizer.vocab, attr="NORM")
        patterns = {}
        for key in gazetteer.names:
            for language in ("id", "en"):
                document = tokenizer.document(key, language)
                patterns[tuple(token.norm_ for token in document)] = document
        self._matcher.add("place", list(patterns.values()))

    def find(self, document: Doc) -> list[Found]:
        """The places of a tokenised text, longest names first, none inside another."""
        from spacy.util import filter_spans

        spans = [s for s in self._matcher(document, as_spans=True) if self._name(s)]
        found = [self._found(span) for span in filter_spans(spans)]
        taken = {i for span in spans for i in range(span.start, span.end)}
        found.extend(self._misspelt(document, taken))
        found.extend(_flags(document.text))
        return sorted(found, key=lambda one: one.start)

    def _name(self, span: Span) -> Name | None:
        key = plain(span.text)
        name = self._gazetteer.names.get(key) or self._gazetteer.names.get(
            " ".join(token.norm_ for token in span)
        )
        if name is None:
            return None
        if key in self._gazetteer.weak:
            return name if self._is_weak_place(span) else None
        if not name.is_sure and not self._is_town(span):
            return None
        return name

    def _is_weak_place(self, span: Span) -> bool:
        before = _before(span)
        if before is not None and (
            before.norm_ in self._gazetteer.cues or before.norm_ == _ARTICLE
        ):
            return len(span.text) > 2 or span.text.isupper() or before.norm_ != "to"
        shouted = span.doc.text.isupper()
        return (span.text.isupper() or span.text.istitle()) and not shouted and span.start > 0

    def _is_town(self, span: Span) -> bool:
        before = _before(span)
        if before is not None and before.norm_ in self._gazetteer.cues:
            return len(span) > 1 or span.text.istitle() or span.text.lower() not in self._ordinary
        return span.text.istitle() and span.start > 0 and span.text.lower() not in self._ordinary

    def _found(self, span: Span) -> Found:
        name = self._name(span)
        assert name is not None
        return Found(name.entity, name.value, span.start_char, span.end_char)

    def _misspelt(self, document: Doc, taken: set[int]) -> Iterator[Found]:
        for token in document:
            word = unstretched(token.norm_)
            if token.i in taken or len(word) < _SHORTEST_MISSPELT or not word.isalpha():
                continue
            if word in self._ordinary:
                continue
            name = self._nearest(word)
            if name:
                yield Found(name.entity, name.value, token.idx, token.idx + len(token))

    def _nearest(self, word: str) -> Name | None:
        if word not in self._remembered:
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = self._compared(word)
        return self._remembered[word]

    def _compared(self, word: str) -> Name | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # No misspelling: a name that needs a proof of its own, and an Indonesian word.
        if word in self._gazetteer.names or word in self._indonesian:
            return None
        wrong = 1 if len(word) < _LONG_WORD else 2
        best = process.extractOne(
            word, self._spellable.get(word[0], ()), scorer=OSA.distance, score_cutoff=wrong
        )
        return self._gazetteer.names[best[0]] if best else None


def _before(span: Span) -> Token | None:
    return span.doc[span.start - 1] if span.start else None


def _flags(text: str) -> Iterator[Found]:
    """Flags are pairs of regional indicator letters."""
    at = 0
    while at < len(text) - 1:
        pair = [ord(sign) - _FLAG_A for sign in text[at : at + 2]]
        if all(0 <= letter < _ALPHABET for letter in pair):
            code = "".join(chr(ord("A") + letter) for letter in pair)
            yield Found(COUNTRY, code, at, at + 2)
            at += 1
        at += 1
