"""The one table of where a case can go, and what every answer of the rules consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.casework.case import Case, CaseState
from bot.casework.errors import WrongState
from bot.casework.events import Event
from bot.casework.officers import Officer
from bot.casework.timetable import Timer, TimerKind, Timetable


class Action(str, Enum):
    """What can be done with a case as a whole."""

    CLAIM = "claim"
    RELEASE = "release"
    GIVE_BACK = "give back"
    REQUEUE = "requeue"
    HAND_TO = "hand to"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


TRANSITIONS: Mapping[tuple[CaseState, Action], CaseState] = {
    (CaseState.QUEUED, Action.CLAIM): CaseState.CLAIMED,
    (CaseState.QUEUED, Action.REQUEUE): CaseState.QUEUED,
    (CaseState.QUEUED, Action.HAND_TO): CaseState.CLAIMED,
    (CaseState.QUEUED, Action.CLOSE): CaseState.CLOSED,
    (CaseState.QUEUED, Action.WITHDRAW): CaseState.CLOSED,
    (CaseState.CLAIMED, Action.RELEASE): CaseState.QUEUED,
    (CaseState.CLAIMED, Action.GIVE_BACK): CaseState.QUEUED,
    (CaseState.CLAIMED, Action.REQUEUE): CaseState.QUEUED,
    (CaseState.CLAIMED, Action.HAND_TO): CaseState.CLAIMED,
    (CaseState.CLAIMED, Action.CLOSE): CaseState.CLOSED,
    (CaseState.CLOSED, Action.REOPEN): CaseState.QUEUED,
}


def after(state: CaseState, action: Action) -> CaseState:
    """Where an action leads.

    Raises:
        WrongState: nowhere, from this state.
    """
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise WrongState(action.value, state.value) from None


@dataclass(frozen=True)
class File:
    """A case with what a decision about it needs, all read at one moment.

    Args:
        siblings: the other open cases of the same conversation.
        officer: who acts; None where it is not an officer.
        holders: officers who have this case or a sibling, by id.
    """

    case: Case
    siblings: tuple[Case, ...] = ()
    officer: Officer | None = None
    holders: Mapping[int, Officer] | None = None


@dataclass(frozen=True)
class Change:
    """What a decision comes to; the store writes all of it or nothing.

    Args:
        case: as it is to be; its `version` is the one that was decided upon.
        events: what is recorded.
        starts: timers that begin.
        stops: kinds of timers of this case that end.
        also: what becomes of sibling cases.
        note: the words of a note by the acting officer.
    """

    case: Case
    events: tuple[Event, ...] = ()
    starts: tuple[Timer, ...] = ()
    stops: frozenset[TimerKind] = frozenset()
    also: tuple[Change, ...] = ()
    note: str | None = None


Times = Callable[[Case], Timetable]
"""The timers of a case's mission."""
