"""`db …`: schema and facts."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from bot import settings
from bot.clock import utc_now
from bot.content.faq import load_faq
from bot.errors import SetupError
from bot.privacy import Privacy
from bot.settings import Settings
from bot.storage import fact_history, schema, seeding
from bot.storage.engine import make_engine
from bot.storage.fact_changes import Changes, describe
from bot.storage.stale_facts import load_intervals, stale_facts
from bot.storage.tables.facts import FACT_TABLES


def _open(data_dir: str | None) -> tuple[Engine, Settings]:
    loaded = settings.load(data_dir=data_dir)
    engine = make_engine(loaded.database_url)
    return engine, loaded


def upgrade(data_dir: str | None) -> dict[str, str]:
    """Brings the schema up to date."""
    engine, loaded = _open(data_dir)
    schema.upgrade(engine, Privacy(loaded.secret_key).seal)
    return {"schema": "up to date"}


def seed(data_dir: str | None) -> dict[str, Any]:
    """Brings the seed facts in; says what changed."""
    engine, loaded = _open(data_dir)
    schema.check(engine)
    return _counts(seeding.seed(engine, privacy=Privacy(loaded.secret_key)))


def import_file(
    data_dir: str | None, path: Path, *, dry_run: bool = False, by: str | None = None
) -> dict[str, Any]:
    """Takes the rows of one file (or of every file of a folder).

    Args:
        dry_run: only says what would change.
        by: who it is, for the history; the account on this machine when None.

    Returns:
        `added`, `changed`, `removed`; `dry_run`; and `diff`, a list of lines to be read.
    """
    engine, loaded = _open(data_dir)
    schema.check(engine)
    changes = seeding.import_file(
        engine,
        path,
        privacy=Privacy(loaded.secret_key),
        by=by or _account(),
        dry_run=dry_run,
    )
    return {**_counts(changes), "dry_run": dry_run, "diff": describe(changes)}


def export(data_dir: str | None, folder: Path) -> dict[str, Any]:
    """Writes every table; says which files."""
    engine, _ = _open(data_dir)
    schema.check(engine)
    return {"files": [str(path) for path in seeding.export(engine, folder)]}


def stale(data_dir: str | None) -> dict[str, Any]:
    """Lists the facts past their review date, the longest overdue first.

    Returns:
        `count`; `by_table`; and `facts`, each with `table`, `row`, `due`, `source_date`,
        `confidence` and `source`.
    """
    engine, _ = _open(data_dir)
    found = stale_facts(engine, load_intervals(), today=utc_now().date(), texts=load_faq())
    tables = sorted({fact.table for fact in found})
    return {
        "count": len(found),
        "by_table": {name: sum(fact.table == name for fact in found) for name in tables},
        "facts": [{**asdict(fact), "due": fact.due.isoformat()} for fact in found],
    }


def import_text(result: dict[str, Any]) -> str:
    """The result of `import_file` as a person reads it."""
    head = "would change" if result["dry_run"] else "changed"
    counts = ", ".join(f"{result[name]} {name}" for name in ("added", "changed", "removed"))
    return "\n".join([*result["diff"], f"{head}: {counts}"])


def stale_text(result: dict[str, Any]) -> str:
    """The result of `stale` as a person reads it."""
    lines = [
        f"{fact['due']}  {fact['table']}  {fact['row']}  "
        f"({fact['confidence']}, as of {fact['source_date']}: {fact['source']})"
        for fact in result["facts"]
    ]
    counts = ", ".join(f"{count} {name}" for name, count in result["by_table"].items())
    return "\n".join([*lines, f"past their review date: {result['count']} ({counts or 'none'})"])


def history(data_dir: str | None, table: str, key: list[str]) -> dict[str, Any]:
    """Lists the versions of one fact, the oldest first.

    Args:
        key: the row's key as files have it, one text a column; an empty one for a missing part.

    Raises:
        SetupError: no such table, or not a key of it.
    """
    engine, _ = _open(data_dir)
    schema.check(engine)
    known = {each.name: each for each in FACT_TABLES if not each.info["is_private"]}
    if table not in known:
        raise SetupError(f"{table}: no table with a history; there are {', '.join(known)}")
    columns = known[table].info["key"]
    if len(key) != len(columns):
        raise SetupError(f"{table}: a row is named by {', '.join(columns)}")
    try:
        values = [
            known[table].columns[name].info["field"].parse(text) if text else None
            for name, text in zip(columns, key, strict=True)
        ]
    except ValueError as error:
        raise SetupError(f"{table}: {error}") from None
    found = fact_history.versions(engine, table, tuple(values))
    return {"versions": [_version(each) for each in found]}


def _version(version: fact_history.Version) -> dict[str, Any]:
    return {
        **asdict(version),
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
    }


def _counts(changes: Changes) -> dict[str, Any]:
    return {"added": changes.added, "changed": changes.changed, "removed": changes.removed}


def _account() -> str:
    try:
        return f"cli:{getpass.getuser()}"[:80]
    except (KeyError, OSError):
        return "cli"
