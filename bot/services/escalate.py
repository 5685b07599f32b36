"""Hands a conversation to people: a case, the queue, and an honest word on the waiting time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.casework.case import Case, CaseState, Priority, Reason
from bot.casework.events import BOT, CITIZEN
from bot.casework.fair_use import WINDOW, allowed_again_at
from bot.casework.subjects import Subjects
from bot.clock import Clock
from bot.logs import Log
from bot.services.case_ports import Cases, Timetables
from bot.services.open_case import OpenCase, Opening

_log = Log(__name__)
_ASKED = (Reason.ASKED, Reason.COMPLAINT)


@dataclass(frozen=True)
class Expectation:
    """What a citizen may be told of the waiting time.

    Args:
        is_open: whether the desk is open now; None where its hours are only assumed.
        opens_at: when it opens next (UTC); None where its hours are only assumed.
        timezone: of the mission, to tell it in.
        is_claimed: an officer has the case already.
    """

    is_open: bool | None
    opens_at: datetime | None
    timezone: str
    is_claimed: bool


@dataclass(frozen=True)
class Escalation:
    """What came of it.

    Args:
        case: None where fair use refused a new one.
        is_new: False where the request joined the open case.
        expectation: of that case.
        allowed_again_at: when the next request is allowed, where one was refused (UTC).
    """

    case: Case | None
    is_new: bool = False
    expectation: Expectation | None = None
    allowed_again_at: datetime | None = None


class Escalate:
    """The use-case behind "I want to talk to a person" and everything the bot cannot answer."""

    def __init__(
        self,
        open_case: OpenCase,
        cases: Cases,
        *,
        timetables: Timetables,
        subjects: Subjects,
        clock: Clock,
    ) -> None:
        self._open_case = open_case
        self._cases = cases
        self._timetables = timetables
        self._subjects = subjects
        self._clock = clock

    def __call__(self, opening: Opening) -> Escalation:
        """Opens or joins a case and hands the conversation over.

        Outside emergencies a citizen may ask three times in 24 hours; the same request again
        joins its open case and does not count.
        """
        routing = self._subjects.routing(opening.subject)
        is_asked = (opening.reason or routing.reason) in _ASKED
        is_emergency = (opening.priority or routing.priority) is Priority.P1
        if is_asked and not is_emergency:
            again_at = self._refused_until(opening)
            if again_at is not None:
                _log.info("case.refused", subject=opening.subject, reason="fair_use")
                return Escalation(None, allowed_again_at=again_at)
        actor = CITIZEN if is_asked else BOT
        opened = self._open_case.open(replace(opening, hands_over=True, actor=actor))
        return Escalation(
            opened.case, is_new=opened.is_new, expectation=self.expectation(opened.case)
        )

    def expectation(self, case: Case) -> Expectation:
        """What may be told of the waiting time of a case."""
        now = self._clock()
        hours = self._timetables.of_case(case).hours
        is_known = not hours.is_assumed
        return Expectation(
            is_open=hours.is_open(now) if is_known else None,
            opens_at=hours.next_opening(now) if is_known else None,
            timezone=hours.timezone,
            is_claimed=case.state is CaseState.CLAIMED,
        )

    def _refused_until(self, opening: Opening) -> datetime | None:
        now = self._clock()
        requests = self._cases.requests_since(opening.conversation_id, now - WINDOW)
        again_at = allowed_again_at(requests, now)
        if again_at is None:
            return None
        known = self._cases.of_conversation(opening.conversation_id)
        joins = any(case.is_open and case.subject == opening.subject for case in known)
        return None if joins else again_at
