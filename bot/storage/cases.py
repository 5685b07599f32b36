"""Cases in the database: one open case a conversation and subject, one owner a conversation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.row import Row
from sqlalchemy.exc import IntegrityError

from bot.casework.case import Case, CaseState, Context, Priority
from bot.casework.errors import StaleCase, UnknownCase
from bot.casework.events import CITIZEN, EventKind
from bot.casework.transitions import Change, File
from bot.clock import Clock
from bot.conversation.session import Owner
from bot.messages import Author, DeliveryState, InboundMessage, OutboundMessage
from bot.privacy import Privacy
from bot.services.case_ports import Changed, Heard, ReferenceTaken, Spoken
from bot.storage.case_rows import case_of, context_from_json, context_to_json
from bot.storage.case_unit import CaseUnit
from bot.storage.engine import read_only
from bot.storage.serialise import inbound_to_json, outbound_to_json
from bot.storage.tables.casework import case_events, case_messages
from bot.storage.tables.conversations import cases, conversations, outbound
from bot.storage.times import utc

_IN, _OUT = "in", "out"
_EMPTY = Context()


class SqlCases:
    """The `Cases` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._privacy = privacy
        self._clock = clock

    def get(self, reference: str) -> Case | None:
        """One case."""
        with self._looking() as unit:
            return unit.find(reference)

    def of_conversation(self, conversation_id: str) -> tuple[Case, ...]:
        """A conversation's cases, oldest first."""
        with self._looking() as unit:
            return unit.cases_of(conversation_id)

    def all_open(self) -> tuple[Case, ...]:
        """Every case that is not closed: the most urgent first, then the oldest."""
        query = (
            select(cases)
            .where(cases.c.state.in_([CaseState.QUEUED.value, CaseState.CLAIMED.value]))
            .order_by(cases.c.priority, cases.c.opened_at, cases.c.reference)
        )
        with self._reading.connect() as connection:
            return tuple(case_of(row, self._privacy) for row in connection.execute(query))

    def held_by(self, officer_id: int) -> tuple[Case, ...]:
        """What an officer has claimed, the latest claim first."""
        query = (
            select(cases)
            .where(cases.c.state == CaseState.CLAIMED.value, cases.c.claimed_by == officer_id)
            .order_by(cases.c.claimed_at.desc(), cases.c.reference)
        )
        with self._reading.connect() as connection:
            return tuple(case_of(row, self._privacy) for row in connection.execute(query))

    def closed_since(self, since: datetime) -> tuple[Case, ...]:
        """What was closed lately, the latest first."""
        query = (
            select(cases)
            .where(cases.c.state == CaseState.CLOSED.value, cases.c.closed_at > since)
            .order_by(cases.c.closed_at.desc(), cases.c.reference)
        )
        with self._reading.connect() as connection:
            return tuple(case_of(row, self._privacy) for row in connection.execute(query))

    def requests_since(self, conversation_id: str, since: datetime) -> tuple[datetime, ...]:
        """When this citizen asked for people, emergencies left out."""
        query = (
            select(case_events.c.at)
            .join(cases, cases.c.reference == case_events.c.case_reference)
            .where(
                cases.c.conversation_id == conversation_id,
                cases.c.priority != Priority.P1.value,
                case_events.c.kind == EventKind.OPENED.value,
                case_events.c.actor == CITIZEN,
                case_events.c.at > since,
            )
            .order_by(case_events.c.at)
        )
        with self._reading.connect() as connection:
            return tuple(utc(at) for at in connection.execute(query).scalars())

    def context(self, reference: str) -> Context:
        """What was known when the case was opened."""
        query = select(cases.c.context_sealed).where(cases.c.reference == reference)
        with self._reading.connect() as connection:
            sealed = connection.execute(query).scalar()
        return context_from_json(self._privacy.unseal(sealed)) if sealed else _EMPTY

    def open(
        self,
        wanted: Case,
        decide: Callable[[Case | None], Change],
        *,
        context: Context,
        handed_over_by: str | None,
    ) -> Changed:
        """Opens a case, or changes the open one of this conversation and subject.

        Raises:
            ReferenceTaken: another case has the reference of `wanted`.
            UnknownCase: no such conversation.
        """
        sealed = None if context == _EMPTY else self._privacy.seal(context_to_json(context))
        try:
            with self._working() as unit:
                before = unit.lock(wanted.conversation_id)
                found = [
                    case
                    for case in unit.cases_of(wanted.conversation_id)
                    if case.is_open and case.subject == wanted.subject
                ]
                change = decide(found[0] if found else None)
                if not found:
                    unit.insert_case(change.case, sealed)
                case, events = unit.save(change, is_new=not found)
                owner = unit.settle(
                    case.conversation_id, before=before, handed_over_by=handed_over_by
                )
        except IntegrityError:
            raise ReferenceTaken(wanted.reference) from None
        return Changed(case, events=events, owner=owner)

    def change(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        officer_id: int | None = None,
        version: int | None = None,
        timer_id: int | None = None,
    ) -> Changed:
        """Changes a case, its siblings and the conversation's owner, all or nothing.

        What the rule refuses is refused without a lock: of many officers who want the same case
        the later ones do not wait for one another.

        Raises:
            UnknownCase: no such case.
            StaleCase: it is not at `version` any more, or somebody changed it in this moment.
        """
        with self._looking() as unit:
            file = _file(unit, reference, officer_id)
            _decide(file, decide, version)
        with self._working() as unit:
            before = unit.lock(file.case.conversation_id)
            file = _file(unit, reference, officer_id)
            change = _decide(file, decide, version)
            if timer_id is not None and not unit.finish(timer_id):
                return Changed(file.case, events=(), owner=Owner(before.owner))
            case, events = unit.save(change)
            owner = unit.settle(case.conversation_id, before=before, handed_over_by=None)
        return Changed(case, events=events, owner=owner)

    def hear(
        self,
        conversation_id: str,
        message: InboundMessage,
        decide: Callable[[tuple[Case, ...]], Change | None],
    ) -> Heard:
        """Takes a citizen's message into the case that `decide` chooses; once."""
        with self._looking() as unit:
            glance = unit.glance(conversation_id)
            if glance is None:
                return Heard(Owner.BOT, handed_over_by=None)
            if decide(unit.cases_of(conversation_id)) is None:
                return Heard(Owner(glance.owner), handed_over_by=glance.handed_over_by)
        with self._working() as unit:
            before = unit.lock(conversation_id)
            known = unit.message(conversation_id, _IN, message.message_id)
            if known is not None:
                # What people had to answer when it came, the bot does not answer later.
                heard_by = Owner(known.owner)
                return Heard(
                    Owner(before.owner) if heard_by is Owner.BOT else heard_by,
                    handed_over_by=before.handed_over_by,
                    case=unit.find(known.case_reference),
                    message=known.id,
                )
            change = decide(unit.cases_of(conversation_id))
            if change is None:
                return Heard(Owner(before.owner), handed_over_by=before.handed_over_by)
            number = unit.add_message(
                change.case,
                owner=_owner_then(Owner(before.owner), change.case),
                direction=_IN,
                message_id=message.message_id,
                body=inbound_to_json(message),
            )
            case, events = unit.save(change, details={"message": str(number)})
            owner = unit.settle(conversation_id, before=before, handed_over_by=None)
            handed_over_by = before.handed_over_by if owner.value == before.owner else None
        return Heard(
            owner,
            handed_over_by=handed_over_by,
            case=case,
            message=number,
            is_new=True,
            events=events,
        )

    def speak(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        officer_id: int,
        message: OutboundMessage,
        shown: OutboundMessage,
        key: str,
    ) -> Spoken:
        """Takes an officer's words into the case and queues them for the citizen; once a key.

        Raises:
            UnknownCase: no such case.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:40]
        message_id = f"officer:{officer_id}:{digest}"
        with self._working() as unit:
            case = unit.find(reference)
            if case is None:
                raise UnknownCase(reference)
            before = unit.lock(case.conversation_id)
            known = unit.message(case.conversation_id, _OUT, message_id)
            file = _file(unit, reference, officer_id)
            if known is not None:
                return Spoken(file.case, message=known.id, outbound=known.outbound_id, is_new=False)
            change = decide(file)
            outbound_id = unit.queue(case.conversation_id, message_id, shown)
            number = unit.add_message(
                case,
                owner=Owner.OFFICER,
                direction=_OUT,
                message_id=message_id,
                body=outbound_to_json(message),
                officer_id=officer_id,
                outbound_id=outbound_id,
            )
            case, _ = unit.save(change, details={"message": str(number)})
            unit.settle(case.conversation_id, before=before, handed_over_by=None)
        return Spoken(case, message=number, outbound=outbound_id, is_new=True)

    @contextmanager
    def _looking(self) -> Iterator[_Words]:
        with self._reading.connect() as connection:
            yield _Words(connection, self._privacy, self._clock())

    @contextmanager
    def _working(self) -> Iterator[_Words]:
        with self._engine.begin() as connection:
            yield _Words(connection, self._privacy, self._clock())


class _Words(CaseUnit):
    """A unit of work that also takes words in."""

    def __init__(self, connection: Connection, privacy: Privacy, now: datetime) -> None:
        super().__init__(connection, privacy, now)

    def glance(self, conversation_id: str) -> Row | None:
        """The conversation's owner, without a lock."""
        query = select(conversations).where(conversations.c.id == conversation_id)
        return self._connection.execute(query).first()

    def message(self, conversation_id: str, direction: str, message_id: str) -> Row | None:
        """A message that a case has already."""
        query = select(case_messages).where(
            case_messages.c.conversation_id == conversation_id,
            case_messages.c.direction == direction,
            case_messages.c.message_id == message_id,
        )
        return self._connection.execute(query).first()

    def add_message(
        self,
        case: Case,
        *,
        owner: Owner,
        direction: str,
        message_id: str,
        body: str,
        officer_id: int | None = None,
        outbound_id: int | None = None,
    ) -> int:
        """Stores words in a case; returns their number."""
        result = self._connection.execute(
            insert(case_messages).values(
                case_reference=case.reference,
                conversation_id=case.conversation_id,
                owner=owner.value,
                direction=direction,
                message_id=message_id,
                officer_id=officer_id,
                outbound_id=outbound_id,
                body_sealed=self._privacy.seal(body),
                at=self._now,
            )
        )
        return int(result.inserted_primary_key[0])

    def queue(self, conversation_id: str, message_id: str, message: OutboundMessage) -> int:
        """Queues an officer's words for the citizen; returns the outbound id."""
        result = self._connection.execute(
            insert(outbound).values(
                conversation_id=conversation_id,
                in_reply_to=message_id,
                position=0,
                body_sealed=self._privacy.seal(outbound_to_json(message)),
                has_buttons=bool(message.buttons),
                author=Author.OFFICER.value,
                state=DeliveryState.QUEUED.value,
                attempts=0,
                written_at=self._now,
                due_at=self._now,
            )
        )
        return int(result.inserted_primary_key[0])


def _file(unit: CaseUnit, reference: str, officer_id: int | None) -> File:
    case = unit.find(reference)
    if case is None:
        raise UnknownCase(reference)
    return unit.file(case, officer_id=officer_id)


def _owner_then(before: Owner, case: Case) -> Owner:
    """Who has a message: a case that it opens again takes it out of the bot's hands."""
    reopened = before is Owner.BOT and case.is_handed_over
    return Owner.QUEUE if reopened else before


def _decide(file: File, decide: Callable[[File], Change], version: int | None) -> Change:
    change = decide(file)
    if version is not None and version != file.case.version:
        raise StaleCase(file.case.reference)
    return change
