"""What was said to citizens, sealed, with its way to the platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from bot.casework.ownership import is_bots_turn
from bot.clock import Clock
from bot.conversation.session import Owner
from bot.messages import Author, Channel, DeliveryReport, DeliveryState, OutboundMessage
from bot.privacy import Privacy
from bot.services.keep_window import WINDOW_CLOSED
from bot.services.ports import OutboundRow
from bot.services.understand_input import Offer
from bot.storage.engine import read_only
from bot.storage.serialise import outbound_from_json, outbound_to_json
from bot.storage.tables.conversations import conversations, outbound, platform_messages
from bot.storage.times import utc

_OFFERS_KEPT = 20
_DUE_AT_ONCE = 200
_ORDER = (
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
    DeliveryState.FAILED,
)


class SqlOutbox:
    """The `Outbox` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._privacy = privacy
        self._clock = clock

    def offers(self, conversation_id: str) -> tuple[Offer, ...]:
        """The buttons of the latest messages, newest first."""
        query = (
            select(outbound.c.id, outbound.c.body_sealed)
            .where(
                outbound.c.conversation_id == conversation_id,
                outbound.c.has_buttons,
                outbound.c.state != DeliveryState.DROPPED.value,
            )
            .order_by(outbound.c.id.desc())
            .limit(_OFFERS_KEPT)
        )
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(Offer(str(row.id), self._open(row.body_sealed).buttons) for row in rows)

    def is_answered(self, conversation_id: str, in_reply_to: str) -> bool:
        """Whether replies to an inbound message were written."""
        query = select(outbound.c.id).where(
            outbound.c.conversation_id == conversation_id, outbound.c.in_reply_to == in_reply_to
        )
        with self._reading.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def write(
        self,
        conversation_id: str,
        *,
        in_reply_to: str,
        messages: Sequence[OutboundMessage],
        author: Author = Author.BOT,
        only_if_owner: Owner | None = None,
    ) -> bool:
        """Queues replies, or keeps them as dropped; the same replies again change nothing.

        With `only_if_owner` the conversation's row stays locked from the check to the end of the
        transaction: nobody takes the conversation over in between.
        """
        now = self._clock()
        rows = [
            {
                "conversation_id": conversation_id,
                "in_reply_to": in_reply_to,
                "position": position,
                "body_sealed": self._privacy.seal(outbound_to_json(message)),
                "has_buttons": bool(message.buttons),
                "author": author.value,
                "state": DeliveryState.QUEUED.value,
                "attempts": 0,
                "written_at": now,
                "due_at": now,
            }
            for position, message in enumerate(messages)
        ]
        if not rows and only_if_owner is None:
            return True
        reason = None
        try:
            with self._engine.begin() as connection:
                if only_if_owner is not None:
                    reason = _refusal(
                        connection, conversation_id, in_reply_to, wanted=only_if_owner
                    )
                if reason is not None:
                    dropped = {"state": DeliveryState.DROPPED.value, "code": reason}
                    rows = [{**row, **dropped} for row in rows]
                if rows:
                    connection.execute(insert(outbound), rows)
        except IntegrityError:
            if not self.is_answered(conversation_id, in_reply_to):
                raise
        return reason is None

    def is_queued(self, outbound_id: int) -> bool:
        """Whether a message still waits; to be asked right before it is sent."""
        query = select(outbound.c.state).where(outbound.c.id == outbound_id)
        with self._reading.connect() as connection:
            return bool(connection.execute(query).scalar() == DeliveryState.QUEUED.value)

    def queued(self, conversation_id: str) -> tuple[OutboundRow, ...]:
        """What waits in a conversation, oldest first."""
        query = (
            select(outbound, conversations.c.channel, conversations.c.address_sealed)
            .join(conversations, conversations.c.id == outbound.c.conversation_id)
            .where(
                outbound.c.conversation_id == conversation_id,
                outbound.c.state == DeliveryState.QUEUED.value,
            )
            .order_by(outbound.c.id)
        )
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(
            OutboundRow(
                id=row.id,
                conversation_id=row.conversation_id,
                channel=Channel(row.channel),
                address=self._privacy.unseal(row.address_sealed),
                message=self._open(row.body_sealed),
                attempts=row.attempts,
                due_at=utc(row.due_at),
            )
            for row in rows
        )

    def due_conversations(self, now: datetime) -> tuple[str, ...]:
        """Conversations whose oldest queued message is due."""
        oldest = (
            select(func.min(outbound.c.id).label("id"))
            .where(outbound.c.state == DeliveryState.QUEUED.value)
            .group_by(outbound.c.conversation_id)
            .subquery()
        )
        query = (
            select(outbound.c.conversation_id)
            .join(oldest, oldest.c.id == outbound.c.id)
            .where(outbound.c.due_at <= now)
            .limit(_DUE_AT_ONCE)
        )
        with self._reading.connect() as connection:
            return tuple(connection.execute(query).scalars())

    def mark_sent(self, outbound_id: int, platform_ids: Sequence[str]) -> None:
        """The platform took it."""
        with self._engine.begin() as connection:
            connection.execute(
                update(outbound)
                .where(outbound.c.id == outbound_id)
                .values(state=DeliveryState.SENT.value, sent_at=self._clock(), code=None)
            )
            if platform_ids:
                # A platform that numbers anew must not keep us from going on.
                connection.execute(
                    delete(platform_messages).where(
                        platform_messages.c.platform_id.in_(platform_ids)
                    )
                )
                connection.execute(
                    insert(platform_messages),
                    [{"platform_id": p, "outbound_id": outbound_id} for p in platform_ids],
                )

    def mark_waiting(self, outbound_id: int, *, code: str, due_at: datetime) -> None:
        """The platform did not take it; it is tried again."""
        with self._engine.begin() as connection:
            connection.execute(
                update(outbound)
                .where(_still_queued(outbound_id))
                .values(attempts=outbound.c.attempts + 1, code=code, due_at=due_at)
            )

    def mark_failed(self, outbound_id: int, code: str) -> None:
        """It is given up, for the reason `code`."""
        with self._engine.begin() as connection:
            connection.execute(
                update(outbound)
                .where(_still_queued(outbound_id))
                .values(
                    state=DeliveryState.FAILED.value, attempts=outbound.c.attempts + 1, code=code
                )
            )

    def release(self, conversation_id: str, *, code: str) -> None:
        """What waits for the reason `code` is due now."""
        with self._engine.begin() as connection:
            connection.execute(
                update(outbound)
                .where(
                    outbound.c.conversation_id == conversation_id,
                    outbound.c.state == DeliveryState.QUEUED.value,
                    outbound.c.code == code,
                )
                .values(due_at=self._clock())
            )

    def report(self, report: DeliveryReport) -> str | None:
        """A later word of the platform; the state only moves forward.

        A message that came too late for WhatsApp's window has not failed: it waits again.
        """
        earlier = [state.value for state in _ORDER[: _ORDER.index(report.state)]]
        mine = select(platform_messages.c.outbound_id).where(
            platform_messages.c.platform_id == report.platform_id
        )
        late = report.state is DeliveryState.FAILED and report.error_code == WINDOW_CLOSED
        values = {"state": report.state.value, "code": report.error_code}
        if late:
            values["state"] = DeliveryState.QUEUED.value
        reported = outbound.c.id.in_(mine) & outbound.c.state.in_(earlier)
        with self._engine.begin() as connection:
            found = select(outbound.c.conversation_id).where(reported)
            conversation_id = connection.execute(found).scalar() if late else None
            connection.execute(update(outbound).where(reported).values(values))
        return conversation_id

    def _open(self, sealed: str) -> OutboundMessage:
        return outbound_from_json(self._privacy.unseal(sealed))


def _still_queued(outbound_id: int) -> ColumnElement:
    return (outbound.c.id == outbound_id) & (outbound.c.state == DeliveryState.QUEUED.value)


def _refusal(
    connection: Connection, conversation_id: str, in_reply_to: str, *, wanted: Owner
) -> str | None:
    query = (
        select(conversations.c.owner, conversations.c.handed_over_by)
        .where(conversations.c.id == conversation_id)
        .with_for_update(read=True)
    )
    row = connection.execute(query).one()
    owner = Owner(row.owner)
    if owner is wanted:
        return None
    if wanted is Owner.BOT and is_bots_turn(owner, in_reply_to, handed_over_by=row.handed_over_by):
        return None
    return f"owner_{owner.value}"
