"""Which facts are past their review date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.consular.approved import ApprovedText
from bot.consular.review import Intervals, Stale, read_intervals, review_due
from bot.errors import SetupError
from bot.project import PROJECT
from bot.storage import schema
from bot.storage.engine import read_only
from bot.storage.fact_writer import ACTIVE_ORIGINS
from bot.storage.tables.facts import FACT_TABLES

INTERVALS_FILE = PROJECT / "data" / "review" / "intervals.yml"
FAQ = "faq"


def load_intervals(path: Path = INTERVALS_FILE) -> Intervals:
    """Reads the review intervals.

    Raises:
        SetupError: the file cannot be read, or a dated table is missing in it.
    """
    try:
        intervals = read_intervals(yaml.safe_load(path.read_text(encoding="utf-8"))["months"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise SetupError(f"{path.name}: not a file of review intervals: {error}") from None
    dated = [table.name for table in FACT_TABLES if "source_date" in table.columns]
    missing = [name for name in (*dated, FAQ) if name not in intervals]
    if missing:
        raise SetupError(f"{path.name}: no review interval for {', '.join(missing)}")
    return intervals


def stale_facts(
    engine: Engine, intervals: Intervals, *, today: date, texts: Iterable[ApprovedText] = ()
) -> list[Stale]:
    """The facts in force whose review date is past, the longest overdue first.

    Args:
        today: what counts as past.
        texts: the answers to common questions, which stand in a file.

    Raises:
        SetupError: the schema does not fit.
    """
    schema.check(engine)
    found = []
    with read_only(engine).connect() as connection:
        for table in FACT_TABLES:
            if "source_date" not in table.columns:
                continue
            query = select(table).where(table.c.origin.in_(ACTIVE_ORIGINS))
            for row in connection.execute(query).mappings():
                months = intervals[table.name].months(row["confidence"], row.get("kind"))
                name = " / ".join("" if row[k] is None else str(row[k]) for k in table.info["key"])
                found.append(
                    Stale(
                        table=table.name,
                        row=name,
                        source_date=row["source_date"],
                        confidence=row["confidence"],
                        due=review_due(row["source_date"], months),
                        source=row["source"],
                    )
                )
    for text in texts:
        known = text.provenance
        months = intervals[FAQ].months(known.confidence.value, None)
        found.append(
            Stale(
                table=FAQ,
                row=text.id,
                source_date=known.date,
                confidence=known.confidence.value,
                due=review_due(known.date, months),
                source=known.source,
            )
        )
    return sorted((s for s in found if s.due < today), key=lambda s: (s.due, s.table, s.row))
