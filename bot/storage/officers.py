"""Officers, their accounts and duty in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine

from bot.casework.officers import Officer, RosterShift
from bot.clock import Clock
from bot.messages import Channel
from bot.services.case_ports import Account, NewOfficer
from bot.storage.engine import read_only
from bot.storage.officer_rows import officer_of_row
from bot.storage.tables.officers import enrolment_codes, officer_accounts, officers, roster


class SqlOfficers:
    """The `Officers` port on the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._clock = clock

    def add(self, new: NewOfficer) -> Officer:
        """Adds an officer, who has no account yet."""
        values = {
            "name": new.name,
            "role": new.role.value,
            "missions": ",".join(new.missions),
            "functions": ",".join(function.value for function in new.functions),
            "languages": ",".join(new.languages),
            "added_at": self._clock(),
        }
        with self._engine.begin() as connection:
            number = connection.execute(insert(officers).values(values)).inserted_primary_key[0]
        return Officer(
            id=int(number),
            name=new.name,
            role=new.role,
            missions=new.missions,
            functions=new.functions,
            languages=new.languages,
        )

    def get(self, officer_id: int) -> Officer | None:
        """One officer, revoked ones included (`is_active`)."""
        with self._reading.connect() as connection:
            row = connection.execute(select(officers).where(officers.c.id == officer_id)).first()
        return officer_of_row(row) if row else None

    def by_account(self, conversation_id: str) -> Officer | None:
        """The active officer who writes from here."""
        query = (
            select(officers)
            .join(officer_accounts, officer_accounts.c.officer_id == officers.c.id)
            .where(
                officer_accounts.c.conversation_id == conversation_id,
                officers.c.revoked_at.is_(None),
            )
        )
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return officer_of_row(row) if row else None

    def active(self) -> tuple[Officer, ...]:
        """Every officer who was not revoked."""
        query = select(officers).where(officers.c.revoked_at.is_(None)).order_by(officers.c.id)
        with self._reading.connect() as connection:
            return tuple(officer_of_row(row) for row in connection.execute(query))

    def accounts(self, officer_id: int) -> tuple[Account, ...]:
        """Where the officer can be reached."""
        query = (
            select(officer_accounts)
            .where(officer_accounts.c.officer_id == officer_id)
            .order_by(officer_accounts.c.enrolled_at)
        )
        with self._reading.connect() as connection:
            return tuple(
                Account(row.conversation_id, Channel(row.channel), officer_id=row.officer_id)
                for row in connection.execute(query)
            )

    def roster(self, officer_id: int) -> tuple[RosterShift, ...]:
        """Regular duty; empty means the mission's office hours."""
        query = (
            select(roster)
            .where(roster.c.officer_id == officer_id)
            .order_by(roster.c.weekday, roster.c.starts)
        )
        with self._reading.connect() as connection:
            return tuple(
                RosterShift(
                    row.weekday,
                    starts=time.fromisoformat(row.starts),
                    ends=time.fromisoformat(row.ends),
                )
                for row in connection.execute(query)
            )

    def set_roster(self, officer_id: int, shifts: Sequence[RosterShift]) -> None:
        """Replaces the regular duty."""
        rows = [
            {
                "officer_id": officer_id,
                "weekday": shift.weekday,
                "starts": f"{shift.starts:%H:%M}",
                "ends": f"{shift.ends:%H:%M}",
            }
            for shift in shifts
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(roster).where(roster.c.officer_id == officer_id))
            if rows:
                connection.execute(insert(roster), rows)

    def set_away(self, officer_id: int, until: datetime | None) -> None:
        """Not asked before `until`."""
        with self._engine.begin() as connection:
            connection.execute(
                update(officers).where(officers.c.id == officer_id).values(away_until=until)
            )

    def revoke(self, officer_id: int) -> bool:
        """Ends every right and account at once; False if there was nothing to end."""
        with self._engine.begin() as connection:
            result = connection.execute(
                update(officers)
                .where(officers.c.id == officer_id, officers.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )
            for table in (officer_accounts, enrolment_codes, roster):
                connection.execute(delete(table).where(table.c.officer_id == officer_id))
        return bool(result.rowcount)
