"""Turns `data/guided` (parsed YAML) into dialogues, and says what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.consular.facts import Bilingual
from bot.errors import SetupError
from bot.guided.checklist import Checklist, FeeChoice, Rewrite, Rule
from bot.guided.dialogue import (
    Choice,
    Condition,
    Derived,
    Dialogue,
    Kind,
    Step,
    When,
)
from bot.guided.validators import CHECKS

TITLE_LENGTH = 20
"""The longest title of a button, in characters (WhatsApp's quick replies)."""

Row = Mapping[str, Any]


def checklists(document: Row) -> dict[str, Checklist]:
    """The checklists of `checklists.yml`, by name.

    Raises:
        SetupError: naming the checklist, and the step if it is about one.
    """
    found = {}
    for name, row in document["checklists"].items():
        dialogue = _dialogue(name, row, is_form=False)
        rules = tuple(_rule(name, rule) for rule in row["rules"])
        _check_rules(dialogue, rules)
        found[name] = Checklist(dialogue, rules)
    return found


def forms(document: Row) -> dict[str, Dialogue]:
    """The forms of `forms.yml`, by name.

    Raises:
        SetupError: as `checklists`.
    """
    rows = document["forms"].items()
    return {name: _dialogue(name, row, is_form=True) for name, row in rows}


def bookings(document: Row) -> dict[str, Dialogue]:
    """The dialogues of `appointments.yml` that end in something done, by name.

    Raises:
        SetupError: as `checklists`.
    """
    rows = document["bookings"].items()
    return {
        name: replace(_dialogue(name, row, is_form=True), does=row["does"]) for name, row in rows
    }


def phrases(document: Row) -> dict[str, Bilingual]:
    """The sentences around the questions, by key.

    Raises:
        SetupError: one lacks a language.
    """
    rows = document["phrases"].items()
    return {key: _both(row, where=f"phrases, {key}") for key, row in rows}


def tables(document: Row) -> dict[str, dict[str, str]]:
    """Fact tables of a file with `table`, `groups` (value → keys): `tables[name][key]`."""
    by_key = {key: value for value, keys in document["groups"].items() for key in keys}
    return {str(document["table"]): by_key}


def _dialogue(name: str, row: Row, *, is_form: bool) -> Dialogue:
    dialogue = Dialogue(
        name,
        title=_both(row["title"], where=name),
        steps=tuple(_step(name, step) for step in row["steps"]),
        derived=tuple(Derived(d["key"], d["table"], d["of"]) for d in row.get("derived", ())),
        entries={intent: dict(known or {}) for intent, known in row.get("intents", {}).items()},
        is_form=is_form,
    )
    _check_dialogue(dialogue)
    return dialogue


def _step(name: str, row: Row) -> Step:
    where = f"{name}, {row.get('key')}"
    return Step(
        key=row["key"],
        kind=Kind(row["kind"]),
        ask=_both(row["ask"], where=where),
        label=_both(row["label"], where=where),
        choices=tuple(_choice(where, choice) for choice in row.get("choices", ())),
        when=_when(row.get("when"), where=where),
        words=_strings(row.get("words"), where=where),
        check=row.get("check", ""),
        depends_on=_strings(row.get("depends_on"), where=where),
        section=row.get("section", "about"),
        is_optional=bool(row.get("optional")),
        is_consent=bool(row.get("consent")),
        options=row.get("options", ""),
        takes_only=bool(row.get("takes_only")),
        is_shown=bool(row.get("shown", True)),
        asks_instead=row.get("asks_instead", ""),
    )


def _choice(where: str, row: Row) -> Choice:
    title = _both(row["title"], where=where)
    if max(len(title.id), len(title.en)) > TITLE_LENGTH:
        raise SetupError(f"guided dialogues: {where}: a title has more than {TITLE_LENGTH} letters")
    return Choice(
        value=_string(row["value"], where=where),
        title=title,
        words=_strings(row.get("words"), where=where),
        hints=_strings(row.get("hints"), where=where),
        reply=row.get("reply", ""),
        is_hidden=bool(row.get("hidden")),
        ends=bool(row.get("ends")),
    )


def _when(row: Any, *, where: str) -> When:
    if row is None:
        return ()
    cases = row if isinstance(row, list) else [row]
    return tuple(
        tuple(
            Condition(key, frozenset(_strings(values, where=where))) for key, values in case.items()
        )
        for case in cases
    )


def _rule(name: str, row: Row) -> Rule:
    where = f"{name}, rules"
    return Rule(
        when=_when(row.get("when"), where=where),
        service=row.get("service"),
        rewrites=tuple(_rewrites(row, where)),
        fees=tuple(
            FeeChoice(
                fee["service"],
                variants=_strings(fee.get("variants"), where=where),
                is_on_top=bool(fee.get("on_top")),
            )
            for fee in row.get("fees", ())
        ),
        notes=tuple(_both(note, where=where) for note in row.get("notes", ())),
        duration=_both(row["duration"], where=where) if "duration" in row else None,
    )


def _rewrites(row: Row, where: str) -> Iterable[Rewrite]:
    for match in row.get("remove", ()):
        yield Rewrite(match)
    for change in row.get("replace", ()):
        yield Rewrite(change["match"], rows=(_both(change, where=where),))
    for position in ("first", "add"):
        rows = tuple(_both(text, where=where) for text in row.get(position, ()))
        if rows:
            yield Rewrite(rows=rows, is_first=position == "first")


def _check_dialogue(dialogue: Dialogue) -> None:
    seen: dict[str, set[str] | None] = {}
    for step in dialogue.steps:
        where = f"guided dialogues: {dialogue.name}, {step.key}"
        if step.key in seen:
            raise SetupError(f"{where}: the key stands twice")
        if (step.kind is Kind.CHOICE) != bool(step.choices or step.options):
            raise SetupError(f"{where}: a choice has choices, nothing else has")
        if step.kind in (Kind.TEXT, Kind.DATE) and step.check not in CHECKS:
            raise SetupError(f"{where}: no such check")
        _check_when(step.when, seen, where)
        is_choice = step.kind is Kind.CHOICE and not step.options
        seen[step.key] = {choice.value for choice in step.choices} if is_choice else None
        seen.update({d.key: None for d in dialogue.derived if d.of == step.key})
    for intent, known in dialogue.entries.items():
        for key, value in known.items():
            values = seen.get(key, set())
            if values is not None and value not in values:
                raise SetupError(f"guided dialogues: {dialogue.name}, {intent}: {key} has no such")


def _check_rules(dialogue: Dialogue, rules: Iterable[Rule]) -> None:
    seen: dict[str, set[str] | None] = {derived.key: None for derived in dialogue.derived}
    for step in dialogue.steps:
        is_choice = step.kind is Kind.CHOICE
        seen[step.key] = {choice.value for choice in step.choices} if is_choice else None
    for rule in rules:
        _check_when(rule.when, seen, f"guided dialogues: {dialogue.name}, rules")


def _check_when(when: When, seen: Mapping[str, set[str] | None], where: str) -> None:
    for case in when:
        for condition in case:
            if condition.key not in seen:
                raise SetupError(f"{where}: {condition.key} is not asked before")
            values = seen[condition.key]
            if values is not None and not condition.values <= values:
                raise SetupError(f"{where}: {condition.key} has no such answer")


def _both(row: Any, *, where: str) -> Bilingual:
    try:
        both = Bilingual(id=str(row["id"]).strip(), en=str(row["en"]).strip())
    except (KeyError, TypeError):
        raise SetupError(f"guided dialogues: {where}: a text lacks a language") from None
    if not both.id or not both.en:
        raise SetupError(f"guided dialogues: {where}: a text is empty")
    return both


def _strings(values: Any, *, where: str) -> tuple[str, ...]:
    return tuple(_string(value, where=where) for value in values or ())


def _string(value: Any, *, where: str) -> str:
    if not isinstance(value, str):
        raise SetupError(f"guided dialogues: {where}: put {value!r} in quotes")
    return value
