"""Reading, correcting and re-checking single answers of a guided dialogue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.guided.dialogue import SKIPPED, Dialogue, Kind, Standing, Step, standing
from bot.guided.recognise import hinted, named, recognise
from bot.guided.state import State
from bot.guided.turn import Tools, Trouble, Utterance
from bot.guided.validators import Context, Problem, Valid, check, is_strict
from bot.guided.words import tokens

_MOST_LINES = 25
_LABELLED = re.compile(r"\s*([^:=]{2,40}?)\s*[:=]\s*(\S.*?)\s*")
_NUMBERED = re.compile(r"\s*(?:nomor|number|no\.?|#)?\s*([0-9]{1,2})\b[\s.:)]*(.*)", re.DOTALL)
_FILLER = frozenset({"saya", "my", "the", "menjadi", "jadi", "ke", "to", "is", "salah", "wrong"})


@dataclass(frozen=True)
class Settled:
    """A state whose answers fit together; `trouble` says what had to go."""

    state: State
    trouble: Trouble | None = None


def answer_to(
    dialogue: Dialogue, state: State, step: Step, said: Utterance, *, tools: Tools
) -> Valid | Problem:
    """Reads a message as the answer to one step."""
    text = said.text.strip()
    if step.kind is Kind.CHOICE:
        value = recognise(step, text).value
    elif step.kind is Kind.COUNTRY:
        value = said.country or tools.read_country(text)
    elif step.kind is Kind.PLACE:
        value = said.place or tools.read_place(text)
    else:
        return check(step.check, text, _context(dialogue, state, tools))
    return Valid(value) if value else Problem(step.kind.value)


def _context(dialogue: Dialogue, state: State, tools: Tools) -> Context:
    facts = standing(dialogue, state.answers, state.known, lookup=tools.lookup).facts
    return Context(today=tools.now.date(), read_date=tools.read_date, answers=facts)


def settle(dialogue: Dialogue, before: State, now: State, *, tools: Tools) -> Settled:
    """Drops answers that no longer count, or do not agree with what changed beside them."""
    facts = standing(dialogue, now.answers, now.known, lookup=tools.lookup).facts
    earlier = standing(dialogue, before.answers, before.known, lookup=tools.lookup).facts
    changed = {key for key in (*facts, *earlier) if facts.get(key) != earlier.get(key)}
    state, trouble = now, None
    for key, value in now.answers.items():
        step = dialogue.step(key)
        if step is None or key not in facts:
            state = state.without(key)
        elif value != SKIPPED and key not in changed and changed.intersection(step.depends_on):
            found = check(step.check, value, _context(dialogue, now, tools))
            if isinstance(found, Problem):
                state = state.without(key)
                trouble = Trouble(found.code, found.values)
    return Settled(state, trouble)


def find_field(dialogue: Dialogue, now: Standing, text: str) -> tuple[Step, str] | None:
    """The answered field that a text opens with, by number or name, and what follows it."""
    shown = shown_fields(dialogue, now)
    known = tuple(step for step in now.steps if step.key in now.facts and not step.is_consent)
    number = _NUMBERED.fullmatch(text)
    if number and 0 < int(number[1]) <= len(shown):
        return shown[int(number[1]) - 1], number[2].strip()
    said = text.split()
    best: tuple[int, Step] | None = None
    for step in known:
        for name in (step.label.id, step.label.en, *step.words):
            length = _opens_with(said, tokens(name))
            if length and (best is None or length > best[0]):
                best = (length, step)
    if best is None:
        return None
    rest = said[best[0] :]
    while rest and (tokens(rest[0]) or ("to",))[0] in _FILLER:
        rest.pop(0)
    return best[1], " ".join(rest).lstrip(":= ")


def shown_fields(dialogue: Dialogue, now: Standing) -> tuple[Step, ...]:
    """The answered fields, in the order and with the numbers of the summary."""
    return tuple(s for s in now.steps if s.key in now.facts and s.is_shown and not s.is_consent)


def _opens_with(said: list[str], name: tuple[str, ...]) -> int:
    """How many of the words said are the name; 0 if they do not open with it."""
    found: list[str] = []
    for index, word in enumerate(said):
        parts = tokens(word)
        if not found and len(parts) == 1 and parts[0] in _FILLER:
            continue
        found.extend(parts)
        if tuple(found) == name:
            return index + 1
        if tuple(found) != name[: len(found)]:
            return 0
    return 0


def fill_fields(dialogue: Dialogue, state: State, text: str, *, tools: Tools) -> State | None:
    """Takes `Name: value` lines of a form, in any order; None if there is none.

    Nothing is taken before the citizen consented.
    """
    if not dialogue.is_form or any(
        step.is_consent and step.key not in state.answers for step in dialogue.steps
    ):
        return None
    filled = state
    for line in text.splitlines()[:_MOST_LINES]:
        match = _LABELLED.fullmatch(line)
        step = _field_named(dialogue, filled, match[1], tools) if match else None
        if match and step:
            said = Utterance(text=match[2])
            found = answer_to(dialogue, filled, step, said, tools=tools)
            if isinstance(found, Valid):
                filled = filled.answered(step.key, found.value)
    return filled if filled is not state else None


def _field_named(dialogue: Dialogue, state: State, name: str, tools: Tools) -> Step | None:
    said = tokens(name)
    now = standing(dialogue, state.answers, state.known, lookup=tools.lookup)
    for step in now.steps:
        names = (step.label.id, step.label.en, *step.words)
        if not step.is_consent and any(tokens(known) == said for known in names):
            return step
    return None


def correct(
    dialogue: Dialogue,
    state: State,
    text: str,
    *,
    asked: Step | None,
    tools: Tools,
) -> State | None:
    """Finds the answer that a correction is about, and changes it.

    Args:
        dialogue: the steps.
        state: the answers so far.
        text: what should stand instead ("rusak" of "bukan, rusak").
        asked: the step that was asked; its own answer comes first if it is a choice.
        tools: the readers.

    Returns:
        The corrected state; None if the text corrects nothing.
    """
    now = standing(dialogue, state.answers, state.known, lookup=tools.lookup)
    if asked and asked.kind is Kind.CHOICE and (value := named(asked, text).value):
        return state.answered(asked.key, value)
    latest = [
        s for key in reversed(tuple(state.answers)) if (s := now.step(key)) and key in now.facts
    ]
    earlier = [s for s in now.steps if s.key in now.facts and s not in latest]
    for step in (*latest[:1], *([asked] if asked else ()), *latest[1:], *earlier):
        value = _replacement(dialogue, state, step, text, tools, is_latest=step in latest[:1])
        if value is not None and value != now.facts.get(step.key):
            return state.answered(step.key, value)
    return None


def _replacement(
    dialogue: Dialogue, state: State, step: Step, text: str, tools: Tools, *, is_latest: bool
) -> str | None:
    if step.is_consent:
        return None
    if step.kind is Kind.CHOICE:
        return named(step, text).value
    is_loose = step.kind is Kind.TEXT and not is_strict(step.check)
    if is_loose and not is_latest:
        return None
    found = answer_to(dialogue, state, step, Utterance(text=text), tools=tools)
    return found.value if isinstance(found, Valid) else None


def fill_hints(dialogue: Dialogue, state: State, text: str, *, tools: Tools) -> State:
    """Takes what unmistakable words in a sentence say about other steps than the asked one."""
    for _ in dialogue.steps:
        now = standing(dialogue, state.answers, state.known, lookup=tools.lookup)
        given = _hint(state, now, text)
        if given is None:
            break
        state = state.answered(*given)
    return state


def _hint(state: State, now: Standing, text: str) -> tuple[str, str] | None:
    for step in now.steps:
        if step.key == state.asking or step.is_consent:
            continue
        value = hinted(step, text).value
        if value is not None and value != now.facts.get(step.key):
            return step.key, value
    return None


def fill_place(
    dialogue: Dialogue, state: State, said: Utterance, *, is_free: bool, tools: Tools
) -> State:
    """Takes the place that is named before it is asked.

    Args:
        dialogue: the steps.
        state: the answers so far.
        said: the message.
        is_free: the words mean nothing else, so that all of them may be the place.
        tools: the readers.
    """
    now = standing(dialogue, state.answers, state.known, lookup=tools.lookup)
    for step in now.open_steps:
        if step.kind is Kind.PLACE and step.key != state.asking:
            place = said.place or (tools.read_place(said.text.strip()) if is_free else None)
            return state.answered(step.key, place) if place else state
    return state
