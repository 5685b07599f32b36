"""One transaction about one conversation: its cases, its owner, its timers, written together.

The conversation's row is locked first, always, so that two changes of cases of one citizen follow
one another; the version in the `UPDATE` of a case is what refuses a change that was decided upon
something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine.row import Row

from bot.casework.case import Case, CaseState
from bot.casework.errors import StaleCase, UnknownCase
from bot.casework.events import TOLD, Event, EventKind, officer_of
from bot.casework.officers import Officer
from bot.casework.ownership import owner_of
from bot.casework.timetable import TimerKind
from bot.casework.transitions import Change, File
from bot.conversation.session import Owner
from bot.messages import Author, DeliveryState
from bot.privacy import Privacy
from bot.storage.case_rows import case_of, case_values
from bot.storage.officer_rows import officer_of_row
from bot.storage.tables.casework import case_events, case_notes, timers
from bot.storage.tables.conversations import cases, conversations, outbound
from bot.storage.tables.officers import officers

OFFICER_CAME = "officer_came"


class CaseUnit:
    """What can be done within the transaction.

    Args:
        connection: in a transaction.
        now: when all of it happens.
    """

    def __init__(self, connection: Connection, privacy: Privacy, now: datetime) -> None:
        self._connection = connection
        self._privacy = privacy
        self._now = now

    def lock(self, conversation_id: str) -> Row:
        """The conversation's row, ours until the end of the transaction.

        Raises:
            UnknownCase: no such conversation.
        """
        # NO KEY UPDATE: rows that only refer to the conversation may be written meanwhile.
        query = (
            select(conversations)
            .where(conversations.c.id == conversation_id)
            .with_for_update(key_share=True)
        )
        row = self._connection.execute(query).first()
        if row is None:
            raise UnknownCase(conversation_id)
        return row

    def cases_of(self, conversation_id: str) -> tuple[Case, ...]:
        """The conversation's cases, oldest first."""
        query = (
            select(cases)
            .where(cases.c.conversation_id == conversation_id)
            .order_by(cases.c.opened_at, cases.c.reference)
        )
        return tuple(case_of(row, self._privacy) for row in self._connection.execute(query))

    def find(self, reference: str) -> Case | None:
        """One case."""
        query = select(cases).where(cases.c.reference == reference)
        row = self._connection.execute(query).first()
        return case_of(row, self._privacy) if row else None

    def file(self, case: Case, *, officer_id: int | None) -> File:
        """The case with what a decision about it needs."""
        siblings = [
            other
            for other in self.cases_of(case.conversation_id)
            if other.is_open and other.reference != case.reference
        ]
        ids = {each.claimed_by for each in (case, *siblings)} | {officer_id}
        known = self._officers(number for number in ids if number is not None)
        return File(
            case,
            siblings=tuple(siblings),
            officer=known.get(officer_id) if officer_id is not None else None,
            holders=known,
        )

    def insert_case(self, case: Case, context_sealed: str | None) -> None:
        """Stores a new case."""
        values = {
            **case_values(case, self._privacy),
            "version": case.version,
            "context_sealed": context_sealed,
        }
        self._connection.execute(insert(cases).values(values))

    def save(
        self, change: Change, *, is_new: bool = False, details: Mapping[str, str] | None = None
    ) -> tuple[Case, tuple[Event, ...]]:
        """Writes a decision.

        Args:
            is_new: the case was inserted just now.
            details: added to the events that tell of words (the message's number).

        Returns:
            The case with its new version, and its events with their ids.

        Raises:
            StaleCase: the case has another version by now.
        """
        case = change.case
        if not is_new and change.events:
            case = self._update(case)
        self._stop(case.reference, change.stops)
        for timer in change.starts:
            self._start(case.reference, timer.kind, due_at=timer.due_at)
        events = tuple(self._record(case.reference, event, details) for event in change.events)
        if change.note is not None:
            self._note(case.reference, change)
        for other in change.also:
            self.save(other)
        return case, events

    def settle(self, conversation_id: str, before: Row, *, handed_over_by: str | None) -> Owner:
        """Makes the conversation's owner what its cases say.

        When an officer comes, what the bot has not sent yet is dropped.
        """
        is_open = (cases.c.conversation_id == conversation_id) & (
            cases.c.state != CaseState.CLOSED.value
        )
        rows = self._connection.execute(select(cases).where(is_open))
        owner = owner_of(case_of(row, self._privacy) for row in rows)
        if owner.value == before.owner:
            return owner
        values: dict[str, object] = {"owner": owner.value}
        if before.owner == Owner.BOT.value:
            values["handed_over_by"] = handed_over_by
        self._connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(values)
        )
        if owner is Owner.OFFICER:
            self._connection.execute(
                update(outbound)
                .where(
                    outbound.c.conversation_id == conversation_id,
                    outbound.c.state == DeliveryState.QUEUED.value,
                    outbound.c.author == Author.BOT.value,
                )
                .values(state=DeliveryState.DROPPED.value, code=OFFICER_CAME)
            )
        return owner

    def finish(self, timer_id: int) -> bool:
        """Marks a timer done; False if it was done before."""
        result = self._connection.execute(
            update(timers)
            .where(timers.c.id == timer_id, timers.c.done_at.is_(None))
            .values(done_at=self._now)
        )
        return bool(result.rowcount)

    def _officers(self, numbers: Iterable[int]) -> dict[int, Officer]:
        wanted = sorted(numbers)
        if not wanted:
            return {}
        rows = self._connection.execute(select(officers).where(officers.c.id.in_(wanted)))
        return {row.id: officer_of_row(row) for row in rows}

    def _update(self, case: Case) -> Case:
        result = self._connection.execute(
            update(cases)
            .where(cases.c.reference == case.reference, cases.c.version == case.version)
            .values({**case_values(case, self._privacy), "version": case.version + 1})
        )
        if result.rowcount != 1:
            raise StaleCase(case.reference)
        return replace(case, version=case.version + 1)

    def _stop(self, reference: str, kinds: frozenset[TimerKind]) -> None:
        if not kinds:
            return
        self._connection.execute(
            update(timers)
            .where(
                timers.c.case_reference == reference,
                timers.c.done_at.is_(None),
                timers.c.kind.in_(sorted(kind.value for kind in kinds)),
            )
            .values(done_at=self._now)
        )

    def _start(
        self, reference: str, kind: TimerKind, *, due_at: datetime, event_id: int | None = None
    ) -> None:
        self._connection.execute(
            insert(timers).values(
                kind=kind.value,
                case_reference=reference,
                event_id=event_id,
                due_at=due_at,
                attempts=0,
            )
        )

    def _record(self, reference: str, event: Event, details: Mapping[str, str] | None) -> Event:
        is_of_words = event.kind in (EventKind.CITIZEN_WROTE, EventKind.OFFICER_WROTE)
        known = {**event.details, **(details or {})} if is_of_words else dict(event.details)
        result = self._connection.execute(
            insert(case_events).values(
                case_reference=reference,
                kind=event.kind.value,
                actor=event.actor,
                details=json.dumps(known),
                at=event.at,
            )
        )
        number = int(result.inserted_primary_key[0])
        if event.kind in TOLD:
            self._start(reference, TimerKind.TELL, due_at=event.at, event_id=number)
        return replace(event, details=known, id=number)

    def _note(self, reference: str, change: Change) -> None:
        actor = change.events[0].actor if change.events else ""
        self._connection.execute(
            insert(case_notes).values(
                case_reference=reference,
                officer_id=officer_of(actor),
                body_sealed=self._privacy.seal(change.note or ""),
                at=self._now,
            )
        )
