"""Reads facts from CSV and YAML files into rows of text, each cell with its place in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import Table

from bot.errors import SetupError
from bot.storage.tables.facts import FACT_TABLES

REMOVE = "remove"
"""A column that an imported file may have: `yes` takes the row out of the database."""

_TABLES = {table.name: table for table in FACT_TABLES}
_SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file. Cell contents are never quoted: some rows are about people."""

    file: str
    line: int
    column: str | None
    reason: str

    def __str__(self) -> str:
        """One line for the person who wrote the file."""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}, line {self.line}{column}: {self.reason}"


class InvalidFacts(SetupError):
    """A file of facts is wrong; nothing of it was stored. `problems` has every finding."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")


@dataclass(frozen=True)
class Cell:
    """The text of one value and the line where it stands."""

    text: str
    line: int


@dataclass(frozen=True)
class RawRow:
    """One row as it stands in a file."""

    table: Table
    file: str
    line: int
    cells: dict[str, Cell]

    def problem(self, column: str | None, reason: str) -> Problem:
        """A finding about this row, at the line of the column if it has one of its own."""
        cell = self.cells.get(column or "")
        return Problem(self.file, cell.line if cell else self.line, column, reason)


def columns_of(table: Table) -> list[str]:
    """The columns that files have, in the order in which they are written."""
    stored = [column.name for column in table.columns if "field" in column.info]
    return [*stored, *table.info["file_only"]]


def parent_column(table: Table) -> str:
    """The column of a nested table that names the row it belongs to."""
    return str(next(column.name for column in table.columns if column.foreign_keys))


def read_path(path: Path) -> list[RawRow]:
    """Reads one file, or every `.csv`, `.yml` and `.yaml` file of a folder.

    Raises:
        InvalidFacts: a file is not readable as facts.
        SetupError: there is no such file.
    """
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in (".csv", ".yml", ".yaml"))
        return [row for file in files for row in read_path(file)]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidFacts([Problem(path.name, 1, None, "is not UTF-8 text")]) from None
    except OSError as error:
        raise SetupError(f"{path.name}: cannot be read: {error.strerror}") from None
    return _read_yaml(path, text) if path.suffix in (".yml", ".yaml") else _read_csv(path, text)


def _read_csv(path: Path, text: str) -> list[RawRow]:
    lines = text.splitlines(keepends=True)
    head = lines[0] if lines else ""
    separator = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows: list[RawRow] = []
    problems: list[Problem] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        table = _table_of(path, header)
        line = reader.line_num + 1
        for values in reader:
            if len(values) == len(header):
                cells = {
                    name: Cell(value, line) for name, value in zip(header, values, strict=True)
                }
                rows.append(RawRow(table, path.name, line, cells))
            elif values:
                reason = f"has {len(values)} columns, the first line has {len(header)}"
                problems.append(Problem(path.name, line, None, reason))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(path.name, reader.line_num, None, f"is not CSV: {error}"))
    if problems:
        raise InvalidFacts(problems)
    return rows


def _table_of(path: Path, header: list[str]) -> Table:
    """The table that a file is about: by its name, else by its columns."""
    given = set(header) - {REMOVE}
    table = _TABLES.get(path.stem)
    if table is None:
        table = next((t for t in FACT_TABLES if set(columns_of(t)) == given), None)
    if table is None:
        names = ", ".join(_TABLES)
        reason = f"is no file of facts: neither its name nor its columns are those of {names}"
        raise InvalidFacts([Problem(path.name, 1, None, reason)])
    known = columns_of(table)
    problems = [
        Problem(path.name, 1, name, "is missing") for name in known if name not in given
    ] + [
        Problem(path.name, 1, name or "(empty)", f"is not a column of {table.name}")
        for name in header
        if name not in known and name != REMOVE
    ]
    if len(set(header)) != len(header):
        problems.append(Problem(path.name, 1, None, "names a column twice"))
    if problems:
        raise InvalidFacts(problems)
    return table


def _read_yaml(path: Path, text: str) -> list[RawRow]:
    try:
        root = yaml.compose(text, Loader=_SAFE_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or "cannot be read"
        raise InvalidFacts([Problem(path.name, line, None, f"is not YAML: {reason}")]) from None
    reader = _YamlReader(path.name)
    rows = list(reader.document(root)) if root is not None else []
    if reader.problems:
        raise InvalidFacts(reader.problems)
    return rows


class _YamlReader:
    """Turns YAML nodes into rows: `{id, en}` is two columns, a nested list the child table."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def document(self, root: yaml.Node) -> Iterator[RawRow]:
        for name, node in self._pairs(root, "a list of tables"):
            table = _TABLES.get(name)
            if table is None:
                self._report(node, name, "is not a table of facts")
                continue
            yield from self._rows(table, node, fixed={})

    def _rows(self, table: Table, node: yaml.Node, *, fixed: dict[str, str]) -> Iterator[RawRow]:
        if not isinstance(node, yaml.SequenceNode):
            self._report(node, table.name, "must be a list")
            return
        for number, item in enumerate(node.value, start=1):
            yield from self._row(table, item, fixed={"position": str(number), **fixed})

    def _row(self, table: Table, item: yaml.Node, *, fixed: dict[str, str]) -> Iterator[RawRow]:
        line = item.start_mark.line + 1
        known = columns_of(table)
        cells = {name: Cell(fixed.get(name, ""), line) for name in known}
        children: list[tuple[Table, yaml.Node]] = []
        for name, node in self._pairs(item, f"a row of {table.name}"):
            child = _child(table, name)
            if child is not None:
                children.append((child, node))
            elif isinstance(node, yaml.MappingNode):
                for side, value in self._pairs(node, name):
                    self._cell(cells, f"{name}_{side}", value)
            else:
                bare = table.info["nested"] and name in ("id", "en") and name not in known
                self._cell(cells, f"text_{name}" if bare else name, node)
        yield RawRow(table, self.file, line, cells)
        for child, node in children:
            key = cells[table.info["key"][0]].text
            yield from self._rows(child, node, fixed={parent_column(child): key})

    def _cell(self, cells: dict[str, Cell], name: str, node: yaml.Node) -> None:
        if name not in cells:
            self._report(node, name, "is not a column here")
        elif not isinstance(node, yaml.ScalarNode):
            self._report(node, name, "must be a single value")
        else:
            empty = node.tag == "tag:yaml.org,2002:null"
            text = "" if empty else str(node.value)
            cells[name] = Cell(text, node.start_mark.line + 1)

    def _pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self._report(node, None, f"{what} is expected here")
            return
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                self._report(key, str(key.value), "stands here twice")
            seen.add(key.value)
            yield str(key.value), value

    def _report(self, node: yaml.Node, column: str | None, reason: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, column, reason))


def _child(table: Table, name: str) -> Table | None:
    for candidate in FACT_TABLES:
        if candidate.info["nested"] == name and any(
            key.column.table is table for column in candidate.columns for key in column.foreign_keys
        ):
            return candidate
    return None
