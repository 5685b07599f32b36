"""Links and sessions of the web desk in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine

from bot.clock import Clock
from bot.services.desk_ports import KeptLink, KeptSession
from bot.storage.engine import read_only
from bot.storage.tables.desk import desk_links, desk_sessions
from bot.storage.times import utc


class SqlDeskDoor:
    """The `DeskDoor` port on the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._clock = clock

    def put_link(self, link: KeptLink) -> None:
        """Keeps a link; earlier unused ones of this officer end."""
        mine = (desk_links.c.officer_id == link.officer_id) & desk_links.c.used_at.is_(None)
        with self._engine.begin() as connection:
            connection.execute(delete(desk_links).where(mine))
            connection.execute(delete(desk_links).where(desk_links.c.expires_at < self._clock()))
            connection.execute(
                insert(desk_links).values(
                    selector=link.selector,
                    secret_hash=link.secret_hash,
                    officer_id=link.officer_id,
                    expires_at=link.expires_at,
                )
            )

    def link(self, selector: str) -> KeptLink | None:
        """One link, used and expired ones included for a while."""
        query = select(desk_links).where(desk_links.c.selector == selector)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return KeptLink(
            row.selector,
            secret_hash=row.secret_hash,
            officer_id=row.officer_id,
            expires_at=utc(row.expires_at),
            is_used=row.used_at is not None,
        )

    def use_link(self, selector: str, now: datetime) -> bool:
        """Takes a link; of several who try, one only. False if it is used or over."""
        with self._engine.begin() as connection:
            result = connection.execute(
                update(desk_links)
                .where(
                    desk_links.c.selector == selector,
                    desk_links.c.used_at.is_(None),
                    desk_links.c.expires_at > now,
                )
                .values(used_at=now)
            )
        return bool(result.rowcount)

    def put_session(self, session: KeptSession) -> None:
        """Keeps a session and forgets those that are over."""
        with self._engine.begin() as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.ends_at < self._clock()))
            connection.execute(
                insert(desk_sessions).values(
                    selector=session.selector,
                    secret_hash=session.secret_hash,
                    officer_id=session.officer_id,
                    seen_at=session.seen_at,
                    ends_at=session.ends_at,
                )
            )

    def session(self, selector: str) -> KeptSession | None:
        """One session."""
        query = select(desk_sessions).where(desk_sessions.c.selector == selector)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return KeptSession(
            row.selector,
            secret_hash=row.secret_hash,
            officer_id=row.officer_id,
            seen_at=utc(row.seen_at),
            ends_at=utc(row.ends_at),
        )

    def seen(self, selector: str, at: datetime) -> None:
        """The officer did something."""
        with self._engine.begin() as connection:
            connection.execute(
                update(desk_sessions).where(desk_sessions.c.selector == selector).values(seen_at=at)
            )

    def end(self, selector: str) -> None:
        """Ends one session."""
        with self._engine.begin() as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.selector == selector))

    def end_all(self, officer_id: int) -> None:
        """Ends every session and unused link of an officer."""
        with self._engine.begin() as connection:
            for table in (desk_sessions, desk_links):
                connection.execute(delete(table).where(table.c.officer_id == officer_id))
