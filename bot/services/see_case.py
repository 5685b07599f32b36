"""What an officer sees: the queue, their own cases, one case with everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.casework.case import Case, CaseState, Context
from bot.casework.errors import UnknownCase
from bot.casework.events import Event, by_officer
from bot.casework.officers import Officer, may_see
from bot.casework.reference import parse_reference
from bot.clock import Clock
from bot.services.case_ports import Audit, Cases, Entry, Officers, Transcripts

_LATELY = timedelta(hours=72)


@dataclass(frozen=True)
class CaseView:
    """A case as an officer may see it. `earlier` are the citizen's other cases, seen as well."""

    case: Case
    context: Context
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    earlier: tuple[Case, ...]


class SeeCase:
    """The use-case; whatever this officer may not see does not exist."""

    def __init__(
        self,
        cases: Cases,
        officers: Officers,
        *,
        transcripts: Transcripts,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._officers = officers
        self._transcripts = transcripts
        self._audit = audit
        self._clock = clock

    def queue(self, officer_id: int) -> tuple[Case, ...]:
        """Waiting cases, the most urgent first, then the oldest."""
        return self._visible(officer_id, CaseState.QUEUED)

    def claimed(self, officer_id: int) -> tuple[Case, ...]:
        """Cases that somebody has, for those who may see them."""
        return self._visible(officer_id, CaseState.CLAIMED)

    def mine(self, officer_id: int) -> tuple[Case, ...]:
        """What the officer has, the latest claim first."""
        return self._cases.held_by(officer_id) if self._officer(officer_id) else ()

    def closed_lately(self, officer_id: int) -> tuple[Case, ...]:
        """Cases closed within 72 hours, the latest first."""
        officer = self._officer(officer_id)
        recent = self._cases.closed_since(self._clock() - _LATELY) if officer else ()
        return tuple(case for case in recent if officer and may_see(officer, case))

    def __call__(self, reference: str, officer_id: int) -> CaseView:
        """One case; that it was looked at goes on record.

        Raises:
            UnknownCase: none that this officer may see.
        """
        known = parse_reference(reference)
        officer = self._officer(officer_id)
        case = self._cases.get(known) if known and officer else None
        is_seen = bool(officer and case and may_see(officer, case))
        self._audit.record(
            by_officer(officer_id),
            "see",
            subject=known or "not a reference",
            result="done" if is_seen else "unknown",
        )
        if officer is None or case is None or not is_seen:
            raise UnknownCase("not visible")
        others = self._cases.of_conversation(case.conversation_id)
        return CaseView(
            case,
            context=self._cases.context(case.reference),
            entries=self._transcripts.entries(case.reference),
            events=self._transcripts.events(case.reference),
            earlier=tuple(
                other
                for other in others
                if other.reference != case.reference and may_see(officer, other)
            ),
        )

    def _visible(self, officer_id: int, state: CaseState) -> tuple[Case, ...]:
        officer = self._officer(officer_id)
        if officer is None:
            return ()
        return tuple(
            case
            for case in self._cases.all_open()
            if case.state is state and may_see(officer, case)
        )

    def _officer(self, officer_id: int) -> Officer | None:
        officer = self._officers.get(officer_id)
        return officer if officer and officer.is_active else None
