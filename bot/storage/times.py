"""SQLite forgets time zones: every instant that leaves a table is made UTC again."""

from __future__ import annotations

from datetime import datetime, timezone


def utc(value: datetime) -> datetime:
    """The instant with its zone."""
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
