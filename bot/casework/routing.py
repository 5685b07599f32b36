"""Who is told of a case, and whose it is when the place is not known or nobody is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.casework.case import Case, Level
from bot.casework.officers import KEMLU_DESK, Officer, Role, is_here, may_see

_RUNG_ROLES = {
    Level.OFFICERS: (Role.OFFICER, Role.SUPERVISOR),
    Level.SUPERVISOR: (Role.SUPERVISOR,),
    Level.HEAD: (Role.HEAD, Role.ADMIN),
}


def place(mission_id: str | None, staff: Sequence[Officer]) -> tuple[str | None, Level]:
    """Whose case it is, and on which rung it starts.

    A mission without officers has nobody who could see it: its case starts in Jakarta. Without a
    mission it is Jakarta's; where that desk is not staffed and only one mission is, that one's.
    """
    staffed = {mission for officer in staff if officer.is_active for mission in officer.missions}
    if mission_id is not None:
        return mission_id, Level.OFFICERS if mission_id in staffed else Level.KEMLU
    if KEMLU_DESK in staffed:
        return KEMLU_DESK, Level.OFFICERS
    if len(staffed) == 1:
        return staffed.pop(), Level.OFFICERS
    return None, Level.KEMLU


def recipients(
    case: Case, staff: Sequence[Officer], *, on_duty: Collection[int], now: datetime
) -> tuple[Officer, ...]:
    """Whom to tell that the case waits, at the rung it has reached.

    Those on duty; where nobody is, everybody who has not said to be away; where a rung is empty,
    the next one up; at last everybody who may see it. Who speaks the language comes first.

    Args:
        staff: every active officer.
        on_duty: ids of those on duty now.
    """
    seeing = [officer for officer in staff if may_see(officer, case)]
    for rung in tuple(Level)[tuple(Level).index(case.level) :]:
        found = [officer for officer in seeing if _stands_on(officer, case, rung)]
        found = [officer for officer in found if is_here(officer, now)]
        found = [officer for officer in found if officer.id in on_duty] or found
        if found:
            return _by_language(found, case.language)
    return _by_language(seeing, case.language)


def _stands_on(officer: Officer, case: Case, rung: Level) -> bool:
    if rung is Level.KEMLU:
        return KEMLU_DESK in officer.missions or officer.role is Role.ADMIN
    is_theirs = case.mission_id is None or case.mission_id in officer.missions
    return is_theirs and officer.role in _RUNG_ROLES[rung]


def _by_language(officers: Sequence[Officer], language: str) -> tuple[Officer, ...]:
    return tuple(sorted(officers, key=lambda each: (language not in each.languages, each.id)))
