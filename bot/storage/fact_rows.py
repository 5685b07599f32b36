"""Checks rows of text against the description of their tables and gives them types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from bot.storage.fact_files import REMOVE, InvalidFacts, Problem, RawRow
from bot.storage.fields import Field

Key = tuple[Any, ...]


@dataclass(frozen=True)
class FactRow:
    """A row that is right in itself; `is_removal` rows have only their key."""

    raw: RawRow
    key: Key
    values: dict[str, Any]
    is_removal: bool = False


def key_of(table: Table, values: Any) -> Key:
    """What names a row of a table."""
    return tuple(values[column] for column in table.info["key"])


def check_rows(raw_rows: list[RawRow]) -> dict[str, list[FactRow]]:
    """Reads every cell.

    Returns:
        The rows by table, in the order of the files.

    Raises:
        InvalidFacts: with every problem, each with file, line and column.
    """
    problems: list[Problem] = []
    rows: dict[str, list[FactRow]] = {}
    first_seen: dict[tuple[str, Key], RawRow] = {}
    for raw in raw_rows:
        row = _check_row(raw, problems)
        if row is None:
            continue
        earlier = first_seen.setdefault((raw.table.name, row.key), raw)
        if earlier is not raw:
            column = raw.table.info["key"][-1]
            reason = f"the same row stands in {earlier.file}, line {earlier.line}"
            problems.append(raw.problem(column, reason))
            continue
        rows.setdefault(raw.table.name, []).append(row)
    if problems:
        raise InvalidFacts(problems)
    return rows


def _check_row(raw: RawRow, problems: list[Problem]) -> FactRow | None:
    found: list[Problem] = []
    remove = raw.cells.get(REMOVE)
    is_removal = remove is not None and remove.text == "yes"
    if remove is not None and remove.text not in ("", "no", "yes"):
        found.append(raw.problem(REMOVE, "must be yes, no or empty"))
    key = raw.table.info["key"]
    values: dict[str, Any] = {}
    for name, field, is_optional in _fields(raw.table):
        if is_removal and name not in key:
            continue
        text = raw.cells[name].text
        if not text:
            values[name] = None
            if not is_optional:
                found.append(raw.problem(name, "is empty"))
            continue
        try:
            values[name] = field.parse(text)
        except ValueError as error:
            found.append(raw.problem(name, str(error)))
    if not found and not is_removal:
        found.extend(_missing_languages(raw, values))
        check = raw.table.info["check"]
        if check is not None:
            found.extend(raw.problem(column, reason) for column, reason in check(values))
    if found:
        problems.extend(found)
        return None
    return FactRow(raw, key_of(raw.table, values), values, is_removal)


def _fields(table: Table) -> Iterator[tuple[str, Field, bool]]:
    """A table's columns as files have them: name, kind, whether it may be empty."""
    for column in table.columns:
        if "field" in column.info:
            yield column.name, column.info["field"], bool(column.nullable)
    for name, field in table.info["file_only"].items():
        yield name, field, True


def _missing_languages(raw: RawRow, values: dict[str, Any]) -> list[Problem]:
    found = []
    for name in values:
        other = f"{name[:-3]}_{'en' if name.endswith('_id') else 'id'}"
        is_side = name.endswith(("_id", "_en")) and other in values
        if is_side and values[name] is None and values[other] is not None:
            found.append(raw.problem(name, f"is empty, but {other} is not"))
    return found
