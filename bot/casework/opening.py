"""Rules for how a case begins: opened, joined, opened again, given up by the citizen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.casework.case import Case, CaseState, Outcome
from bot.casework.errors import GraceOver, NotAllowed, UnknownCase, WrongState
from bot.casework.events import CITIZEN, Event, EventKind, by_officer
from bot.casework.officers import may_reopen, may_see
from bot.casework.timetable import LADDER, Timer, TimerKind
from bot.casework.transitions import Action, Change, File, Times, after

GRACE = timedelta(hours=72)
ALL_TIMERS = frozenset(TimerKind) - {TimerKind.TELL}


def opened(wanted: Case, actor: str, *, times: Times) -> Change:
    """A new case begins to wait."""
    timetable = times(wanted)
    now = wanted.opened_at
    target = timetable.target(wanted.priority, now)
    return Change(
        replace(wanted, state=CaseState.QUEUED, target_at=target, waiting_since=now),
        events=(Event(EventKind.OPENED, now, actor, {"reason": wanted.reason.value}),),
        starts=(*timetable.waiting(wanted.priority, now), Timer(TimerKind.TARGET, target)),
    )


def joined(case: Case, wanted: Case, actor: str, *, times: Times) -> Change:
    """The same matter again: the open case takes what is new in `wanted`, or stays as it is."""
    now = wanted.opened_at
    is_waiting = case.state is CaseState.QUEUED
    moves = is_waiting and wanted.mission_id not in (None, case.mission_id)
    raises = wanted.priority.outranks(case.priority)
    new = replace(
        case,
        priority=wanted.priority if raises else case.priority,
        mission_id=wanted.mission_id if moves else case.mission_id,
        level=wanted.level if moves else case.level,
        location=wanted.location or case.location,
        for_whom=wanted.for_whom or case.for_whom,
        wishes=tuple(dict.fromkeys((*case.wishes, *wanted.wishes))),
        is_handed_over=case.is_handed_over or wanted.is_handed_over,
    )
    if new == case:
        return Change(case)
    events = [Event(EventKind.JOINED, now, actor, _news(case, new))]
    starts: tuple[Timer, ...] = ()
    stops: frozenset[TimerKind] = frozenset()
    if raises:
        events.append(raised_event(new, now, actor))
    if is_waiting and (moves or raises or new.is_handed_over != case.is_handed_over):
        starts = times(new).waiting(new.priority, now)
        stops = frozenset(LADDER)
    if raises and new.first_reply_at is None:
        target = times(new).target(new.priority, now)
        new = replace(new, target_at=target)
        starts = (*starts, Timer(TimerKind.TARGET, target))
        stops = stops | {TimerKind.TARGET}
    return Change(new, events=tuple(events), starts=starts, stops=stops)


def reopened_by_citizen(case: Case, *, now: datetime, times: Times) -> Change:
    """The citizen writes again soon after the end.

    Raises:
        GraceOver: it was closed more than 72 hours ago.
    """
    if not is_within_grace(case, now):
        raise GraceOver(case.reference)
    return _reopened(case, CITIZEN, now=now, times=times)


def reopened_by_officer(file: File, *, now: datetime, times: Times) -> Change:
    """An officer opens a closed case again; it waits in the queue.

    Raises:
        UnknownCase, NotAllowed, WrongState: see there; a second open case of the subject counts
            as a wrong state.
    """
    officer = file.officer
    if officer is None or not may_see(officer, file.case):
        raise UnknownCase(file.case.reference)
    if not may_reopen(officer, file.case):
        raise NotAllowed("reopen")
    if any(sibling.subject == file.case.subject for sibling in file.siblings):
        raise WrongState("reopen", "duplicate")
    return _reopened(file.case, by_officer(officer.id), now=now, times=times)


def is_within_grace(case: Case, now: datetime) -> bool:
    """Whether a word of the citizen still opens a closed case again."""
    return case.closed_at is not None and now < case.closed_at + GRACE


def withdrawn(file: File, *, now: datetime, outcome: Outcome) -> Change:
    """The citizen no longer needs anybody (`WITHDRAWN`, `FALSE_ALARM`); only while it waits.

    Raises:
        WrongState: an officer has it, or it is closed.
    """
    state = after(file.case.state, Action.WITHDRAW)
    return Change(
        replace(file.case, state=state, outcome=outcome, closed_at=now, waiting_since=None),
        events=(Event(EventKind.WITHDRAWN, now, CITIZEN, {"outcome": outcome.value}),),
        stops=ALL_TIMERS,
    )


def raised_event(case: Case, now: datetime, actor: str) -> Event:
    """On record: the case has become more urgent."""
    return Event(EventKind.RAISED, now, actor, {"priority": case.priority.value})


def _reopened(case: Case, actor: str, *, now: datetime, times: Times) -> Change:
    timetable = times(case)
    target = timetable.target(case.priority, now)
    new = replace(
        case,
        state=after(case.state, Action.REOPEN),
        is_handed_over=True,
        target_at=target,
        first_reply_at=None,
        waiting_since=now,
        closed_at=None,
        outcome=None,
    )
    return Change(
        new,
        events=(Event(EventKind.REOPENED, now, actor),),
        starts=(*timetable.waiting(case.priority, now), Timer(TimerKind.TARGET, target)),
    )


def _news(old: Case, new: Case) -> dict[str, str]:
    names = ("priority", "mission_id", "location", "for_whom", "wishes", "is_handed_over")
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    return {"new": ",".join(changed)}
