"""Applications and the record of who asked for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.consular.facts import Application, ApplicationStep
from bot.consular.identity import REMEMBERED, locked_until
from bot.services.record_ports import IdentifiedApplication, Outcome, Verdict
from bot.storage.audit import write_line
from bot.storage.engine import read_only
from bot.storage.fact_writer import ACTIVE_ORIGINS
from bot.storage.locks import wait_in_line
from bot.storage.tables.casework import audit
from bot.storage.tables.facts import application_steps, applications
from bot.storage.times import utc

ACTION = "status"


class SqlApplications:
    """The `Applications` and `IdentityAudit` ports on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = read_only(engine)

    def find(self, reference: str) -> IdentifiedApplication | None:
        """One application by its reference (upper case, without blanks)."""
        with self._reading.connect() as connection:
            return read_application(connection, reference)

    def judge(
        self, reference_mark: str, *, conversation_id: str, is_right: bool, now: datetime
    ) -> Verdict:
        """Records a check, in one step with the look at the earlier ones."""
        with self._engine.begin() as connection:
            wait_in_line(connection, f"{ACTION}:{reference_mark}")
            wrong_at = _wrong_at(connection, reference_mark, now - REMEMBERED)
            until = locked_until(wrong_at, now)
            outcome = Outcome.LOCKED if until else Outcome.RIGHT if is_right else Outcome.WRONG
            write_line(
                connection,
                now,
                actor=conversation_id,
                action=ACTION,
                subject=reference_mark,
                result=outcome.value,
            )
        if outcome is Outcome.WRONG:
            until = locked_until([*wrong_at, now], now)
        return Verdict(outcome, until)


def read_application(connection: Connection, reference: str) -> IdentifiedApplication | None:
    """Reads an application with its history."""
    row = connection.execute(
        select(applications).where(
            applications.c.reference == reference, applications.c.origin.in_(ACTIVE_ORIGINS)
        )
    ).first()
    if row is None:
        return None
    steps = connection.execute(
        select(application_steps.c.at, application_steps.c.status)
        .where(
            application_steps.c.reference == reference,
            application_steps.c.origin.in_(ACTIVE_ORIGINS),
        )
        .order_by(application_steps.c.position)
    )
    history = tuple(ApplicationStep(at=at, status=status) for at, status in steps)
    application = Application(
        reference=row.reference,
        service=row.service_code,
        mission_id=row.mission_id,
        status=history[-1].status if history else "received",
        steps=history,
    )
    return IdentifiedApplication(application, row.identity_hash)


def _wrong_at(connection: Connection, reference_mark: str, since: datetime) -> list[datetime]:
    query = (
        select(audit.c.at)
        .where(
            audit.c.subject == reference_mark,
            audit.c.at > since,
            audit.c.action == ACTION,
            audit.c.result == Outcome.WRONG.value,
        )
        .order_by(audit.c.at)
    )
    return [utc(at) for at in connection.execute(query).scalars()]
