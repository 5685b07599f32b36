"""Cuts a message into words with spaCy's rule tokenizers, and folds words for comparison."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

LONGEST_CHARACTERS = 1000
_GIST_HEAD, _GIST_TAIL = 400, 200
_STRETCHED = re.compile(r"(\w)\1{2,}")
_ENDLESS = re.compile(r"\S{48,}")
_NOT_A_LETTER = re.compile(r"[^\w]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


def capped(text: str) -> str:
    """The part of `text` that is read word by word: its first 1,000 characters."""
    return text[:LONGEST_CHARACTERS]


def gist(text: str) -> str:
    """What stands for a long text where its meaning is asked: its begin and its end."""
    if len(text) <= _GIST_HEAD + _GIST_TAIL:
        return text
    return f"{text[:_GIST_HEAD]} {text[-_GIST_TAIL:]}"


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """`word` in lower case, without accents and typographic apostrophes."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or word.lower()


def indonesian_words() -> frozenset[str]:
    """The 5,600 words that spaCy knows to be doubled in Indonesian ("lubang-lubang")."""
    from spacy.lang.id import IndonesianDefaults

    doubled = IndonesianDefaults.tokenizer_exceptions
    return frozenset(word for both in doubled for word in both.lower().split("-"))


def unstretched(word: str) -> str:
    """`word` with letters that stand three times or more in a row cut to one."""
    return _STRETCHED.sub(r"\1", word)


@dataclass(frozen=True)
class Word:
    """One token: `start` and `end` are its place in the text, `key` its folded form."""

    text: str
    start: int
    end: int
    key: str

    @property
    def is_word(self) -> bool:
        """Whether it holds a letter or a digit, rather than punctuation or emoji only."""
        return any(c.isalnum() for c in self.text)


class WordTokenizer:
    """spaCy's blank pipelines for Indonesian and English.

    Their lists of contractions are left out: "cant" stays one word in both languages, so that
    a message of unknown language is cut the same way.
    """

    def __init__(self) -> None:
        from spacy.lang.en import EnglishDefaults
        from spacy.lang.id import IndonesianDefaults
        from spacy.vocab import Vocab

        self.vocab = Vocab()
        self._tokenizers = {
            "en": _tokenizer(self.vocab, EnglishDefaults),
            "id": _tokenizer(self.vocab, IndonesianDefaults),
        }

    def document(self, text: str, language: str | None = None) -> Doc:
        """The first 1,000 characters as a spaCy document; each token's norm is its folded form."""
        tokenizer = self._tokenizers.get(language or "id", self._tokenizers["id"])
        document = tokenizer(_ENDLESS.sub(_opened, capped(text)))
        for token in document:
            token.norm_ = folded(token.text)
        return document

    def words(self, text: str, language: str | None = None) -> tuple[Word, ...]:
        """The words of the first 1,000 characters, blanks left out."""
        return words_of(self.document(text, language))


def _opened(endless: re.Match[str]) -> str:
    """A run without blanks gets some in place of its signs: spaCy is slow on nested signs."""
    return _NOT_A_LETTER.sub(" ", endless.group())


def _tokenizer(vocab: Vocab, defaults: Any) -> Tokenizer:
    from spacy.tokenizer import Tokenizer
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    return Tokenizer(
        vocab,
        rules={},
        prefix_search=compile_prefix_regex(defaults.prefixes).search,
        suffix_search=compile_suffix_regex(defaults.suffixes).search,
        infix_finditer=compile_infix_regex(defaults.infixes).finditer,
        url_match=defaults.url_match,
    )


def words_of(document: Doc) -> tuple[Word, ...]:
    """The tokens of a spaCy document as plain words."""
    return tuple(
        Word(token.text, token.idx, token.idx + len(token.text), token.norm_)
        for token in document
        if not token.is_space
    )
