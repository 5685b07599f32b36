"""One-time codes in the database: the secret part only as a keyed hash, every try on record."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.casework.codes import split_code
from bot.clock import Clock
from bot.messages import Channel
from bot.privacy import Privacy
from bot.storage.audit import write_line
from bot.storage.tables.casework import audit
from bot.storage.tables.officers import enrolment_codes, officer_accounts, officers
from bot.storage.times import utc

ACTION = "enrol"
DONE = "done"
_PURPOSE = "enrolment"
_DAY = timedelta(days=1)


class SqlEnrolments:
    """The `Enrolments` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy, clock: Clock) -> None:
        self._engine = engine
        self._privacy = privacy
        self._clock = clock

    def issue(self, officer_id: int, code: str, *, expires_at: datetime, tries: int) -> None:
        """Keeps a code, hashed; earlier unused codes of this officer end.

        Raises:
            ValueError: not a code.
        """
        parts = split_code(code)
        if parts is None:
            raise ValueError("not an enrolment code")
        selector, secret = parts
        unused = (enrolment_codes.c.officer_id == officer_id) & enrolment_codes.c.used_at.is_(None)
        with self._engine.begin() as connection:
            connection.execute(delete(enrolment_codes).where(unused))
            connection.execute(
                delete(enrolment_codes).where(
                    enrolment_codes.c.selector == selector,
                    enrolment_codes.c.expires_at <= self._clock(),
                )
            )
            connection.execute(
                insert(enrolment_codes).values(
                    selector=selector,
                    code_hash=self._privacy.sign(_PURPOSE, secret),
                    officer_id=officer_id,
                    tries_left=tries,
                    expires_at=expires_at,
                )
            )

    def redeem(self, code: str, *, channel: Channel, address: str, most_failures: int) -> str | int:
        """Links an account to the officer of a code, or counts the failure; either is audited."""
        now = self._clock()
        account = self._privacy.conversation_id(channel.value, address)
        with self._engine.begin() as connection:
            failures = _failures(connection, account, now - _DAY)
            if failures >= most_failures:
                result: str | int = "locked"
            else:
                result = self._try(connection, code, account, now)
            if isinstance(result, int):
                connection.execute(
                    insert(officer_accounts).values(
                        conversation_id=account,
                        officer_id=result,
                        channel=channel.value,
                        address_sealed=self._privacy.seal(address),
                        enrolled_at=now,
                    )
                )
            is_done = isinstance(result, int)
            write_line(
                connection,
                now,
                actor=account,
                action=ACTION,
                subject=f"officer:{result}" if is_done else "",
                result=DONE if is_done else str(result),
            )
        return result

    def _try(self, connection: Connection, code: str, account: str, now: datetime) -> str | int:
        parts = split_code(code)
        if parts is None:
            return "unknown"
        selector, secret = parts
        found = connection.execute(
            select(enrolment_codes, officers.c.revoked_at)
            .join(officers, officers.c.id == enrolment_codes.c.officer_id)
            .where(enrolment_codes.c.selector == selector)
            .with_for_update(of=enrolment_codes)
        ).first()
        mine = enrolment_codes.c.selector == selector
        if found is None or found.revoked_at is not None:
            return "unknown"
        if found.used_at is not None:
            return "used"
        if found.tries_left <= 0 or utc(found.expires_at) <= now:
            return "expired"
        if not self._privacy.is_signed(_PURPOSE, secret, found.code_hash):
            connection.execute(
                update(enrolment_codes).where(mine).values(tries_left=found.tries_left - 1)
            )
            return "unknown"
        taken = select(officer_accounts.c.officer_id).where(
            officer_accounts.c.conversation_id == account
        )
        if connection.execute(taken).first() is not None:
            return "taken"
        connection.execute(update(enrolment_codes).where(mine).values(used_at=now))
        return int(found.officer_id)


def _failures(connection: Connection, account: str, since: datetime) -> int:
    query = select(func.count()).where(
        audit.c.actor == account,
        audit.c.action == ACTION,
        audit.c.result.not_in([DONE, "locked"]),
        audit.c.at > since,
    )
    return int(connection.execute(query).scalar() or 0)
