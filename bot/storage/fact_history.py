"""Every version of a fact: what it said, from when to when, and who wrote and ended it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.storage.engine import read_only
from bot.storage.fact_changes import RowChange
from bot.storage.fact_rows import Key
from bot.storage.tables.records import fact_history
from bot.storage.times import utc


@dataclass(frozen=True)
class Version:
    """What a fact said for a time.

    Args:
        values: as files have them.
        valid_from: None where it was there before versions were kept.
        valid_to: None while it is in force.
        written_by: who brought it in, None as for `valid_from`.
        ended_by: who changed or removed it.
    """

    values: dict[str, str]
    valid_from: datetime | None
    valid_to: datetime | None
    written_by: str | None
    ended_by: str | None


def record(connection: Connection, changes: Sequence[RowChange], *, by: str, now: datetime) -> None:
    """Keeps the versions that changes begin and end; rows about people are left out.

    Args:
        by: who made the changes.
        now: the instant of the transaction.
    """
    kept = [change for change in changes if not change.is_private]
    _end([change for change in kept if change.old is not None], connection, by=by, now=now)
    begun = [
        {**_names(change), "row_values": _dump(change.new), "valid_from": now, "written_by": by}
        for change in kept
        if change.new is not None
    ]
    if begun:
        connection.execute(insert(fact_history), begun)


def versions(engine: Engine, table: str, key: Key) -> tuple[Version, ...]:
    """The versions of one row, the oldest first."""
    query = (
        select(fact_history)
        .where(fact_history.c.table_name == table, fact_history.c.row_key == row_key(key))
        .order_by(fact_history.c.id)
    )
    with read_only(engine).connect() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Version(
            values=json.loads(row.row_values),
            valid_from=utc(row.valid_from) if row.valid_from else None,
            valid_to=utc(row.valid_to) if row.valid_to else None,
            written_by=row.written_by,
            ended_by=row.ended_by,
        )
        for row in rows
    )


def row_key(key: Key) -> str:
    """A row's key as the history has it."""
    return _dump(list(key))


def _end(ended: Sequence[RowChange], connection: Connection, *, by: str, now: datetime) -> None:
    close = (
        update(fact_history)
        .where(
            fact_history.c.table_name == bindparam("of_table"),
            fact_history.c.row_key == bindparam("of_row"),
            fact_history.c.valid_to.is_(None),
        )
        .values(valid_to=now, ended_by=by)
    )
    for change in ended:
        names = _names(change)
        done = connection.execute(
            close, {"of_table": names["table_name"], "of_row": names["row_key"]}
        )
        if done.rowcount == 0:  # it was there before versions were kept
            values = {"row_values": _dump(change.old), "valid_to": now, "ended_by": by}
            connection.execute(insert(fact_history).values(**names, **values))


def _names(change: RowChange) -> dict[str, str]:
    return {"table_name": change.table, "row_key": row_key(change.key)}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
