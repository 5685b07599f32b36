"""Which of a step's choices a citizen's words mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.conversation.menu import match_answer
from bot.guided.dialogue import Choice, Kind, Step
from bot.guided.words import CONTRASTS, NEGATIONS, is_bare_reply, reply, tokens

WHOLE = "="
"""Before a word in the data: it means its choice only if nothing else is said."""

_LONGEST_ANSWER = 40
_NEGATION_REACH = 2


@dataclass(frozen=True)
class Found:
    """What was recognised: the choice's value, or that several choices fit."""

    value: str | None = None
    is_ambiguous: bool = False


@dataclass(frozen=True)
class _Hit:
    choice: Choice
    start: int
    end: int


NOTHING = Found()


def recognise(step: Step, text: str) -> Found:
    """The choice meant by an answer to this step: number, title, words, hints, yes or no."""
    if step.kind is not Kind.CHOICE:
        return NOTHING
    exact = titled(step, text)
    if exact.value is not None:
        return exact
    words = tokens(text)[:_LONGEST_ANSWER]
    found = _by_words(step.choices, words, kinds=("words", "hints", "titles"))
    if found.value is not None or found.is_ambiguous:
        return found
    return _replied(step, reply(words))


def is_literal(step: Step, text: str) -> bool:
    """Whether a message is a choice's own title or word and nothing more."""
    words = tokens(text)
    kinds = ("words", "hints", "titles")
    return any(words == phrase for choice in step.choices for phrase, _ in _phrases(choice, kinds))


def titled(step: Step, text: str) -> Found:
    """The choice whose number or title a message is."""
    shown = [choice for choice in step.choices if not choice.is_hidden]
    for language in ("id", "en"):
        index = match_answer(text, [choice.title.text(language) for choice in shown])
        if index is not None:
            return Found(shown[index].value)
    return NOTHING


def named(step: Step, text: str) -> Found:
    """The choice that a correction names; a bare yes or no names none."""
    words = tokens(text)[:_LONGEST_ANSWER]
    if step.kind is not Kind.CHOICE or is_bare_reply(words):
        return NOTHING
    return _by_words(step.choices, words, kinds=("words", "hints", "titles"))


def hinted(step: Step, text: str) -> Found:
    """The choice that a sentence about something else gives away."""
    if step.kind is not Kind.CHOICE:
        return NOTHING
    return _by_words(step.choices, tokens(text)[:_LONGEST_ANSWER], kinds=("hints",))


def _replied(step: Step, said: str) -> Found:
    if not said:
        return NOTHING
    return next((Found(choice.value) for choice in step.choices if choice.reply == said), NOTHING)


def _by_words(choices: Sequence[Choice], words: Sequence[str], *, kinds: tuple[str, ...]) -> Found:
    hits = _longest(_hits(choices, words, kinds))
    ends = {hit.end for hit in hits}
    meant = [hit for hit in hits if not _is_negated(hit, words, ends)]
    values = {hit.choice.value for hit in meant}
    if len(values) > 1:
        turn = max((i for i, word in enumerate(words) if word in CONTRASTS), default=-1)
        later = {hit.choice.value for hit in meant if hit.start > turn}
        values = later if turn >= 0 and later else values
    if len(values) == 1:
        return Found(values.pop())
    return Found(is_ambiguous=len(values) > 1)


def _hits(
    choices: Sequence[Choice], words: Sequence[str], kinds: tuple[str, ...]
) -> Iterable[_Hit]:
    for choice in choices:
        for phrase, is_whole in _phrases(choice, kinds):
            length = len(phrase)
            if is_whole and length != len(words):
                continue
            for start in range(len(words) - length + 1):
                if tuple(words[start : start + length]) == phrase:
                    yield _Hit(choice, start=start, end=start + length)


def _phrases(choice: Choice, kinds: tuple[str, ...]) -> set[tuple[tuple[str, ...], bool]]:
    """The words of a choice, and whether they must be the whole message."""
    texts = [*(choice.words if "words" in kinds else ()), *choice.hints]
    if "titles" in kinds and not choice.is_hidden:
        texts += [choice.title.id, choice.title.en]
    return {(phrase, text[0] == WHOLE) for text in texts if (phrase := tokens(text))}


def _longest(hits: Iterable[_Hit]) -> list[_Hit]:
    """Leaves out a hit inside a longer one: "tidak ada" is not "ada"."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if not any(other.start < hit.end and hit.start < other.end for other in kept):
            kept.append(hit)
    return kept


def _is_negated(hit: _Hit, words: Sequence[str], ends: set[int]) -> bool:
    """Whether a "not" stands before it, with no other choice and no "but" between."""
    if words[hit.start] in NEGATIONS:
        return False
    for index in range(hit.start - 1, max(-1, hit.start - 1 - _NEGATION_REACH), -1):
        if index + 1 in ends or words[index] in CONTRASTS:
            return False
        if words[index] in NEGATIONS:
            return True
    return False
