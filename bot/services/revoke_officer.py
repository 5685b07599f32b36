"""An officer loses every right at once; what they had goes back to the queue."""

from __future__ import annotations

from bot.casework.case import CaseState
from bot.casework.errors import InvalidWish, NotAllowed
from bot.casework.events import SYSTEM, Event, EventKind, by_officer
from bot.casework.holding import requeued
from bot.casework.officers import may_manage
from bot.casework.transitions import Action, Change, File
from bot.clock import Clock
from bot.logs import Log
from bot.services.case_ports import Audit, Cases, Officers, Timetables

_log = Log(__name__)


class RevokeOfficer:
    """The use-case; may be repeated after a crash half way."""

    def __init__(
        self,
        officers: Officers,
        cases: Cases,
        *,
        timetables: Timetables,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._officers = officers
        self._cases = cases
        self._timetables = timetables
        self._audit = audit
        self._clock = clock

    def __call__(self, officer_id: int, *, by: int | None = None) -> tuple[str, ...]:
        """Revokes.

        Args:
            by: the officer who does it; None for the command line.

        Returns:
            References of the cases that wait again.

        Raises:
            InvalidWish: no such officer.
            NotAllowed: `by` may not revoke this officer.
        """
        officer = self._officers.get(officer_id)
        if officer is None:
            raise InvalidWish("no such officer")
        actor = SYSTEM if by is None else by_officer(by)
        if by is not None:
            manager = self._officers.get(by)
            if manager is None or not may_manage(manager, officer):
                self._record(actor, officer_id, "not_allowed")
                raise NotAllowed("revoke")
        self._officers.revoke(officer_id)
        self._record(actor, officer_id, "done")
        held = self._cases.held_by(officer_id)
        for case in held:
            self._cases.change(case.reference, lambda file: self._freed(file, officer_id, actor))
        _log.info("officer.revoked", officer=officer_id, cases=len(held))
        return tuple(case.reference for case in held)

    def _freed(self, file: File, officer_id: int, actor: str) -> Change:
        case = file.case
        if case.state is not CaseState.CLAIMED or case.claimed_by != officer_id:
            return Change(case)
        event = Event(EventKind.RELEASED, self._clock(), actor, {"revoked": str(officer_id)})
        return requeued(case, event, action=Action.RELEASE, times=self._timetables.of_case)

    def _record(self, actor: str, officer_id: int, result: str) -> None:
        self._audit.record(actor, "officer.revoke", subject=by_officer(officer_id), result=result)
