"""Opens a case for people to look after, or finds the one that is open already."""

from __future__ import annotations

from bot.casework.case import Case, CaseState, Priority
from bot.casework.reference import new_reference
from bot.clock import Clock
from bot.consular.facts import Mission
from bot.logs import Log
from bot.messages import Location
from bot.services.ports import Cases

_log = Log(__name__)


class OpenCase:
    """The use-case: one matter of one citizen is one open case."""

    def __init__(self, cases: Cases, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    def __call__(
        self,
        conversation_id: str,
        *,
        subject: str,
        priority: Priority,
        mission: Mission | None,
        language: str,
        location: Location | None,
    ) -> Case:
        """Opens or finds the case.

        Args:
            subject: the intent that led here.
            mission: whose case it is; None where the place is not known yet.
            location: the citizen's position, if shared.
        """
        now = self._clock()
        wanted = Case(
            reference=new_reference(now),
            conversation_id=conversation_id,
            subject=subject,
            priority=priority,
            mission_id=mission.id if mission else None,
            language=language,
            state=CaseState.QUEUED,
            opened_at=now,
        )
        case = self._cases.open(wanted, location=location)
        if case.reference == wanted.reference:
            _log.info("case.opened", case=case.reference, subject=subject, priority=priority.value)
        return case
