"""What a seed or an import changes: how many rows, which ones, and from what to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.storage.fact_rows import Key

_SHOWN_CHARACTERS = 100


class ChangeKind(str, Enum):
    """What happens to a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class RowChange:
    """One row; `old` and `new` are its values as files have them, None where it is not there."""

    table: str
    key: Key
    kind: ChangeKind
    old: dict[str, str] | None
    new: dict[str, str] | None
    is_private: bool = False


@dataclass(frozen=True)
class Changes:
    """How many rows were written; `rows` says which."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    rows: tuple[RowChange, ...] = field(default=(), compare=False, repr=False)

    def __add__(self, other: Changes) -> Changes:
        """Both together."""
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            rows=self.rows + other.rows,
        )

    @property
    def total(self) -> int:
        """All of them."""
        return self.added + self.changed + self.removed


def describe(changes: Changes) -> list[str]:
    """A diff for the person who imports: a line a row, below it a line a changed column.

    Values of rows about people are not shown.
    """
    lines: list[str] = []
    for row in changes.rows:
        sign = {"added": "+", "changed": "~", "removed": "-"}[row.kind.value]
        lines.append(f"{sign} {row.table} {_name(row)}")
        lines.extend(f"    {line}" for line in _columns(row))
    return lines


def _name(row: RowChange) -> str:
    return " / ".join("(empty)" if part is None else str(part) for part in row.key)


def _columns(row: RowChange) -> list[str]:
    old, new = row.old or {}, row.new or {}
    if row.kind is ChangeKind.REMOVED:
        return []
    changed = [name for name in new if old.get(name, "") != new[name]]
    if row.is_private:
        return [f"{name}: (not shown)" for name in changed]
    if row.kind is ChangeKind.ADDED:
        return [f"{name}: {_short(new[name])}" for name in changed]
    return [f"{name}: {_short(old.get(name, ''))} → {_short(new[name])}" for name in changed]


def _short(value: Any) -> str:
    text = str(value)
    if not text:
        return "(empty)"
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
