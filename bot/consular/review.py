"""When a fact must be looked at again: the date of its source, its table and how sure it is."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Interval:
    """How many months a table's facts stand without a look.

    Args:
        default: where nothing narrower is said.
        by_confidence: for `high`, `medium` or `low`.
        by_kind: for a kind of row (`hotline`); the shorter of this and the others counts.
    """

    default: int
    by_confidence: Mapping[str, int]
    by_kind: Mapping[str, int]

    def months(self, confidence: str, kind: str | None) -> int:
        """The months for one fact."""
        months = self.by_confidence.get(confidence, self.default)
        return min(months, self.by_kind.get(kind or "", months))


Intervals = Mapping[str, Interval]


@dataclass(frozen=True)
class Stale:
    """A fact past its review date."""

    table: str
    row: str
    source_date: str
    confidence: str
    due: date
    source: str


def read_intervals(data: Any) -> dict[str, Interval]:
    """The intervals by table.

    Args:
        data: what stands under `months` in `data/review/intervals.yml`.

    Raises:
        ValueError: a table without default, or a number that is none.
    """
    found = {}
    for table, given in data.items():
        numbers = {name: value for name, value in given.items() if name != "kinds"}
        kinds = given.get("kinds", {})
        values = [*numbers.values(), *kinds.values()]
        if "default" not in numbers or not all(type(v) is int and v > 0 for v in values):
            raise ValueError(f"{table}: months are whole numbers, and there must be a default")
        found[table] = Interval(numbers.pop("default"), numbers, kinds)
    return found


def end_of(partial: str) -> date:
    """The last day that a date as exact as its source can mean: `2024-12` → 31 December 2024."""
    parts = [int(part) for part in partial.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def review_due(source_date: str, months: int) -> date:
    """The day by which a fact must be looked at again."""
    known = end_of(source_date)
    index = known.year * 12 + known.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(known.day, calendar.monthrange(year, month)[1]))
