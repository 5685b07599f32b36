"""Officers: who they are, what they may see, and whether they are on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from bot.casework.case import Case, CaseState, Function, Level
from bot.casework.hours import OfficeHours

KEMLU_DESK = "kemlu"
"""The desk in Jakarta (Dit. PWNI): the last rung, and the home of cases without a mission."""


class Role(str, Enum):
    """What an officer may do beyond their own cases."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    ADMIN = "admin"


@dataclass(frozen=True)
class Officer:
    """A person of a mission's desk.

    Args:
        missions: ids of missions, or `kemlu`.
        away_until: not asked before this instant (UTC).
    """

    id: int
    name: str
    role: Role
    missions: tuple[str, ...]
    functions: tuple[Function, ...] = tuple(Function)
    languages: tuple[str, ...] = ("id",)
    is_active: bool = True
    away_until: datetime | None = None

    @property
    def is_senior(self) -> bool:
        """Whether they may act on other officers' cases."""
        return self.role is not Role.OFFICER


@dataclass(frozen=True)
class RosterShift:
    """Regular duty, in the mission's local time; Monday is 0."""

    weekday: int
    starts: time
    ends: time


def may_see(officer: Officer, case: Case) -> bool:
    """Whether the officer may know that the case exists; no by default.

    Mission and function decide; heads and admins see every function of their missions. A case
    that climbed to Jakarta, or whose mission is not known, is seen by the desk there and by
    admins; one without a mission by supervisors and heads too, so that somebody can place it.
    """
    if not officer.is_active:
        return False
    is_of_function = case.function in officer.functions or officer.role in (Role.HEAD, Role.ADMIN)
    if case.mission_id is not None and case.mission_id in officer.missions:
        return is_of_function
    if case.mission_id is None or case.level is Level.KEMLU:
        if officer.role is Role.ADMIN or KEMLU_DESK in officer.missions:
            return is_of_function
        return case.mission_id is None and officer.is_senior and is_of_function
    return False


def may_claim(officer: Officer, case: Case) -> bool:
    """Whether the officer may take the case if it is free."""
    return may_see(officer, case) and case.state is CaseState.QUEUED


def may_write(officer: Officer, case: Case) -> bool:
    """Whether the officer's words go to this citizen: only the one who has the case."""
    return may_see(officer, case) and _has(officer, case)


def may_release(officer: Officer, case: Case) -> bool:
    """Whether the officer may put the case back: their own, or a senior any."""
    return may_see(officer, case) and (_has(officer, case) or officer.is_senior)


def may_transfer(officer: Officer, case: Case) -> bool:
    """Whether the officer may hand the case on; a waiting one only seniors may."""
    return may_release(officer, case)


def may_close(officer: Officer, case: Case) -> bool:
    """Whether the officer may end the case."""
    return may_release(officer, case)


def may_reopen(officer: Officer, case: Case) -> bool:
    """Whether the officer may open a closed case again: who had it last, or a senior."""
    return may_see(officer, case) and (officer.id == case.last_officer or officer.is_senior)


def may_note(officer: Officer, case: Case) -> bool:
    """Whether the officer may add a note."""
    return may_see(officer, case)


def may_export(officer: Officer, case: Case) -> bool:
    """Whether the officer may take the transcript away: who has or had it, or a senior."""
    is_theirs = officer.id in (case.claimed_by, case.last_officer)
    return may_see(officer, case) and (is_theirs or officer.is_senior)


def may_manage(officer: Officer, other: Officer) -> bool:
    """Whether the officer may enrol or revoke `other`: heads in their missions, admins there too.

    Nobody manages a role above their own.
    """
    roles = tuple(Role)
    return (
        officer.is_active
        and officer.role in (Role.HEAD, Role.ADMIN)
        and roles.index(other.role) <= roles.index(officer.role)
        and set(other.missions) <= set(officer.missions)
    )


def is_on_duty(
    officer: Officer, roster: Sequence[RosterShift], hours: OfficeHours, *, now: datetime
) -> bool:
    """Whether the officer is expected to answer now.

    Args:
        roster: their regular shifts; without any, the mission's office hours count.
    """
    if not is_here(officer, now):
        return False
    if not roster:
        return hours.is_open(now)
    local = now.astimezone(ZoneInfo(hours.timezone))
    return any(
        shift.weekday == local.weekday() and shift.starts <= local.time() < shift.ends
        for shift in roster
    )


def is_here(officer: Officer, now: datetime) -> bool:
    """Whether the officer is active and has not said to be away."""
    return officer.is_active and not (officer.away_until and officer.away_until > now)


def _has(officer: Officer, case: Case) -> bool:
    return case.state is CaseState.CLAIMED and case.claimed_by == officer.id
