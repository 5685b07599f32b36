"""When an officer is asked: the regular duty, and being away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.casework.errors import InvalidWish, NotAllowed
from bot.casework.events import SYSTEM, by_officer
from bot.casework.officers import RosterShift, may_manage
from bot.services.case_ports import Audit, Officers

_MOST_SHIFTS = 28


class SetDuty:
    """The use-case of heads and admins, and of every officer for being away."""

    def __init__(self, officers: Officers, audit: Audit) -> None:
        self._officers = officers
        self._audit = audit

    def roster(
        self, officer_id: int, shifts: Sequence[RosterShift], *, by: int | None = None
    ) -> None:
        """Replaces the regular duty; none at all means the mission's office hours.

        Args:
            by: the officer who does it; None for the command line.

        Raises:
            InvalidWish: no such officer, or shifts that cannot be.
            NotAllowed: `by` does not manage this officer.
        """
        self._check(officer_id, by, "officer.roster", is_for_oneself=False)
        if len(shifts) > _MOST_SHIFTS or not all(
            0 <= shift.weekday <= 6 and shift.starts < shift.ends for shift in shifts
        ):
            raise InvalidWish("a shift ends after it starts, on one of seven days")
        self._officers.set_roster(officer_id, shifts)
        self._record(officer_id, by, "officer.roster", "done")

    def away(self, officer_id: int, until: datetime | None, *, by: int | None = None) -> None:
        """Not asked before `until` (UTC); None ends it.

        Raises:
            InvalidWish: no such officer.
            NotAllowed: `by` is neither the officer nor manages them.
        """
        self._check(officer_id, by, "officer.away", is_for_oneself=True)
        self._officers.set_away(officer_id, until)
        self._record(officer_id, by, "officer.away", "done")

    def _check(self, officer_id: int, by: int | None, action: str, *, is_for_oneself: bool) -> None:
        officer = self._officers.get(officer_id)
        if officer is None or not officer.is_active:
            raise InvalidWish("no such officer")
        if by is None or (is_for_oneself and by == officer_id):
            return
        manager = self._officers.get(by)
        if manager is None or not may_manage(manager, officer):
            self._record(officer_id, by, action, "not_allowed")
            raise NotAllowed(action)

    def _record(self, officer_id: int, by: int | None, action: str, result: str) -> None:
        actor = SYSTEM if by is None else by_officer(by)
        self._audit.record(actor, action, subject=by_officer(officer_id), result=result)
