"""The triage table as it is read from `data/emergency/triage.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.casework.case import Priority
from bot.emergency.kinds import Kind, Tone, Who, Word
from bot.emergency.patterns import Phrases
from bot.errors import SetupError
from bot.project import PROJECT

TRIAGE_FILE = PROJECT / "data" / "emergency" / "triage.yml"


@dataclass(frozen=True)
class KindRule:
    """One kind of emergency.

    Args:
        intent: the subject of its case.
        now: how urgent while it goes on, or where that is not known.
        past: how urgent once nobody is in danger any more.
        by_who: how urgent while it goes on, where it is about one of these.
    """

    kind: Kind
    intent: str
    now: Priority
    past: Priority
    by_who: Mapping[Who, Priority]
    tone: Tone
    says: Phrases
    passes_over: Phrases

    def is_said(self, text: str) -> bool:
        """Whether `text` says it."""
        return self.says.in_text(self.passes_over.without(text))


@dataclass(frozen=True)
class WordRule:
    """How a word to the emergency is said.

    Args:
        whole: phrases that must be all of the message.
        says: phrases anywhere in it.
        passes_over: phrases in which the others mean nothing.
        signs: emoji that stand for it in a message without words.
    """

    whole: Phrases
    says: Phrases
    passes_over: Phrases
    signs: str = ""

    def is_said(self, text: str) -> bool:
        """Whether `text` says it."""
        if self.whole.is_whole(text) or self.says.in_text(self.passes_over.without(text)):
            return True
        has_words = any(sign.isalnum() for sign in text)
        return not has_words and any(sign in text for sign in self.signs)

    def is_named(self, text: str) -> bool:
        """Whether `text` says it, or has it among other words."""
        return self.is_said(text) or self.whole.in_text(text)


@dataclass(frozen=True)
class Rules:
    """The whole table."""

    kinds: Mapping[Kind, KindRule]
    goes_with: frozenset[frozenset[Kind]]
    who: Sequence[tuple[Who, Phrases]]
    is_now: Phrases
    is_past: Phrases
    words: Mapping[Word, WordRule]
    open_for: timedelta
    short_answers: int
    quiet: timedelta

    def priority(self, kind: Kind, who: Who | None, is_now: bool | None) -> Priority:
        """How urgent an emergency is; what is not known counts as happening now."""
        rule = self.kinds[kind]
        if is_now is False:
            return rule.past
        return rule.by_who.get(who, rule.now) if who else rule.now

    def are_one(self, one: Kind, other: Kind) -> bool:
        """Whether both can be said of the same emergency."""
        if one is other or Kind.GENERAL in (one, other):
            return True
        return frozenset((one, other)) in self.goes_with


_OF_INTENT = {
    "emergency_general": Kind.GENERAL,
    "emergency_arrest": Kind.ARREST,
    "emergency_medical": Kind.MEDICAL,
    "emergency_death": Kind.DEATH,
    "emergency_violence": Kind.VIOLENCE,
    "emergency_trafficking": Kind.TRAFFICKING,
    "emergency_disaster": Kind.DISASTER,
    "emergency_missing": Kind.MISSING,
    "emergency_stranded": Kind.STRANDED,
}
EMERGENCY_INTENTS = frozenset(_OF_INTENT)


def kind_of_intent(intent: str | None) -> Kind | None:
    """The kind that an intent alone stands for; None if it is no emergency."""
    return _OF_INTENT.get(intent or "")


def load_rules(path: Path = TRIAGE_FILE) -> Rules:
    """Reads the table.

    Raises:
        SetupError: it cannot be read, or a name in it is not known.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _rules(table)
    except (OSError, yaml.YAMLError):
        raise SetupError(f"{path.name} cannot be read") from None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise SetupError(f"{path.name} is not a triage table: {error}") from None


def _rules(table: Mapping[str, Any]) -> Rules:
    lists: Mapping[str, list[str]] = table["lists"]

    def phrases(found: Iterable[str]) -> Phrases:
        return Phrases(found, lists)

    kinds = {Kind(name): _kind_rule(Kind(name), row, lists) for name, row in table["kinds"].items()}
    missing = set(Kind) - set(kinds)
    if missing:
        raise ValueError(f"no row for {', '.join(sorted(kind.value for kind in missing))}")
    return Rules(
        kinds=kinds,
        goes_with=frozenset(
            frozenset((Kind(one), Kind(other)))
            for one, others in table["goes_with"].items()
            for other in others
        ),
        who=[(Who(row["is"]), phrases(row["says"])) for row in table["who"]],
        is_now=phrases(table["when"]["now"]),
        is_past=phrases(table["when"]["past"]),
        words={
            Word(name): WordRule(
                phrases(row.get("whole", ())),
                says=phrases(row.get("says", ())),
                passes_over=phrases(row.get("except", ())),
                signs=row.get("signs", ""),
            )
            for name, row in table["words"].items()
        },
        open_for=timedelta(hours=table["open_hours"]),
        short_answers=int(table["short_answers"]),
        quiet=timedelta(seconds=table["quiet_seconds"]),
    )


def _kind_rule(kind: Kind, row: Mapping[str, Any], lists: Mapping[str, list[str]]) -> KindRule:
    priorities = {name: Priority(value) for name, value in row["priority"].items()}
    return KindRule(
        kind=kind,
        intent=row["intent"],
        now=priorities.pop("now"),
        past=priorities.pop("past"),
        by_who={Who(name): value for name, value in priorities.items()},
        tone=Tone(row.get("tone", "plain")),
        says=Phrases(row["says"], lists),
        passes_over=Phrases(row.get("except", ()), lists),
    )
