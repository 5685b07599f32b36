"""Reads the word lists below `data/lexicons`: what is data stays out of the code.

A list is a text file: one row a line, columns split by tabs, `#` begins a comment line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.errors import SetupError
from bot.project import PROJECT

LEXICONS = PROJECT / "data" / "lexicons"


def rows(name: str, *, directory: Path = LEXICONS) -> Iterator[tuple[str, ...]]:
    """The rows of the list `name`, stripped; empty and comment lines are left out.

    Raises:
        SetupError: there is no such list.
    """
    path = directory / name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise SetupError(f"word list missing: {path.name}") from None
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(column.strip() for column in line.split("\t"))


def words(name: str, *, directory: Path = LEXICONS) -> frozenset[str]:
    """All blank-separated words of a list."""
    return frozenset(
        word for row in rows(name, directory=directory) for cell in row for word in cell.split()
    )


def fingerprint(*paths: Path) -> str:
    """A digest of files and of folders' files, so that a change to one of them retrains."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.name.encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
