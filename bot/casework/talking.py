"""Rules for words that pass through a case, and for what the clock finds when nobody speaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.casework.case import Case, CaseState, Level, Outcome, Priority
from bot.casework.errors import AlreadyClaimed, NotAllowed, UnknownCase, WrongState
from bot.casework.events import CITIZEN, CLOCK, IN_TOPIC, Event, EventKind, by_officer
from bot.casework.holding import held_by, requeued
from bot.casework.officers import may_see, may_write
from bot.casework.opening import is_within_grace, raised_event, reopened_by_citizen
from bot.casework.ownership import case_in_talk
from bot.casework.timetable import LADDER, RUNGS, SILENCE, WINDOW_WARNING, Timer, TimerKind
from bot.casework.transitions import Action, Change, File, Times
from bot.messages import Channel, Location

_CALLED_OFF = (Outcome.WITHDRAWN, Outcome.FALSE_ALARM)
_ON_WHATSAPP = f"{Channel.WHATSAPP.value}:"


@dataclass(frozen=True)
class CitizenWords:
    """What is known of an inbound message without its words.

    Args:
        reopens: whether it may open a closed case again (a rating or a menu button may not).
        is_urgent: whether it tells of danger; makes the case the most urgent kind.
        location: a position that it shares.
    """

    reopens: bool = True
    is_urgent: bool = False
    location: Location | None = None


def citizen_spoke(
    cases: tuple[Case, ...], words: CitizenWords, *, now: datetime, times: Times
) -> Change | None:
    """Which case a message of the citizen belongs to, and what it does to it.

    Args:
        cases: the conversation's cases, closed ones included.

    Returns:
        None if it belongs to none.
    """
    case = case_in_talk(cases)
    if case is not None:
        return _with_window(_heard(case, words, now=now, times=times), now)
    # What the citizen called off stays so: the next words are for the bot.
    recent = [
        case for case in cases if is_within_grace(case, now) and case.outcome not in _CALLED_OFF
    ]
    if not words.reopens or not recent:
        return None
    latest = max(recent, key=lambda case: (case.closed_at or now, case.reference))
    change = reopened_by_citizen(latest, now=now, times=times)
    wrote = Event(EventKind.CITIZEN_WROTE, now, CITIZEN)
    return _with_window(replace(change, events=(*change.events, wrote)), now)


def officer_spoke(file: File, *, now: datetime, is_in_topic: bool = False) -> Change:
    """The officer who has the case writes to the citizen.

    Args:
        is_in_topic: whether it was written in the case's topic.

    Raises:
        UnknownCase: the officer may not see it.
        AlreadyClaimed: somebody else has it.
        NotAllowed: nobody has it; claim it first.
        WrongState: it is closed.
    """
    officer, case = file.officer, file.case
    if officer is None or not may_see(officer, case):
        raise UnknownCase(case.reference)
    if not may_write(officer, case):
        raise _refusal(file, case)
    new = replace(case, waiting_since=None, first_reply_at=case.first_reply_at or now)
    details = IN_TOPIC if is_in_topic else {}
    return Change(
        new,
        events=(Event(EventKind.OFFICER_WROTE, now, by_officer(officer.id), details),),
        stops=frozenset(SILENCE) | {TimerKind.TARGET},
    )


def timer_went_off(case: Case, kind: TimerKind, *, now: datetime, times: Times) -> Change:
    """What a timer finds; a case that has moved on meanwhile stays as it is."""
    if kind in LADDER and case.state is CaseState.QUEUED:
        return _climbed(case, kind, now=now, times=times)
    if kind is TimerKind.TARGET and case.is_open and case.first_reply_at is None:
        return Change(case, events=(Event(EventKind.TARGET_MISSED, now, CLOCK),))
    if kind is TimerKind.WINDOW and case.state is CaseState.CLAIMED:
        return Change(case, events=(Event(EventKind.WINDOW_CLOSING, now, CLOCK),))
    if kind in SILENCE and case.state is CaseState.CLAIMED and case.waiting_since is not None:
        silent = {"officer": str(case.claimed_by)}
        if kind is TimerKind.WARN_SILENT:
            return Change(case, events=(Event(EventKind.SILENCE_WARNED, now, CLOCK, silent),))
        event = Event(EventKind.GIVEN_BACK, now, CLOCK, silent)
        return requeued(case, event, action=Action.GIVE_BACK, times=times)
    return Change(case)


def _heard(case: Case, words: CitizenWords, *, now: datetime, times: Times) -> Change:
    new = replace(
        case,
        waiting_since=case.waiting_since or now,
        location=words.location or case.location,
    )
    events = [Event(EventKind.CITIZEN_WROTE, now, CITIZEN)]
    starts: tuple[Timer, ...] = ()
    stops: frozenset[TimerKind] = frozenset()
    is_raised = words.is_urgent and Priority.P1.outranks(case.priority)
    if is_raised:
        new = replace(new, priority=Priority.P1)
        events.append(raised_event(new, now, CITIZEN))
    if case.state is CaseState.CLAIMED and (case.waiting_since is None or is_raised):
        starts = times(new).silence(new.priority, now)
        stops = frozenset(SILENCE)
    elif case.state is CaseState.QUEUED and is_raised:
        starts = times(new).waiting(new.priority, now)
        stops = frozenset(LADDER)
    return Change(new, events=tuple(events), starts=starts, stops=stops)


def _with_window(change: Change, now: datetime) -> Change:
    """WhatsApp's 24 hours begin anew with every word of the citizen."""
    if not change.case.conversation_id.startswith(_ON_WHATSAPP):
        return change
    return replace(
        change,
        starts=(*change.starts, Timer(TimerKind.WINDOW, now + WINDOW_WARNING)),
        stops=change.stops | {TimerKind.WINDOW},
    )


def _climbed(case: Case, kind: TimerKind, *, now: datetime, times: Times) -> Change:
    rung = RUNGS[kind]
    if kind in (TimerKind.SUPERVISOR, TimerKind.HEAD) and not rung.is_above(case.level):
        return Change(case)
    new = replace(case, level=rung) if rung.is_above(case.level) else case
    is_ping = kind is TimerKind.PING
    event = Event(
        EventKind.PINGED if is_ping else EventKind.CLIMBED, now, CLOCK, {"level": new.level.value}
    )
    starts: tuple[Timer, ...] = ()
    if kind is TimerKind.KEMLU or (is_ping and new.level is Level.KEMLU):
        # At the top nobody is left to climb to: it goes on ringing there.
        last = times(new).waiting(new.priority, now)[-1]
        starts = (Timer(TimerKind.PING, last.due_at),)
        return Change(new, events=(event,), starts=starts, stops=frozenset({TimerKind.PING}))
    return Change(new, events=(event,))


def _refusal(file: File, case: Case) -> Exception:
    if not case.is_open:
        return WrongState("write in", case.state.value)
    if case.claimed_by is None:
        return NotAllowed("write before claiming")
    return held_by(file, case, AlreadyClaimed)
