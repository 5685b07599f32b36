"""Cases and events between rows and rules."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.engine.row import Row

from bot.casework.case import (
    Case,
    CaseState,
    Context,
    Function,
    Level,
    Line,
    Outcome,
    Priority,
    Reason,
)
from bot.casework.events import Event, EventKind
from bot.privacy import Privacy
from bot.storage.serialise import location_from_json, location_to_json
from bot.storage.times import utc


def case_values(case: Case, privacy: Privacy) -> dict[str, object]:
    """The columns of a case; `version` is left to the store."""
    return {
        "reference": case.reference,
        "conversation_id": case.conversation_id,
        "subject": case.subject,
        "priority": case.priority.value,
        "mission_id": case.mission_id,
        "language": case.language,
        "state": case.state.value,
        "position_sealed": privacy.seal(location_to_json(case.location)) if case.location else None,
        "opened_at": case.opened_at,
        "function": case.function.value,
        "reason": case.reason.value,
        "for_whom": case.for_whom,
        "wishes": ",".join(case.wishes),
        "is_handed_over": case.is_handed_over,
        "level": case.level.value,
        "claimed_by": case.claimed_by,
        "claimed_at": case.claimed_at,
        "last_officer": case.last_officer,
        "target_at": case.target_at,
        "first_reply_at": case.first_reply_at,
        "waiting_since": case.waiting_since,
        "closed_at": case.closed_at,
        "outcome": case.outcome.value if case.outcome else None,
        "stars": case.stars,
    }


def case_of(row: Row, privacy: Privacy) -> Case:
    """The case that a row holds."""
    position = row.position_sealed
    return Case(
        reference=row.reference,
        conversation_id=row.conversation_id,
        subject=row.subject,
        priority=Priority(row.priority),
        mission_id=row.mission_id,
        language=row.language,
        state=CaseState(row.state),
        opened_at=utc(row.opened_at),
        version=row.version,
        function=Function(row.function),
        reason=Reason(row.reason),
        for_whom=row.for_whom,
        location=location_from_json(privacy.unseal(position)) if position else None,
        wishes=words(row.wishes),
        is_handed_over=row.is_handed_over,
        level=Level(row.level),
        claimed_by=row.claimed_by,
        claimed_at=_instant(row.claimed_at),
        last_officer=row.last_officer,
        target_at=_instant(row.target_at),
        first_reply_at=_instant(row.first_reply_at),
        waiting_since=_instant(row.waiting_since),
        closed_at=_instant(row.closed_at),
        outcome=Outcome(row.outcome) if row.outcome else None,
        stars=row.stars,
    )


def words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(text.split(",")) if text else ()


def event_of(row: Row) -> Event:
    """The event that a row holds."""
    return Event(
        kind=EventKind(row.kind),
        at=utc(row.at),
        actor=row.actor,
        details=json.loads(row.details),
        id=row.id,
    )


def context_to_json(context: Context) -> str:
    """A context as JSON, to be sealed."""
    lines = [[each.author, each.text, each.at and each.at.isoformat()] for each in context.lines]
    return json.dumps(
        {"summary": context.summary, "lines": lines, "form": context.form}, ensure_ascii=False
    )


def context_from_json(text: str) -> Context:
    """The opposite of `context_to_json`."""
    data: dict[str, Any] = json.loads(text)
    return Context(
        summary=data["summary"],
        lines=tuple(
            Line(author, text=text, at=datetime.fromisoformat(at) if at else None)
            for author, text, at in data["lines"]
        ),
        form=tuple((name, value) for name, value in data["form"]),
    )


def _instant(value: datetime | None) -> datetime | None:
    return None if value is None else utc(value)
