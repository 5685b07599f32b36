"""Opens a case for people to look after, or finds the one that is open already."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.case import Case, CaseState, Context, Priority, Reason
from bot.casework.events import BOT, Event
from bot.casework.opening import joined, opened
from bot.casework.reference import new_reference
from bot.casework.routing import place
from bot.casework.subjects import Subjects
from bot.casework.transitions import Change
from bot.clock import Clock
from bot.consular.facts import Mission
from bot.logs import Log
from bot.messages import Location
from bot.services.case_ports import Cases, Officers, ReferenceTaken, Timetables

_log = Log(__name__)
_DRAWS = 5
_NOTHING = Context()


@dataclass(frozen=True)
class Opening:
    """What is to be looked after.

    Args:
        subject: the intent that led here.
        priority: the subject's own where it is None.
        reason: the subject's own where it is None.
        mission: whose case it is; None where the place is not known yet.
        location: the citizen's position, if shared.
        for_whom: whom it is about, if not the writer.
        wishes: what the officer must heed.
        hands_over: whether the conversation waits for people from now on; else the bot goes on
            answering until an officer claims the case.
        message_id: the inbound message that led here; its answer may still be sent.
        context: what an officer should know at once.
        actor: who wants it (`citizen`, `bot`, `officer:<id>`).
    """

    conversation_id: str
    subject: str
    language: str
    priority: Priority | None = None
    reason: Reason | None = None
    mission: Mission | None = None
    location: Location | None = None
    for_whom: str | None = None
    wishes: tuple[str, ...] = ()
    hands_over: bool = False
    message_id: str | None = None
    context: Context = _NOTHING
    actor: str = BOT


@dataclass(frozen=True)
class Opened:
    """The case, and whether it is a new one."""

    case: Case
    is_new: bool
    events: tuple[Event, ...]


class OpenCase:
    """The use-case: one matter of one citizen is one open case."""

    def __init__(
        self,
        cases: Cases,
        clock: Clock,
        *,
        officers: Officers,
        timetables: Timetables,
        subjects: Subjects,
    ) -> None:
        self._cases = cases
        self._clock = clock
        self._officers = officers
        self._timetables = timetables
        self._subjects = subjects

    def __call__(
        self,
        conversation_id: str,
        *,
        subject: str,
        priority: Priority | None,
        mission: Mission | None,
        language: str,
        location: Location | None,
        message_id: str | None = None,
        context: Context = _NOTHING,
        for_whom: str | None = None,
        wishes: tuple[str, ...] = (),
    ) -> Case:
        """Opens or finds a case while the bot goes on answering; see `Opening`."""
        opening = Opening(
            conversation_id,
            subject,
            language=language,
            priority=priority,
            mission=mission,
            location=location,
            message_id=message_id,
            context=context,
            for_whom=for_whom,
            wishes=wishes,
        )
        return self.open(opening).case

    def open(self, opening: Opening) -> Opened:
        """Opens a case, or lets the open one take what is new.

        Raises:
            UnknownCase: there is no such conversation.
        """
        wanted = self._wanted(opening)
        times = self._timetables.of_case

        def decide(found: Case | None) -> Change:
            if found is None:
                return opened(wanted, opening.actor, times=times)
            return joined(found, wanted, opening.actor, times=times)

        for draw in range(_DRAWS):
            try:
                changed = self._cases.open(
                    wanted, decide, context=opening.context, handed_over_by=opening.message_id
                )
                break
            except ReferenceTaken:
                if draw == _DRAWS - 1:
                    raise
                wanted = replace(wanted, reference=new_reference(wanted.opened_at))
        case = changed.case
        is_new = case.reference == wanted.reference
        if is_new:
            _log.info(
                "case.opened",
                case=case.reference,
                subject=case.subject,
                priority=case.priority.value,
                mission=case.mission_id,
            )
        return Opened(case, is_new, events=changed.events)

    def _wanted(self, opening: Opening) -> Case:
        now = self._clock()
        routing = self._subjects.routing(opening.subject)
        named = opening.mission.id if opening.mission else None
        mission_id, level = place(named, self._officers.active())
        return Case(
            reference=new_reference(now),
            conversation_id=opening.conversation_id,
            subject=opening.subject,
            priority=opening.priority or routing.priority,
            mission_id=mission_id,
            language=opening.language,
            state=CaseState.QUEUED,
            opened_at=now,
            function=routing.function,
            reason=opening.reason or routing.reason,
            for_whom=opening.for_whom,
            location=opening.location,
            wishes=opening.wishes,
            is_handed_over=opening.hands_over,
            level=level,
        )
