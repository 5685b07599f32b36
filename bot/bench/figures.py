"""What was measured, beside what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.bench.machine import load_average

_MILLI = 1000


@dataclass(frozen=True)
class Figure:
    """One number.

    Args:
        group: the measurement that it belongs to.
        name: what it says.
        value: the number.
        unit: of the number.
        at_most: the largest value that is good enough.
        at_least: the smallest value that is good enough.
        load: the machine's load average beside it.
    """

    group: str
    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    load: float = 0.0

    @property
    def is_good(self) -> bool | None:
        """Whether it is good enough; None where nothing is asked for."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None


class Figures:
    """Collects the figures of one measurement.

    Args:
        group: its name.
    """

    def __init__(self, group: str) -> None:
        self.rows: list[Figure] = []
        self._group = group

    def add(
        self,
        name: str,
        value: float,
        unit: str = "",
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Adds a number with what is asked of it."""
        shown = round(value, 2 if unit in ("ms", "s", "times") else 4)
        row = Figure(
            self._group,
            name,
            shown,
            unit=unit,
            at_most=at_most,
            at_least=at_least,
            load=load_average(),
        )
        self.rows.append(row)

    def milliseconds(self, name: str, seconds: float, *, at_most: float | None = None) -> None:
        """Adds a span, given in seconds."""
        self.add(name, seconds * _MILLI, "ms", at_most=at_most)


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """One object a figure."""
    return [{**asdict(figure), "is_good": figure.is_good} for figure in figures]


def as_table(figures: Sequence[Figure]) -> str:
    """The table for people."""
    head = ("measurement", "figure", "value", "asked", "", "load")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in (2, 3, 5) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    asked = ""
    if figure.at_most is not None:
        asked = f"<= {figure.at_most:g}"
    elif figure.at_least is not None:
        asked = f">= {figure.at_least:g}"
    verdict = {None: "", True: "ok", False: "MISSED"}[figure.is_good]
    value = f"{figure.value:g} {figure.unit}".strip()
    return (figure.group, figure.name, value, asked, verdict, f"{figure.load:g}")
