"""Officers between rows and rules."""

from __future__ import annotations

from sqlalchemy.engine.row import Row

from bot.casework.case import Function
from bot.casework.officers import Officer, Role
from bot.storage.case_rows import words
from bot.storage.times import utc


def officer_of_row(row: Row) -> Officer:
    """The officer that a row holds; a revoked one is not active."""
    return Officer(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        missions=words(row.missions),
        functions=tuple(Function(word) for word in words(row.functions)),
        languages=words(row.languages),
        is_active=row.revoked_at is None,
        away_until=None if row.away_until is None else utc(row.away_until),
    )
