"""Brings facts into the database and out again: seeds, imports and exports, one mechanism."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, and_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.errors import SetupError
from bot.storage import schema
from bot.storage.engine import read_only
from bot.storage.fact_files import InvalidFacts, Problem, columns_of, read_path
from bot.storage.fact_rows import FactRow, Key, check_rows, key_of
from bot.storage.tables.facts import FACT_TABLES, facts_state

SEED_FOLDER = Path(__file__).resolve().parents[2] / "data" / "consular"

SEED = "seed"
IMPORT = "import"
RETIRED = "retired"
REMOVED = "removed"
ACTIVE_ORIGINS = (SEED, IMPORT)

_PRIVATE_TABLES = ("applications", "application_steps")


@dataclass(frozen=True)
class Changes:
    """How many rows were written."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        """Both together."""
        return Changes(
            self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )

    @property
    def total(self) -> int:
        """All of them."""
        return self.added + self.changed + self.removed


def seed(engine: Engine, folder: Path = SEED_FOLDER) -> Changes:
    """Makes the rows that came from seeds equal to the seed files; imported rows stay.

    Raises:
        InvalidFacts: a seed file is wrong; nothing was stored.
        SetupError: no such folder, or the schema does not fit.
    """
    if not folder.is_dir():
        raise SetupError(f"{folder}: no such folder of seed files")
    return _store(engine, check_rows(read_path(folder)), origin=SEED)


def import_file(engine: Engine, path: Path) -> Changes:
    """Adds and changes the rows of a file (or of every file of a folder).

    Rows that the file does not name stay as they are; a row with `yes` in the column `remove` is
    taken out. Imported rows outrank the seeds from then on.

    Raises:
        InvalidFacts: the file is wrong; nothing was stored.
        SetupError: no such file, or the schema does not fit.
    """
    return _store(engine, check_rows(read_path(path)), origin=IMPORT)


def export(engine: Engine, folder: Path) -> list[Path]:
    """Writes every table as `<table>.csv`; `import_file` takes the files back.

    Files about people are readable by their owner alone.

    Returns:
        The files, one a table.

    Raises:
        SetupError: the folder cannot be written, or the schema does not fit.
    """
    schema.check(engine)
    try:
        return _export(engine, folder)
    except OSError as error:
        raise SetupError(f"{folder}: cannot be written: {error.strerror}") from None


def _export(engine: Engine, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with read_only(engine).connect() as connection:
        for table in FACT_TABLES:
            path = folder / f"{table.name}.csv"
            path.touch(mode=0o600 if table.name in _PRIVATE_TABLES else 0o644)
            _write(connection, table, path)
            paths.append(path)
    return paths


def _write(connection: Connection, table: Table, path: Path) -> None:
    names = columns_of(table)
    active = {key: row for key, row in _stored(connection, table).items() if _is_active(row)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for key in sorted(active, key=lambda parts: [(part is not None, part) for part in parts]):
            row = active[key]
            writer.writerow(
                "" if row[name] is None else table.columns[name].info["field"].write(row[name])
                for name in names
            )


def _store(engine: Engine, rows: dict[str, list[FactRow]], *, origin: str) -> Changes:
    schema.check(engine)
    changes = Changes()
    with engine.begin() as connection:
        # Writing the state first makes a second seed or import wait here until this one is done.
        connection.execute(update(facts_state).values(version=facts_state.c.version))
        keys: dict[str, set[Any]] = {}
        problems: list[Problem] = []
        for table in FACT_TABLES:
            writer = _TableWriter(connection, table, origin)
            given = rows.get(table.name, [])
            problems.extend(_dangling(table, given, keys))
            if not problems:
                changes += writer.write(given)
            removed = {row.key for row in given if row.is_removal}
            keys[table.name] = {key[0] for key in writer.active_keys() - removed}
            keys[table.name].update(row.key[0] for row in given if not row.is_removal)
        if problems:
            raise InvalidFacts(problems)
        if changes.total:
            connection.execute(update(facts_state).values(version=facts_state.c.version + 1))
    return changes


def _dangling(table: Table, rows: list[FactRow], keys: dict[str, set[Any]]) -> list[Problem]:
    """What the rows refer to and the database does not have."""
    problems = []
    for column in table.columns:
        for link in column.foreign_keys:
            parent = link.column.table.name
            for row in rows:
                value = row.values[column.name] if not row.is_removal else None
                if value is not None and value not in keys[parent]:
                    problems.append(row.raw.problem(column.name, f"is not in {parent}"))
    return problems


class _TableWriter:
    """Writes what differs between given and stored rows of one table."""

    def __init__(self, connection: Connection, table: Table, origin: str) -> None:
        self._connection = connection
        self._table = table
        self._origin = origin
        self._stored = _stored(connection, table)

    def active_keys(self) -> set[Key]:
        return {key for key, row in self._stored.items() if _is_active(row)}

    def write(self, rows: list[FactRow]) -> Changes:
        added = []
        changes = Changes()
        for row in rows:
            stored = self._stored.get(row.key)
            if row.is_removal:
                changes += self._remove(row, stored)
            elif stored is None:
                added.append({**row.values, "origin": self._origin})
            elif self._may_write(stored) and self._differs(row, stored):
                self._update(row.key, {**row.values, "origin": self._origin})
                changes += Changes(changed=1)
        if added:
            self._connection.execute(self._table.insert(), added)
        if self._origin == SEED:
            changes += self._retire({row.key for row in rows})
        return changes + Changes(added=len(added))

    def _may_write(self, stored: dict[str, Any]) -> bool:
        return self._origin == IMPORT or stored["origin"] in (SEED, RETIRED)

    def _differs(self, row: FactRow, stored: dict[str, Any]) -> bool:
        same = all(stored[name] == value for name, value in row.values.items())
        return not (same and _is_active(stored))

    def _remove(self, row: FactRow, stored: dict[str, Any] | None) -> Changes:
        if stored is None or not _is_active(stored):
            return Changes()
        self._update(row.key, {"origin": REMOVED})
        return Changes(removed=1)

    def _retire(self, given: set[Key]) -> Changes:
        gone = [k for k, row in self._stored.items() if row["origin"] == SEED and k not in given]
        for key in gone:
            self._update(key, {"origin": RETIRED})
        return Changes(removed=len(gone))

    def _update(self, key: Key, values: dict[str, Any]) -> None:
        columns = [self._table.columns[name] for name in self._table.info["key"]]
        same = and_(
            *(
                column.is_(None) if part is None else column == part
                for column, part in zip(columns, key, strict=True)
            )
        )
        self._connection.execute(update(self._table).where(same).values(values))


def _stored(connection: Connection, table: Table) -> dict[Key, dict[str, Any]]:
    rows = connection.execute(select(table)).mappings()
    return {key_of(table, row): dict(row) for row in rows}


def _is_active(row: dict[str, Any]) -> bool:
    return row["origin"] in ACTIVE_ORIGINS
