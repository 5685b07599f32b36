"""`nlu evaluate`: how well the assistant understands a file of labelled texts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import SetupError
from bot.nlu.parse import Parser, Understanding

REFUSED = frozenset({"out_of_scope", "nlu_fallback"})
EMERGENCY_PREFIX = "emergency_"
NOT_AN_EMERGENCY = frozenset({"emergency_numbers"})
_WORDS_FOR_LANGUAGE = 3
_WORD = re.compile(r"\w+")

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Labelled:
    """One text of the file. `kind` is plain, emergency_extra, hard_negative or near_oos."""

    text: str
    language: str
    intent: str
    kind: str
    entities: Pairs

    @property
    def is_emergency(self) -> bool:
        """Whether the right intent is an emergency."""
        return is_emergency(self.intent)


@dataclass(frozen=True)
class Judged:
    """A text beside what the pipeline made of it."""

    gold: Labelled
    found: Understanding

    @property
    def is_right(self) -> bool:
        """Whether the intent is right."""
        return self.found.intent == self.gold.intent

    @property
    def is_right_among_three(self) -> bool:
        """Whether the right intent is among the three likeliest."""
        return self.gold.intent in {name for name, _ in self.found.ranking}

    @property
    def is_alarm(self) -> bool:
        """Whether the assistant would treat it as an emergency."""
        return self.found.urgent or is_emergency(self.found.intent)


def is_emergency(intent: str) -> bool:
    """Whether an intent tells of danger; asking for a police number does not."""
    return intent.startswith(EMERGENCY_PREFIX) and intent not in NOT_AN_EMERGENCY


def read_labelled(path: Path) -> list[Labelled]:
    """Reads JSON lines with `text`, `intent`, `lang`, `kind` and `entities`.

    Raises:
        SetupError: a line lacks a field; it is named by number.
    """
    labelled = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = json.loads(line)
            pairs = frozenset((e["entity"], str(e["value"])) for e in row.get("entities") or ())
            labelled.append(
                Labelled(
                    text=row["text"],
                    language=row.get("lang") or row.get("language", ""),
                    intent=row["intent"],
                    kind=row.get("kind", "plain"),
                    entities=pairs,
                )
            )
        except (ValueError, KeyError, TypeError):
            raise SetupError(f"{path.name}, line {number}: not a labelled text") from None
    return labelled


def judge(
    labelled: Iterable[Labelled], parser: Parser, *, today: date | None = None
) -> list[Judged]:
    """Parses every text; what labellers wrote as a name is resolved as the parser would.

    Args:
        labelled: the texts with what is right.
        parser: the trained pipeline.
        today: the day that the labelled dates are counted from; the clock's when None.
    """
    parser.understand("halo", today=today)
    judged = []
    for one in labelled:
        pairs = frozenset((entity, parser.resolve(entity, v)) for entity, v in one.entities)
        gold = replace(one, entities=pairs)
        judged.append(Judged(gold, parser.understand(one.text, today=today)))
    return judged


def measures(judged: Sequence[Judged]) -> dict[str, Any]:
    """All measures of interfaces: shares between 0 and 1, None where nothing was to measure."""
    by_kind = {kind: [j for j in judged if j.gold.kind == kind] for kind in _values(judged, "kind")}
    emergencies = [j for j in judged if j.gold.is_emergency]
    calm = [j for j in judged if not j.gold.is_emergency]
    near = by_kind.get("near_oos", [])
    spoken = [j for j in judged if len(_WORD.findall(j.gold.text)) >= _WORDS_FOR_LANGUAGE]
    times = sorted(j.found.milliseconds for j in judged)
    return {
        "texts": len(judged),
        "accuracy": _share(judged, lambda j: j.is_right),
        "top_three": _share(judged, lambda j: j.is_right_among_three),
        "accuracy_by_language": {
            language: _share([j for j in judged if j.gold.language == language], _is_right)
            for language in _values(judged, "language")
        },
        "accuracy_by_kind": {kind: _share(some, _is_right) for kind, some in by_kind.items()},
        "emergency_recall": _share(emergencies, lambda j: j.is_alarm),
        "false_alarms": _share(calm, lambda j: j.is_alarm),
        "false_alarms_hard_negatives": _share(
            by_kind.get("hard_negative", []), lambda j: j.is_alarm
        ),
        "near_misses_refused": _share(near, lambda j: j.found.intent in REFUSED),
        "unsure": _share(judged, lambda j: j.found.intent == "nlu_fallback"),
        "language_accuracy": _share(spoken, lambda j: j.found.language == j.gold.language),
        "entities": entity_scores(judged),
        "milliseconds": {"p50": _at(times, 0.5), "p95": _at(times, 0.95)},
    }


def entity_scores(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each kind of entity, by values, over all texts."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for one in judged:
        given = frozenset((e.entity, e.value) for e in one.found.entities)
        wanted.update(entity for entity, _ in one.gold.entities)
        found.update(entity for entity, _ in given)
        right.update(entity for entity, _ in one.gold.entities & given)
    scores = {}
    for entity in sorted(wanted | found):
        both = wanted[entity] + found[entity]
        scores[entity] = {
            "precision": round(right[entity] / found[entity], 4) if found[entity] else 0.0,
            "recall": round(right[entity] / wanted[entity], 4) if wanted[entity] else 0.0,
            "f1": round(2 * right[entity] / both, 4) if both else 0.0,
            "count": wanted[entity],
        }
    return scores


def error_table(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """(right intent, predicted intent, how often) of the wrong ones, most frequent first."""
    pairs = Counter((j.gold.intent, j.found.intent) for j in judged if not j.is_right)
    return [(gold, given, count) for (gold, given), count in pairs.most_common()]


def as_text(result: dict[str, Any], errors: Sequence[tuple[str, str, int]] = ()) -> str:
    """The measures for reading; `errors` adds the table by intent pair."""
    lines = []
    for name, value in result.items():
        if name == "entities":
            lines.append("entities")
            lines.extend(
                f"  {entity:<18} F1 {s['f1']:.3f}  precision {s['precision']:.3f}"
                f"  recall {s['recall']:.3f}  ({s['count']:.0f})"
                for entity, s in value.items()
            )
        elif isinstance(value, dict):
            parts = "  ".join(f"{key} {inner}" for key, inner in value.items())
            lines.append(f"{name:<30} {parts}")
        else:
            lines.append(f"{name:<30} {value}")
    lines.extend(f"{count:>4}  {gold} -> {given}" for gold, given, count in errors)
    return "\n".join(lines)


def _is_right(judged: Judged) -> bool:
    return judged.is_right


def _values(judged: Sequence[Judged], field: str) -> list[str]:
    return sorted({getattr(j.gold, field) for j in judged})


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return round(sum(map(holds, judged)) / len(judged), 4) if judged else None


def _at(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None
