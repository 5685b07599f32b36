"""What was said in a case: the citizen, officers and notes, and the bot meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.row import Row
from sqlalchemy.sql import Select

from bot.casework.events import Event
from bot.messages import Author, DeliveryState
from bot.privacy import Privacy
from bot.services.case_ports import Entry
from bot.storage.case_rows import event_of
from bot.storage.engine import read_only
from bot.storage.serialise import inbound_from_json, outbound_from_json
from bot.storage.tables.casework import case_events, case_messages, case_notes
from bot.storage.tables.conversations import cases, outbound
from bot.storage.times import utc

_IN = "in"
_OVERTAKEN_WITHIN = timedelta(hours=24)


class SqlTranscripts:
    """The `Transcripts` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy) -> None:
        self._reading = read_only(engine)
        self._privacy = privacy

    def message(self, number: int) -> Entry | None:
        """One message of a case by its number."""
        query = _messages().where(case_messages.c.id == number)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return self._entry(row) if row else None

    def entries(self, reference: str) -> tuple[Entry, ...]:
        """Words and notes in order, with what the bot and the desk said meanwhile."""
        with self._reading.connect() as connection:
            case = connection.execute(select(cases).where(cases.c.reference == reference)).first()
            if case is None:
                return ()
            mine = _messages().where(case_messages.c.case_reference == reference)
            said = [
                self._entry(row) for row in connection.execute(mine.order_by(case_messages.c.id))
            ]
            notes = select(case_notes).where(case_notes.c.case_reference == reference)
            written = [
                self._note(row) for row in connection.execute(notes.order_by(case_notes.c.id))
            ]
            replied = self._meanwhile(connection, case)
        return tuple(sorted([*said, *written, *replied], key=lambda entry: entry.at))

    def events(self, reference: str) -> tuple[Event, ...]:
        """What happened, in order."""
        query = (
            select(case_events)
            .where(case_events.c.case_reference == reference)
            .order_by(case_events.c.id)
        )
        with self._reading.connect() as connection:
            return tuple(event_of(row) for row in connection.execute(query))

    def _meanwhile(self, connection: Connection, case: Row) -> list[Entry]:
        opened_at = utc(case.opened_at)
        # What waited from before and was overtaken by the officer belongs to the case as well.
        is_overtaken = (outbound.c.state == DeliveryState.DROPPED.value) & (
            outbound.c.written_at >= opened_at - _OVERTAKEN_WITHIN
        )
        query = select(outbound).where(
            outbound.c.conversation_id == case.conversation_id,
            outbound.c.author != Author.OFFICER.value,
            or_(outbound.c.written_at >= opened_at, is_overtaken),
        )
        if case.closed_at is not None:
            query = query.where(outbound.c.written_at <= case.closed_at)
        return [
            Entry(
                at=utc(row.written_at),
                author=row.author,
                message=outbound_from_json(self._privacy.unseal(row.body_sealed)),
                state=DeliveryState(row.state),
                code=row.code,
            )
            for row in connection.execute(query.order_by(outbound.c.id))
        ]

    def _entry(self, row: Row) -> Entry:
        at: datetime = utc(row.at)
        body = self._privacy.unseal(row.body_sealed)
        if row.direction == _IN:
            message = inbound_from_json(body)
            return Entry(at, "citizen", message=message, message_id=row.message_id)
        return Entry(
            at,
            "officer",
            message=outbound_from_json(body),
            officer_id=row.officer_id,
            state=DeliveryState(row.delivery),
            code=row.delivery_code,
            message_id=row.message_id,
        )

    def _note(self, row: Row) -> Entry:
        words = self._privacy.unseal(row.body_sealed)
        return Entry(utc(row.at), "note", message=words, officer_id=row.officer_id)


def _messages() -> Select:
    return select(
        case_messages,
        outbound.c.state.label("delivery"),
        outbound.c.code.label("delivery_code"),
    ).outerjoin(outbound, outbound.c.id == case_messages.c.outbound_id)
