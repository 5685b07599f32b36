"""What was said to officers in their chats, looked up in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.engine.row import Row

from bot.messages import Author, Channel, DeliveryState, OutboundMessage
from bot.privacy import Privacy
from bot.services.case_ports import Account
from bot.services.chat_ports import NEWS, ForeignButton, Shown, Trouble
from bot.services.keep_window import WINDOW_CLOSED
from bot.storage.case_rows import case_of
from bot.storage.engine import read_only
from bot.storage.serialise import outbound_from_json
from bot.storage.tables.casework import case_messages
from bot.storage.tables.conversations import cases, conversations, outbound, platform_messages
from bot.storage.tables.officers import officer_accounts

_MOST_TROUBLES = 200
_LONGEST_NUMBER = 9  # digits that fit into the column


class SqlDeskLines:
    """The `Lines` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy) -> None:
        self._reading = read_only(engine)
        self._privacy = privacy

    def accounts(self) -> frozenset[str]:
        """The conversations of every officer's accounts."""
        with self._reading.connect() as connection:
            found = connection.execute(select(officer_accounts.c.conversation_id))
            return frozenset(found.scalars())

    def reachable(self, officer_id: int) -> tuple[Account, ...]:
        """An officer's accounts that have written to us."""
        query = (
            select(officer_accounts)
            .join(conversations, conversations.c.id == officer_accounts.c.conversation_id)
            .where(officer_accounts.c.officer_id == officer_id)
            .order_by(officer_accounts.c.enrolled_at)
        )
        with self._reading.connect() as connection:
            return tuple(
                Account(row.conversation_id, Channel(row.channel), officer_id=row.officer_id)
                for row in connection.execute(query)
            )

    def chosen(self, conversation_id: str, reference: str, index: int) -> str | None:
        """What a button carries; None if there is no such button.

        Raises:
            ForeignButton: it belongs to another conversation.
        """
        if not reference.isdecimal() or len(reference) > _LONGEST_NUMBER:
            return None
        query = select(outbound).where(outbound.c.id == int(reference))
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        buttons = self._open(row).buttons
        payload = buttons[index].payload if index < len(buttons) else None
        if row.conversation_id != conversation_id:
            raise ForeignButton(payload or "")
        return payload

    def latest(self, conversation_id: str) -> Shown | None:
        """The last message that was sent here."""
        query = (
            select(outbound)
            .where(
                outbound.c.conversation_id == conversation_id,
                outbound.c.state.not_in([DeliveryState.DROPPED.value, DeliveryState.QUEUED.value]),
            )
            .order_by(outbound.c.id.desc())
            .limit(1)
        )
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return self._shown(row) if row else None

    def quoted(self, conversation_id: str, platform_id: str) -> Shown | None:
        """A message of ours that was quoted; None if it is none, or not of this conversation."""
        query = (
            select(outbound)
            .join(platform_messages, platform_messages.c.outbound_id == outbound.c.id)
            .where(
                platform_messages.c.platform_id == platform_id,
                outbound.c.conversation_id == conversation_id,
            )
        )
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return self._shown(row) if row else None

    def language(self, conversation_id: str) -> str | None:
        """What a citizen was answered in last."""
        query = select(conversations.c.language).where(conversations.c.id == conversation_id)
        with self._reading.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def troubles(self, since: datetime) -> Sequence[Trouble]:
        """Officers' words, written since then, that failed or wait for a window."""
        has_failed = outbound.c.state == DeliveryState.FAILED.value
        waits = and_(
            outbound.c.state == DeliveryState.QUEUED.value, outbound.c.code == WINDOW_CLOSED
        )
        query = (
            select(outbound.c.id, outbound.c.state, outbound.c.code, case_messages.c.officer_id)
            .add_columns(case_messages.c.case_reference)
            .join(case_messages, case_messages.c.outbound_id == outbound.c.id)
            .where(
                or_(has_failed, waits),
                outbound.c.author == Author.OFFICER.value,
                outbound.c.written_at > since,
            )
            .order_by(outbound.c.id)
            .limit(_MOST_TROUBLES)
        )
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
            found = []
            for row in rows:
                of_case = select(cases).where(cases.c.reference == row.case_reference)
                found.append(
                    Trouble(
                        row.id,
                        officer_id=row.officer_id,
                        case=case_of(connection.execute(of_case).one(), self._privacy),
                        state=DeliveryState(row.state),
                        code=row.code or "",
                    )
                )
        return tuple(found)

    def _shown(self, row: Row) -> Shown:
        return Shown(self._open(row), is_news=row.in_reply_to.startswith(NEWS))

    def _open(self, row: Row) -> OutboundMessage:
        return outbound_from_json(self._privacy.unseal(row.body_sealed))
