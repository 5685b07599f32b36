"""Cases, officers and hours with what a test does not care about filled in."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import Any

from bot.casework.case import Case, CaseState, Function, Priority
from bot.casework.hours import OfficeHours
from bot.casework.officers import Officer, Role
from bot.casework.timetable import LADDER, SILENCE, Pace, TimerKind, Timetable

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)  # a Tuesday, 11:00 in Singapore
SINGAPORE = "kbri-singapore"
PENANG = "kjri-penang"
WEEKDAY = ((time(9), time(12)), (time(13), time(16)))
HOURS = OfficeHours(
    "Asia/Singapore", week=(WEEKDAY,) * 5 + ((), ()), countries=("ID", "SG"), is_assumed=False
)
_MINUTES = dict(zip((*LADDER, TimerKind.TARGET, *SILENCE), (3, 6, 10, 15, 15, 4, 8), strict=True))
TIMES = Timetable(HOURS, {each: Pace(True, _MINUTES) for each in Priority})


def times(_case: Case) -> Timetable:
    """The same timers for every case."""
    return TIMES


def a_case(reference: str = "KSL-261124-7Q4M", **changes: Any) -> Case:
    """A waiting case in Singapore."""
    values: dict[str, Any] = {
        "reference": reference,
        "conversation_id": "telegram:abc",
        "subject": "talk_to_officer",
        "priority": Priority.P3,
        "mission_id": SINGAPORE,
        "language": "id",
        "state": CaseState.QUEUED,
        "opened_at": NOW,
        "is_handed_over": True,
        "waiting_since": NOW,
        **changes,
    }
    return Case(**values)


def claimed_by(officer_id: int, **changes: Any) -> Case:
    """A case that an officer has."""
    held = {"state": CaseState.CLAIMED, "claimed_by": officer_id, "claimed_at": NOW}
    return a_case(**{**held, "last_officer": officer_id, **changes})


def an_officer(number: int = 1, role: Role = Role.OFFICER, **changes: Any) -> Officer:
    """An officer in Singapore with every function."""
    values: dict[str, Any] = {
        "id": number,
        "name": f"Officer {number}",
        "role": role,
        "missions": (SINGAPORE,),
        "functions": tuple(Function),
        **changes,
    }
    return Officer(**values)
