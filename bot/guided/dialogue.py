"""What a guided dialogue is: steps, the answers they take, and which one comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from bot.consular.facts import Bilingual

SKIPPED = ""
"""The answer of an optional step that the citizen skipped."""

UNKNOWN = "unknown"
"""What a lookup says of a value it has no fact for."""

Lookup = Callable[[str, str], str]
"""`lookup(table, value)`: what a fact table says of an answer (`apostille`, `JP` → `member`)."""

Options = Callable[[str, Mapping[str, str]], "tuple[Choice, ...]"]
"""`options(source, facts)`: the choices that are there now, given the answers so far."""


class Kind(str, Enum):
    """How a step is answered."""

    CHOICE = "choice"
    TEXT = "text"
    DATE = "date"
    PLACE = "place"
    COUNTRY = "country"


@dataclass(frozen=True)
class Choice:
    """One answer to a step.

    Args:
        value: how it is kept.
        title: on the button, at most 20 characters.
        words: mean it while its step is asked.
        hints: mean it at any time, also in a sentence about something else.
        reply: `yes` or `no` if a plain yes or no means it.
        is_hidden: has no button; only its words or the citizen's intent choose it.
        ends: closes the dialogue (a refused consent).
    """

    value: str
    title: Bilingual
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    reply: str = ""
    is_hidden: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Condition:
    """An earlier answer, or what was derived from it, is one of `values`."""

    key: str
    values: frozenset[str]


When = tuple[tuple[Condition, ...], ...]
"""Alternatives; in each of them all conditions must hold. Empty: always."""


@dataclass(frozen=True)
class Step:
    """One question.

    Args:
        key: names the answer, unique in its dialogue.
        ask: the question.
        label: the field's name in a summary; also what "ubah …" / "change …" names.
        words: other names of the field.
        check: the validator of a text or date (`bot.guided.validators`).
        depends_on: answers that the validator looks at; when one changes, this is checked again.
        section: whose datum it is, `about` (whom the matter concerns) or `writer`.
        is_consent: nothing personal is taken before this is answered.
        options: where the choices come from at run time (`bot.guided.turn.Tools.options`).
        takes_only: the only choice is taken without asking.
        is_shown: stands in the summary.
        asks_instead: the step that is asked when this one is to be changed.
    """

    key: str
    kind: Kind
    ask: Bilingual
    label: Bilingual
    choices: tuple[Choice, ...] = ()
    when: When = ()
    words: tuple[str, ...] = ()
    check: str = ""
    depends_on: tuple[str, ...] = ()
    section: str = "about"
    is_optional: bool = False
    is_consent: bool = False
    options: str = ""
    takes_only: bool = False
    is_shown: bool = True
    asks_instead: str = ""

    def choice(self, value: str) -> Choice | None:
        """The choice kept as `value`."""
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True)
class Derived:
    """A fact looked up from an answer, for later conditions: `table` by the answer `of`."""

    key: str
    table: str
    of: str


@dataclass(frozen=True)
class Dialogue:
    """A named list of steps.

    Args:
        entries: intents that begin it, each with the answers that it brings along.
        is_form: ends with a summary to confirm, not with a result.
        does: what is done with the confirmed answers; empty, they are kept as a record.
        options: the choices at run time; bound for one turn.
    """

    name: str
    title: Bilingual
    steps: tuple[Step, ...]
    derived: tuple[Derived, ...] = ()
    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_form: bool = False
    does: str = ""
    options: Options | None = None

    def step(self, key: str | None) -> Step | None:
        """The step of this key."""
        return next((step for step in self.steps if step.key == key), None)


@dataclass(frozen=True)
class Standing:
    """Where a dialogue stands.

    Args:
        facts: the answers that count, in the order of the steps, with what is derived from them.
        open_steps: the applicable steps without an answer, in order.
        steps: the applicable steps that are known of so far.
        stuck: the step that has nothing to choose from now; what comes after it is not known.
    """

    facts: Mapping[str, str]
    open_steps: tuple[Step, ...]
    steps: tuple[Step, ...]
    stuck: Step | None = None

    def step(self, key: str | None) -> Step | None:
        """The applicable step of this key, with the choices it has now."""
        return next((step for step in self.steps if step.key == key), None)


def nothing_known(table: str, value: str) -> str:
    """The lookup of a dialogue without fact tables."""
    return UNKNOWN


def standing(
    dialogue: Dialogue,
    answers: Mapping[str, str],
    known: Mapping[str, str] | None = None,
    *,
    lookup: Lookup = nothing_known,
) -> Standing:
    """Weighs answers against the conditions; an answer whose condition fell away does not count.

    Args:
        dialogue: the steps.
        answers: what the citizen answered.
        known: what was known before; an answer outweighs it.
        lookup: the fact tables behind derived conditions.
    """
    facts: dict[str, str] = {}
    steps: list[Step] = []
    unanswered: list[Step] = []
    for each in dialogue.steps:
        if not holds(each.when, facts):
            continue
        if each.options and unanswered:
            break
        step = _with_options(dialogue, each, facts)
        if step.kind is Kind.CHOICE and not step.choices:
            return Standing(facts, open_steps=(), steps=tuple(steps), stuck=step)
        steps.append(step)
        value = answers.get(step.key, (known or {}).get(step.key))
        if step.takes_only and len(step.choices) == 1:
            value = step.choices[0].value
        if value is None or not _fits(step, value):
            unanswered.append(step)
            continue
        facts[step.key] = value
        for derived in dialogue.derived:
            if derived.of == step.key:
                facts[derived.key] = lookup(derived.table, value)
    return Standing(facts, open_steps=tuple(unanswered), steps=tuple(steps))


def next_step(
    dialogue: Dialogue,
    answers: Mapping[str, str],
    known: Mapping[str, str] | None = None,
    *,
    lookup: Lookup = nothing_known,
) -> Step | None:
    """The question to ask now; None when all that matter are answered."""
    open_steps = standing(dialogue, answers, known, lookup=lookup).open_steps
    return open_steps[0] if open_steps else None


def holds(when: When, facts: Mapping[str, str]) -> bool:
    """Whether a condition is met."""
    return not when or any(
        all(facts.get(condition.key) in condition.values for condition in case) for case in when
    )


def _with_options(dialogue: Dialogue, step: Step, facts: Mapping[str, str]) -> Step:
    if not step.options:
        return step
    found = dialogue.options(step.options, facts) if dialogue.options else ()
    return replace(step, choices=found)


def _fits(step: Step, value: str) -> bool:
    if value == SKIPPED:
        return step.is_optional
    return step.kind is not Kind.CHOICE or step.choice(value) is not None
