"""Writes what differs between given and stored rows of one table, and says what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, and_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.storage.fact_changes import ChangeKind, Changes, RowChange
from bot.storage.fact_rows import FactRow, Key, key_of

SEED = "seed"
IMPORT = "import"
RETIRED = "retired"
REMOVED = "removed"
ACTIVE_ORIGINS = (SEED, IMPORT)

Row = dict[str, Any]

_MOST_NAMES = 500


class TableWriter:
    """One table within one transaction.

    Args:
        origin: `seed` or `import`; a seed never changes what an import wrote or removed.
        names: first parts of the keys that matter: of rows that are given or referred to.
    """

    def __init__(
        self, connection: Connection, table: Table, *, origin: str, names: set[Any]
    ) -> None:
        self._connection = connection
        self._table = table
        self._origin = origin
        self._stored = stored_rows(connection, table, _only(table, names))

    def active_keys(self) -> set[Key]:
        """The rows that are in force."""
        return {key for key, row in self._stored.items() if is_active(row)}

    def write(self, rows: Sequence[FactRow]) -> Changes:
        """Adds, changes and removes; a seed also retires what it does not name."""
        added: list[Row] = []
        changes: list[RowChange] = []
        empty = dict.fromkeys(column.name for column in self._table.columns if column.nullable)
        for row in rows:
            stored = self._stored.get(row.key)
            if row.is_removal:
                changes += self._leave(row.key, stored, origin=REMOVED)
            elif stored is None:
                added.append({**empty, **row.values, "origin": self._origin})
                changes.append(self._change(row.key, None, row.values))
            elif self._may_write(stored) and self._differs(row, stored):
                self._update(row.key, {**row.values, "origin": self._origin})
                old = stored if is_active(stored) else None
                kind = ChangeKind.CHANGED
                changes.append(self._change(row.key, old, {**stored, **row.values}, kind=kind))
        if added:
            self._connection.execute(self._table.insert(), added)
        if self._origin == SEED:
            given = {row.key for row in rows}
            for key, stored in self._stored.items():
                if stored["origin"] == SEED and key not in given:
                    changes += self._leave(key, stored, origin=RETIRED)
        return _counted(changes)

    def _may_write(self, stored: Row) -> bool:
        return self._origin == IMPORT or stored["origin"] in (SEED, RETIRED)

    def _differs(self, row: FactRow, stored: Row) -> bool:
        same = all(stored[name] == value for name, value in row.values.items())
        return not (same and is_active(stored))

    def _leave(self, key: Key, stored: Row | None, *, origin: str) -> list[RowChange]:
        if stored is None or not is_active(stored):
            return []
        self._update(key, {"origin": origin})
        return [self._change(key, stored, None)]

    def _change(
        self, key: Key, old: Row | None, new: Row | None, *, kind: ChangeKind | None = None
    ) -> RowChange:
        if kind is None:
            kind = ChangeKind.REMOVED if new is None else ChangeKind.ADDED
        return RowChange(
            table=self._table.name,
            key=key,
            kind=kind,
            old=None if old is None else as_text(self._table, old),
            new=None if new is None else as_text(self._table, new),
            is_private=self._table.info["is_private"],
        )

    def _update(self, key: Key, values: Row) -> None:
        columns = [self._table.columns[name] for name in self._table.info["key"]]
        same = and_(
            *(
                column.is_(None) if part is None else column == part
                for column, part in zip(columns, key, strict=True)
            )
        )
        self._connection.execute(update(self._table).where(same).values(values))


def stored_rows(
    connection: Connection, table: Table, only: ColumnElement | None = None
) -> dict[Key, Row]:
    """The rows of a table, also those no longer in force.

    Args:
        only: which ones; all of them when None.
    """
    query = select(table) if only is None else select(table).where(only)
    return {key_of(table, row): dict(row) for row in connection.execute(query).mappings()}


def _only(table: Table, names: set[Any]) -> ColumnElement | None:
    """Tables about people grow without end: only the seeds and what matters are looked at."""
    if not table.info["is_private"] or len(names) > _MOST_NAMES:
        return None
    first = table.columns[table.info["key"][0]]
    return (table.c.origin == SEED) | first.in_(sorted(names))


def is_active(row: Row) -> bool:
    """Whether a stored row is in force."""
    return row["origin"] in ACTIVE_ORIGINS


def as_text(table: Table, row: Row) -> dict[str, str]:
    """A stored row as files have it; what files alone have is empty."""
    return {
        column.name: ""
        if row.get(column.name) is None
        else column.info["field"].write(row[column.name])
        for column in table.columns
        if "field" in column.info
    }


def _counted(changes: list[RowChange]) -> Changes:
    def count(kind: ChangeKind) -> int:
        return sum(change.kind is kind for change in changes)

    return Changes(
        count(ChangeKind.ADDED),
        count(ChangeKind.CHANGED),
        count(ChangeKind.REMOVED),
        rows=tuple(changes),
    )
