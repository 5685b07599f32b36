"""Brings an emergency to the case desk: one emergency, one case, with what was said."""

from __future__ import annotations

from bot.casework.case import Case, Context, Line, Outcome, Reason
from bot.casework.errors import CaseError
from bot.casework.events import CITIZEN
from bot.casework.opening import withdrawn
from bot.clock import Clock
from bot.logs import Log
from bot.services.case_ports import Cases
from bot.services.emergency_ports import EmergencyReport
from bot.services.open_case import OpenCase, Opening
from bot.services.ports import ConsularFacts, Conversations
from bot.services.relay_from_citizen import Relay

_log = Log(__name__)


class ReportEmergency:
    """Fills `EmergencyDesk`; the same report again changes nothing."""

    def __init__(
        self,
        open_case: OpenCase,
        cases: Cases,
        *,
        relay: Relay,
        conversations: Conversations,
        facts: ConsularFacts,
        clock: Clock,
    ) -> None:
        self._open_case = open_case
        self._cases = cases
        self._relay = relay
        self._conversations = conversations
        self._facts = facts
        self._clock = clock

    def report(self, report: EmergencyReport) -> str:
        """Opens the case, brings it up to date, or ends it; returns its reference.

        The bot goes on helping until an officer claims the case.
        """
        message = report.message
        self._conversations.open(
            report.conversation_id, channel=message.channel, address=message.address
        )
        if report.outcome is not None:
            return self._ended(report, report.outcome)
        opened = self._open_case.open(self._opening(report))
        self._relay(report.conversation_id, message, reopens=False)
        return opened.case.reference

    def _opening(self, report: EmergencyReport) -> Opening:
        text = report.message.text
        form = (("place", report.place), ("map", report.map_link or ""))
        return Opening(
            report.conversation_id,
            report.subject,
            language=report.language,
            priority=report.priority,
            reason=Reason.EMERGENCY,
            mission=self._facts.mission(report.mission_id) if report.mission_id else None,
            location=report.location,
            for_whom=report.for_whom,
            wishes=report.wishes,
            message_id=report.message.message_id,
            context=Context(
                summary=report.summary,
                lines=(Line("citizen", text, report.at),) if text else (),
                form=tuple((name, value) for name, value in form if value),
            ),
            actor=CITIZEN,
        )

    def _ended(self, report: EmergencyReport, outcome: Outcome) -> str:
        self._relay(report.conversation_id, report.message, reopens=False)
        case = self._open_one(report)
        if case is None:
            return ""
        try:
            self._cases.change(
                case.reference,
                lambda file: withdrawn(file, now=self._clock(), outcome=outcome),
            )
        except CaseError as error:
            # An officer has it: they decide.
            _log.info("case.not_withdrawn", case=case.reference, reason=type(error).__name__)
        return case.reference

    def _open_one(self, report: EmergencyReport) -> Case | None:
        known = self._cases.of_conversation(report.conversation_id)
        return next((c for c in known if c.is_open and c.subject == report.subject), None)
