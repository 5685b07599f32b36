"""What is old among cases, words and conversations, which refer to one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.casework.case import CaseState
from bot.casework.events import CLOCK
from bot.conversation.session import Owner
from bot.messages import DeliveryState
from bot.storage.audit import write_line
from bot.storage.tables.casework import case_messages, case_notes, timers
from bot.storage.tables.conversations import cases, conversations, outbound, platform_messages
from bot.storage.tables.officers import officer_accounts
from bot.storage.tables.records import appointments
from bot.storage.tables.registrations import registrations
from bot.storage.tables.topics import case_topics
from bot.storage.times import utc

EMPTIED = "empty"
_CASES_AT_ONCE = 20  # each has words and notes
_REFERRING = (
    outbound,
    cases,
    case_messages,
    case_topics,
    registrations,
    appointments,
    officer_accounts,
)


@dataclass(frozen=True)
class Found:
    """What may be deleted.

    Args:
        keys: primary keys.
        next: where to look on; None at the end.
    """

    keys: tuple[Any, ...] = ()
    next: str | None = None


def find_cases(connection: Connection, before: datetime, after: str | None, limit: int) -> Found:
    """Closed cases that still hold something."""
    at_once = min(limit, _CASES_AT_ONCE)
    query = (
        select(cases.c.reference)
        .where(
            cases.c.reference > (after or ""),
            cases.c.state == CaseState.CLOSED.value,
            cases.c.closed_at < before,
            _is_held(),
        )
        .order_by(cases.c.reference)
        .limit(at_once)
    )
    keys = tuple(connection.execute(query).scalars())
    return Found(keys, next=keys[-1] if len(keys) == at_once else None)


def empty_cases(connection: Connection, found: Found, now: datetime) -> dict[str, int]:
    """Deletes what people wrote in cases; that there was a case stays, with its events."""
    still = select(cases.c.reference).where(
        cases.c.reference.in_(found.keys), cases.c.state == CaseState.CLOSED.value
    )
    references = connection.execute(still.with_for_update()).scalars().all()
    counted = {}
    for table in (case_messages, case_notes, timers):
        mine = table.c.case_reference.in_(references)
        counted[table.name] = connection.execute(delete(table).where(mine)).rowcount
    connection.execute(
        update(cases)
        .where(cases.c.reference.in_(references))
        .values(
            context_sealed=None,
            position_sealed=None,
            emptied_at=now,
            version=cases.c.version + 1,
        )
    )
    for reference in references:
        write_line(connection, now, actor=CLOCK, action=EMPTIED, subject=reference, result="done")
    return {**counted, "cases": len(references)}


def find_words(connection: Connection, before: datetime, after: str | None, limit: int) -> Found:
    """What was said outside of cases, or in cases that hold nothing any more.

    Ids follow time, so the walk along them ends at the first that is too young.
    """
    walk = (
        select(outbound.c.id, outbound.c.written_at)
        .where(outbound.c.id > int(after or 0))
        .order_by(outbound.c.id)
        .limit(limit)
    )
    rows = connection.execute(walk).all()
    old = [row.id for row in takewhile(lambda row: utc(row.written_at) < before, rows)]
    if not old:
        return Found()
    of_an_officer = select(case_messages.c.id).where(case_messages.c.outbound_id == outbound.c.id)
    meanwhile = select(cases.c.reference).where(
        cases.c.conversation_id == outbound.c.conversation_id,
        cases.c.opened_at <= outbound.c.written_at,
        or_(cases.c.closed_at.is_(None), cases.c.closed_at >= outbound.c.written_at),
        _is_held(),
    )
    query = select(outbound.c.id).where(
        outbound.c.id.in_(old), _is_done(), ~of_an_officer.exists(), ~meanwhile.exists()
    )
    keys = tuple(connection.execute(query.order_by(outbound.c.id)).scalars())
    return Found(keys, next=str(old[-1]) if len(old) == limit else None)


def delete_words(connection: Connection, found: Found, _now: datetime) -> dict[str, int]:
    """Deletes messages with the platform's ids of them."""
    still = select(outbound.c.id).where(outbound.c.id.in_(found.keys), _is_done())
    numbers = connection.execute(still.with_for_update()).scalars().all()
    platforms = delete(platform_messages).where(platform_messages.c.outbound_id.in_(numbers))
    return {
        platform_messages.name: connection.execute(platforms).rowcount,
        outbound.name: connection.execute(
            delete(outbound).where(outbound.c.id.in_(numbers))
        ).rowcount,
    }


def find_conversations(
    connection: Connection, before: datetime, after: str | None, limit: int
) -> Found:
    """People of whom nothing else is kept."""
    walk = (
        select(conversations.c.id)
        .where(conversations.c.id > (after or ""))
        .order_by(conversations.c.id)
        .limit(limit)
    )
    seen = connection.execute(walk).scalars().all()
    query = select(conversations.c.id).where(
        conversations.c.id.in_(seen),
        conversations.c.opened_at < before,
        conversations.c.owner == Owner.BOT.value,
        *(
            ~select(table.c.conversation_id)
            .where(table.c.conversation_id == conversations.c.id)
            .exists()
            for table in _REFERRING
        ),
    )
    keys = tuple(connection.execute(query.order_by(conversations.c.id)).scalars())
    return Found(keys, next=seen[-1] if len(seen) == limit else None)


def delete_conversations(connection: Connection, found: Found, _now: datetime) -> dict[str, int]:
    """Deletes their addresses; the database refuses if one of them has just written."""
    gone = connection.execute(delete(conversations).where(conversations.c.id.in_(found.keys)))
    return {conversations.name: gone.rowcount}


def _is_done() -> ColumnElement[bool]:
    return outbound.c.state != DeliveryState.QUEUED.value


def _is_held() -> ColumnElement[bool]:
    """Whether a case's record is there: not emptied, or opened again since."""
    return or_(
        cases.c.emptied_at.is_(None),
        cases.c.closed_at.is_(None),
        cases.c.emptied_at < cases.c.closed_at,
    )
