"""Cases in the database: one open case a conversation and subject."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.engine.row import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Select

from bot.casework.case import Case, CaseState, Priority
from bot.messages import Location
from bot.storage.tables.conversations import cases
from bot.storage.times import utc


class SqlCases:
    """The `Cases` port on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, case: Case, *, location: Location | None) -> Case:
        """Opens a case, or gives back the open one of this conversation and subject."""
        try:
            with self._engine.begin() as connection:
                found = connection.execute(_open_one(case)).first()
                if found is None:
                    connection.execute(insert(cases).values(_values(case, location)))
        except IntegrityError:
            # Another process opened it in the same moment.
            with self._engine.begin() as connection:
                found = connection.execute(_open_one(case)).one()
        return _case(found) if found else case


def _open_one(case: Case) -> Select:
    return select(cases).where(
        cases.c.conversation_id == case.conversation_id,
        cases.c.subject == case.subject,
        cases.c.state != CaseState.CLOSED.value,
    )


def _values(case: Case, location: Location | None) -> dict[str, object]:
    return {
        "reference": case.reference,
        "conversation_id": case.conversation_id,
        "subject": case.subject,
        "priority": case.priority.value,
        "mission_id": case.mission_id,
        "language": case.language,
        "state": case.state.value,
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
        "opened_at": case.opened_at,
    }


def _case(row: Row) -> Case:
    return Case(
        reference=row.reference,
        conversation_id=row.conversation_id,
        subject=row.subject,
        priority=Priority(row.priority),
        mission_id=row.mission_id,
        language=row.language,
        state=CaseState(row.state),
        opened_at=utc(row.opened_at),
    )
