"""Whether a short message answers the open question and says nothing beside it.

Statistics know no such word alone and may take it for a cry ("my husband", "airport", "another");
the question that was asked knows better. Whatever else a message says, it is no plain answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.guided.dialogue import Dialogue, Kind, Step
from bot.guided.validators import is_strict
from bot.guided.words import NEGATIONS, NO, YES, Command, command, is_plea, is_unsure, tokens

_LONGEST = 12
_DATE = frozenset({"date"})
_PLACE = frozenset({"country", "city", "mission"})
_NAMED: Mapping[Kind, frozenset[str]] = {
    Kind.PLACE: _PLACE,
    Kind.COUNTRY: _PLACE,
    Kind.DATE: _DATE,
    # A town or an address.
    Kind.TEXT: _PLACE,
}
_PERSONS = frozenset(
    {"saya", "kami", "kita", "dia", "mereka", "i", "im", "me", "my", "mine", "we", "us", "our"}
    | {"he", "him", "his", "she", "her", "they", "their"}
)
# A "no" turns what follows it, unless it stands apart ("no, my husband").
_NO_APART = re.compile(r"\s*(\w+)\s*[,.;!-]+\s*")
# Of a name or an address so many words may be words of the language ("Jalan", "No."), as a share.
_MOST_ORDINARY = 0.25


Phrase = tuple[str, ...]
"""Words in order, as `bot.guided.words.tokens` makes them."""


@dataclass(frozen=True)
class Named:
    """Something named in a message, between two places in it; `kind` as the entity is called."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """Words by what they carry.

    Args:
        empty: mean nothing by themselves ("di", "the").
        ordinary: words of either language; a name is none.
    """

    empty: frozenset[str]
    ordinary: frozenset[str]


def is_small_answer(text: str) -> bool:
    """Whether a message fits any open question: a yes or no, a number, "I do not know", "back"."""
    words = tokens(text)
    if not words or is_plea(words):
        return False
    meant = command(text)
    if meant and meant.command is not Command.CHANGE:
        return True
    return is_unsure(words) or all(word in YES | NO or _has_digit(word) for word in words)


def is_plain_answer(
    dialogue: Dialogue,
    step: Step,
    text: str,
    named: Iterable[Named],
    *,
    lexicon: Lexicon,
    is_calm: bool,
) -> bool:
    """Whether `text` answers what is asked and does nothing else.

    Args:
        dialogue: the dialogue that is open.
        step: the question in it that is open.
        text: the message.
        named: what it names.
        lexicon: words by what they carry.
        is_calm: its words alone sound calm; only then can free words be a name or an address.
    """
    words = tokens(text)
    if not words or len(words) > _LONGEST or is_plea(words):
        return False
    kinds = _DATE | _PLACE if step.options else _NAMED.get(step.kind, frozenset())
    known = lexicon.empty | YES | _PERSONS
    if is_made_of(text, named, kinds, words=known, phrases=_own_phrases(dialogue, step)):
        return True
    is_free = step.kind is Kind.TEXT and not is_strict(step.check)
    ordinary = sum(word in lexicon.ordinary for word in words)
    return is_free and is_calm and ordinary <= _MOST_ORDINARY * len(words)


def is_made_of(
    text: str,
    named: Iterable[Named],
    kinds: frozenset[str],
    *,
    words: frozenset[str],
    phrases: frozenset[Phrase] = frozenset(),
) -> bool:
    """Whether a message holds no more than what is named of `kinds`, numbers, words, phrases."""
    signs = list(text)
    for each in named:
        if each.kind in kinds:
            signs[each.start : each.end] = " " * (each.end - each.start)
    rest = "".join(signs)
    apart = _NO_APART.match(rest)
    if apart and set(tokens(apart[1])) <= NO:
        rest = rest[apart.end() :]
    return _is_covered(tokens(rest), words, phrases)


def _is_covered(said: Phrase, words: frozenset[str], phrases: frozenset[Phrase]) -> bool:
    covered = {at for at, word in enumerate(said) if _is_free(word, words)}
    for phrase in phrases:
        for start in range(len(said) - len(phrase) + 1):
            if said[start : start + len(phrase)] == phrase:
                covered.update(range(start, start + len(phrase)))
    return len(covered) == len(said)


def _is_free(word: str, words: frozenset[str]) -> bool:
    return _has_digit(word) or (word in words and word not in NEGATIONS)


def _own_phrases(dialogue: Dialogue, asked: Step) -> frozenset[Phrase]:
    """What means an answer anywhere in the dialogue, and the single words of the question."""
    texts = [choice.title for step in dialogue.steps for choice in step.choices]
    said = [way for text in texts for way in (text.id, text.en)]
    for step in dialogue.steps:
        for choice in step.choices:
            said += [*choice.words, *choice.hints]
    found = {tokens(text) for text in said} - {()}
    for own in (*asked.words, asked.ask.id, asked.ask.en, asked.label.id, asked.label.en):
        found.update((word,) for word in tokens(own) if word not in NEGATIONS)
    return frozenset(found)


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
