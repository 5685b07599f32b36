"""Brings facts into the database and out again: seeds, imports and exports, one mechanism."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.consular.identity import identity_mark
from bot.errors import SetupError
from bot.privacy import Privacy
from bot.project import PROJECT
from bot.storage import fact_history, schema
from bot.storage.engine import read_only
from bot.storage.fact_changes import Changes
from bot.storage.fact_files import InvalidFacts, Problem, columns_of, read_path
from bot.storage.fact_rows import FactRow, check_rows
from bot.storage.fact_writer import (
    ACTIVE_ORIGINS,
    IMPORT,
    SEED,
    TableWriter,
    as_text,
    is_active,
    stored_rows,
)
from bot.storage.tables.facts import FACT_TABLES, applications, facts_state

__all__ = ["ACTIVE_ORIGINS", "SEED_FOLDER", "Changes", "export", "import_file", "seed"]

SEED_FOLDER = PROJECT / "data" / "consular"

_NEVER_STORED = ("birth_date", "document_last4")


def seed(
    engine: Engine, folder: Path = SEED_FOLDER, *, privacy: Privacy | None = None, by: str = SEED
) -> Changes:
    """Makes the rows that came from seeds equal to the seed files; imported rows stay.

    Args:
        privacy: the program's key, for the identities of applications; without it they are not
            kept, so that nobody can prove that an application is theirs.
        by: who does it, for the history.

    Raises:
        InvalidFacts: a seed file is wrong; nothing was stored.
        SetupError: no such folder, or the schema does not fit.
    """
    if not folder.is_dir():
        raise SetupError(f"{folder}: no such folder of seed files")
    rows = _without_clear_identities(check_rows(read_path(folder)), privacy)
    return _store(engine, rows, origin=SEED, by=by)


def import_file(
    engine: Engine,
    path: Path,
    *,
    privacy: Privacy | None = None,
    by: str = IMPORT,
    dry_run: bool = False,
) -> Changes:
    """Adds and changes the rows of a file (or of every file of a folder).

    Rows that the file does not name stay as they are; a row with `yes` in the column `remove` is
    taken out. Imported rows outrank the seeds from then on.

    Args:
        privacy: as for `seed`.
        by: who does it, for the history.
        dry_run: says what would change and changes nothing.

    Raises:
        InvalidFacts: the file is wrong; nothing was stored.
        SetupError: no such file, or the schema does not fit.
    """
    rows = _without_clear_identities(check_rows(read_path(path)), privacy)
    return _store(engine, rows, origin=IMPORT, by=by, dry_run=dry_run)


def export(engine: Engine, folder: Path) -> list[Path]:
    """Writes every table as `<table>.csv`; `import_file` takes the files back.

    Files about people are readable by their owner alone; identities stand in them as keyed
    hashes, which only an installation with the same `SECRET_KEY` can check.

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
            path.touch(mode=0o600 if table.info["is_private"] else 0o644)
            _write(connection, table, path)
            paths.append(path)
    return paths


def _write(connection: Connection, table: Table, path: Path) -> None:
    names = columns_of(table)
    active = {key: row for key, row in stored_rows(connection, table).items() if is_active(row)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for key in sorted(active, key=lambda parts: [(part is not None, part) for part in parts]):
            row = as_text(table, active[key])
            writer.writerow(row.get(name, "") for name in names)


def _without_clear_identities(
    rows: dict[str, list[FactRow]], privacy: Privacy | None
) -> dict[str, list[FactRow]]:
    """Puts the keyed hash of an identity in its place, before anything is compared or stored."""
    given = rows.get(applications.name)
    if not given:
        return rows
    return {**rows, applications.name: [_without_clear_identity(row, privacy) for row in given]}


def _without_clear_identity(row: FactRow, privacy: Privacy | None) -> FactRow:
    values = {name: value for name, value in row.values.items() if name not in _NEVER_STORED}
    born, last4 = (row.values.get(name) for name in _NEVER_STORED)
    if born is not None and last4 is not None:
        if privacy is None:
            del values["identity_hash"]
        else:
            values["identity_hash"] = identity_mark(
                privacy, values["reference"], born=date.fromisoformat(born), last4=last4
            )
    return replace(row, values=values)


def _store(
    engine: Engine,
    rows: dict[str, list[FactRow]],
    *,
    origin: str,
    by: str,
    dry_run: bool = False,
) -> Changes:
    schema.check(engine)
    changes = Changes()
    with engine.begin() as connection:
        # Writing the state first makes a second seed or import wait here until this one is done.
        connection.execute(update(facts_state).values(version=facts_state.c.version))
        keys: dict[str, set[Any]] = {}
        problems: list[Problem] = []
        for table in FACT_TABLES:
            given = rows.get(table.name, [])
            writer = TableWriter(connection, table, origin=origin, names=_names(table, rows))
            problems.extend(_dangling(table, given, keys))
            if not problems:
                changes += writer.write(given)
            removed = {row.key for row in given if row.is_removal}
            keys[table.name] = {key[0] for key in writer.active_keys() - removed}
            keys[table.name].update(row.key[0] for row in given if not row.is_removal)
        if problems:
            raise InvalidFacts(problems)
        if dry_run:
            connection.rollback()
        elif changes.total:
            fact_history.record(connection, changes.rows, by=by, now=utc_now())
            connection.execute(update(facts_state).values(version=facts_state.c.version + 1))
    return changes


def _names(table: Table, rows: dict[str, list[FactRow]]) -> set[Any]:
    """The first parts of the keys of a table that rows give or refer to."""
    names = {row.key[0] for row in rows.get(table.name, [])}
    for other in FACT_TABLES:
        for column in other.columns:
            if any(link.column.table is table for link in column.foreign_keys):
                names.update(row.values.get(column.name) for row in rows.get(other.name, []))
    return names - {None}


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
