"""Rules for who has a case: claim, decline, release, transfer, close; notes and ratings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.casework.case import Case, CaseState, Function, Level, Outcome
from bot.casework.errors import (
    AlreadyClaimed,
    ConversationHeld,
    InvalidWish,
    NotAllowed,
    UnknownCase,
)
from bot.casework.events import SYSTEM, Event, EventKind, by_officer
from bot.casework.officers import (
    Officer,
    may_close,
    may_export,
    may_note,
    may_release,
    may_see,
    may_transfer,
)
from bot.casework.opening import ALL_TIMERS
from bot.casework.timetable import LADDER, SILENCE
from bot.casework.transitions import Action, Change, File, Times, after


@dataclass(frozen=True)
class Destination:
    """Where a case is handed on to; what is None stays as it is.

    Args:
        officer: gets it at once; else it waits for anybody there.
        level: the rung it starts on there.
    """

    mission_id: str | None = None
    function: Function | None = None
    officer: Officer | None = None
    level: Level = Level.OFFICERS


def claimed(file: File, *, now: datetime, times: Times) -> Change:
    """An officer takes a waiting case; claiming one's own again changes nothing.

    A citizen talks with one officer at a time. A more urgent case takes the conversation over:
    what another officer had of it goes back to the queue.

    Raises:
        UnknownCase: the officer may not see it.
        AlreadyClaimed: somebody else has it.
        ConversationHeld: somebody else talks with this citizen about something as urgent.
        WrongState: it is closed.
    """
    officer = _seeing(file)
    case = file.case
    if case.state is CaseState.CLAIMED:
        if case.claimed_by == officer.id:
            return Change(case)
        raise held_by(file, case, AlreadyClaimed)
    new = _held(case, officer, now=now, action=Action.CLAIM)
    return Change(
        new,
        events=(Event(EventKind.CLAIMED, now, by_officer(officer.id)),),
        starts=times(new).silence(new.priority, now),
        stops=frozenset(LADDER),
        also=_yielding(file, officer, now=now, times=times),
    )


def declined(file: File, *, now: datetime) -> Change:
    """ "Not mine": the officer is not told of it again; it waits on.

    Raises:
        UnknownCase: the officer may not see it.
    """
    officer = _seeing(file)
    return Change(file.case, events=(Event(EventKind.DECLINED, now, by_officer(officer.id)),))


def released(file: File, *, now: datetime, times: Times) -> Change:
    """The case goes back to the queue.

    Raises:
        UnknownCase, NotAllowed, WrongState: see there.
    """
    officer = _allowed(file, may_release, "release")
    event = Event(EventKind.RELEASED, now, by_officer(officer.id))
    return requeued(file.case, event, action=Action.RELEASE, times=times)


def transferred(file: File, to: Destination, *, now: datetime, times: Times) -> Change:
    """The case goes to another mission, function or officer.

    Raises:
        UnknownCase, NotAllowed, WrongState: see there.
        InvalidWish: the officer who is to have it may not see it there.
        ConversationHeld: somebody else than them talks with this citizen.
    """
    actor = by_officer(_allowed(file, may_transfer, "transfer").id)
    case = file.case
    moved = replace(
        case,
        mission_id=to.mission_id or case.mission_id,
        function=to.function or case.function,
        level=to.level if to.mission_id else case.level,
    )
    details = {
        name: str(value)
        for name, value in (
            ("mission", to.mission_id),
            ("function", to.function.value if to.function else None),
            ("officer", to.officer.id if to.officer else None),
            ("from", case.mission_id),
        )
        if value is not None
    }
    event = Event(EventKind.TRANSFERRED, now, actor, details)
    if to.officer is None:
        return requeued(moved, event, action=Action.REQUEUE, times=times)
    if not may_see(to.officer, moved):
        raise InvalidWish("transfer to an officer who may not see it")
    new = _held(moved, to.officer, now=now, action=Action.HAND_TO)
    new = replace(new, waiting_since=case.waiting_since or now)
    return Change(
        new,
        events=(event,),
        starts=times(new).silence(new.priority, now),
        stops=frozenset(LADDER) | frozenset(SILENCE),
        also=_yielding(file, to.officer, now=now, times=times),
    )


def closed(file: File, outcome: Outcome, *, now: datetime) -> Change:
    """The case ends.

    Raises:
        UnknownCase, NotAllowed, WrongState: see there.
    """
    officer = _allowed(file, may_close, "close")
    new = replace(
        file.case,
        state=after(file.case.state, Action.CLOSE),
        claimed_by=None,
        claimed_at=None,
        last_officer=file.case.claimed_by or officer.id,
        waiting_since=None,
        closed_at=now,
        outcome=outcome,
    )
    event = Event(EventKind.CLOSED, now, by_officer(officer.id), {"outcome": outcome.value})
    return Change(new, events=(event,), stops=ALL_TIMERS)


def noted(file: File, text: str, *, now: datetime) -> Change:
    """An officer writes something down that the citizen does not see.

    Raises:
        UnknownCase: the officer may not see it.
        InvalidWish: the note is empty.
    """
    officer = _allowed(file, may_note, "note")
    if not text.strip():
        raise InvalidWish("an empty note")
    event = Event(EventKind.NOTED, now, by_officer(officer.id))
    return Change(file.case, events=(event,), note=text.strip())


def exported(file: File, *, now: datetime) -> Change:
    """The transcript is taken away; that goes on record.

    Raises:
        UnknownCase, NotAllowed: see there.
    """
    officer = _allowed(file, may_export, "export")
    return Change(file.case, events=(Event(EventKind.EXPORTED, now, by_officer(officer.id)),))


def rated(case: Case, stars: int, *, now: datetime, actor: str) -> Change:
    """The citizen's judgement, 1 to 5; the first one counts.

    Raises:
        InvalidWish: not from 1 to 5.
    """
    if not 1 <= stars <= 5:
        raise InvalidWish("a rating is from 1 to 5")
    if case.stars is not None or case.is_open:
        return Change(case)
    event = Event(EventKind.RATED, now, actor, {"stars": str(stars)})
    return Change(replace(case, stars=stars), events=(event,))


def requeued(case: Case, event: Event, *, action: Action, times: Times) -> Change:
    """The case waits (again), with a fresh ladder.

    Raises:
        WrongState: it is closed.
    """
    new = replace(
        case,
        state=after(case.state, action),
        claimed_by=None,
        claimed_at=None,
        last_officer=case.claimed_by or case.last_officer,
        is_handed_over=case.is_handed_over or case.state is CaseState.CLAIMED,
        waiting_since=case.waiting_since or event.at,
    )
    return Change(
        new,
        events=(event,),
        starts=times(new).waiting(new.priority, event.at),
        stops=frozenset(LADDER) | frozenset(SILENCE),
    )


def held_by(file: File, case: Case, error: type[AlreadyClaimed]) -> AlreadyClaimed:
    """The refusal that names who has the case."""
    holder = (file.holders or {}).get(case.claimed_by or 0)
    return error(
        case.reference,
        officer_id=case.claimed_by or 0,
        name=holder.name if holder else "",
        since=case.claimed_at or case.opened_at,
    )


def _yielding(file: File, officer: Officer, *, now: datetime, times: Times) -> tuple[Change, ...]:
    others = [
        sibling
        for sibling in file.siblings
        if sibling.state is CaseState.CLAIMED and sibling.claimed_by != officer.id
    ]
    for other in others:
        if not file.case.priority.outranks(other.priority):
            raise held_by(file, other, ConversationHeld)
    details = {"yielded_to": file.case.reference}
    return tuple(
        requeued(
            other,
            Event(EventKind.RELEASED, now, SYSTEM, details),
            action=Action.RELEASE,
            times=times,
        )
        for other in others
    )


def _held(case: Case, officer: Officer, *, now: datetime, action: Action) -> Case:
    return replace(
        case,
        state=after(case.state, action),
        claimed_by=officer.id,
        claimed_at=now,
        last_officer=officer.id,
        is_handed_over=True,
    )


def _seeing(file: File) -> Officer:
    if file.officer is None or not may_see(file.officer, file.case):
        raise UnknownCase(file.case.reference)
    return file.officer


def _allowed(file: File, may: Callable[[Officer, Case], bool], action: str) -> Officer:
    officer = _seeing(file)
    if not may(officer, file.case):
        raise NotAllowed(action)
    return officer
