"""How far an application is, told only to whoever proves that it is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock
from bot.consular.facts import Application, Mission, Service
from bot.consular.identity import is_identity, last_four, normal_reference, reference_mark
from bot.consular.progress import Need, Stage, need, timeline
from bot.privacy import Privacy
from bot.services.ports import ConsularFacts
from bot.services.record_ports import Applications, IdentityAudit, Outcome


@dataclass(frozen=True)
class ToldStatus:
    """An application as its citizen may see it."""

    application: Application
    service: Service | None
    mission: Mission | None
    stages: tuple[Stage, ...]
    need: Need


@dataclass(frozen=True)
class StatusAnswer:
    """What came of a question.

    Args:
        outcome: `RIGHT` alone comes with `told`; `WRONG` does not say what was wrong, nor
            whether there is such an application at all.
        locked_until: set where nothing more is answered for this reference for a while, be it
            since now or from before (UTC).
    """

    outcome: Outcome
    told: ToldStatus | None = None
    locked_until: datetime | None = None


class TellStatus:
    """The use-case: a reference with a birth date and the end of a document's number."""

    def __init__(
        self,
        facts: ConsularFacts,
        applications: Applications,
        *,
        audit: IdentityAudit,
        privacy: Privacy,
        clock: Clock,
    ) -> None:
        self._facts = facts
        self._applications = applications
        self._audit = audit
        self._privacy = privacy
        self._clock = clock

    def __call__(
        self, conversation_id: str, *, reference: str, born: date, document: str
    ) -> StatusAnswer:
        """Answers a question; every one is audited.

        Args:
            reference: as the citizen wrote it.
            born: birth date.
            document: the last four characters of passport or NIK, or the whole number.
        """
        name = normal_reference(reference)
        found = self._applications.find(name)
        is_right = is_identity(
            self._privacy,
            name,
            born=born,
            last4=last_four(document) or "",
            mark=found.identity_mark if found else None,
        )
        verdict = self._audit.judge(
            reference_mark(self._privacy, name),
            conversation_id=conversation_id,
            is_right=is_right,
            now=self._clock(),
        )
        if verdict.outcome is not Outcome.RIGHT or found is None:
            return StatusAnswer(verdict.outcome, locked_until=verdict.locked_until)
        return StatusAnswer(verdict.outcome, told=self._told(found.application))

    def _told(self, application: Application) -> ToldStatus:
        return ToldStatus(
            application=application,
            service=self._facts.service(application.service),
            mission=self._facts.mission(application.mission_id),
            stages=timeline(application),
            need=need(application),
        )
