"""Cases as rows of a list, in the officer's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.casework.case import Case, CaseState, Level
from bot.casework.officers import KEMLU_DESK, may_claim
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit

CASES = "/desk/cases"


@dataclass(frozen=True)
class Row:
    """What a list shows of a case; nothing that a citizen wrote.

    Args:
        since: since when it waits, is in hand, or is closed.
        since_label: the name of a text for that.
        holder: who has it; None for nobody.
        due_at: when a first answer is due, while there is none.
    """

    reference: str
    url: str
    priority: str
    subject: str
    mission: str
    function: str
    language: str
    state: str
    since: datetime
    since_label: str
    is_unanswered: bool
    holder: str | None
    is_mine: bool
    due_at: datetime | None
    is_late: bool
    level: str | None
    wishes: tuple[str, ...]
    has_place: bool
    may_claim: bool


class Rows:
    """Makes rows."""

    def __init__(self, tools: DeskTools) -> None:
        self._tools = tools

    def of(self, cases: Iterable[Case], visit: Visit) -> tuple[Row, ...]:
        """The rows of some cases, in their order."""
        found = tuple(cases)
        names = self.names({case.claimed_by for case in found} | {c.last_officer for c in found})
        return tuple(self._row(case, visit, names) for case in found)

    def names(self, numbers: Iterable[int | None]) -> dict[int, str]:
        """Officers' names by number, revoked ones included."""
        known = (self._tools.officers.get(n) for n in set(numbers) if n is not None)
        return {officer.id: officer.name for officer in known if officer}

    def mission(self, mission_id: str | None, visit: Visit) -> str:
        """A mission's name."""
        if mission_id is None:
            return visit.words("mission_none")
        if mission_id == KEMLU_DESK:
            return visit.words("mission_kemlu")
        mission = self._tools.facts.mission(mission_id)
        return mission.name.text(visit.words.language) if mission else mission_id

    def _row(self, case: Case, visit: Visit, names: dict[int, str]) -> Row:
        words = visit.words
        since, label = _since(case)
        is_due = case.is_open and case.first_reply_at is None
        due_at = case.target_at if is_due else None
        holder = case.claimed_by if case.is_open else case.last_officer
        is_mine = holder == visit.officer.id
        return Row(
            reference=case.reference,
            url=f"{CASES}/{case.reference}",
            priority=case.priority.value,
            subject=words.matter(case.subject),
            mission=self.mission(case.mission_id, visit),
            function=words.of("function", case.function),
            language=case.language,
            state=case.state.value,
            since=since,
            since_label=label,
            is_unanswered=case.is_open and case.waiting_since is not None,
            holder=words("held_by_me") if is_mine else names.get(holder or 0),
            is_mine=is_mine,
            due_at=due_at,
            is_late=due_at is not None and due_at <= words.now,
            level=None if case.level is Level.OFFICERS else words.of("level", case.level),
            wishes=tuple(words.of("wish", wish) for wish in case.wishes),
            has_place=case.location is not None,
            may_claim=may_claim(visit.officer, case),
        )


def _since(case: Case) -> tuple[datetime, str]:
    if case.state is CaseState.CLOSED:
        return case.closed_at or case.opened_at, "closed_ago"
    if case.state is CaseState.QUEUED:
        return case.waiting_since or case.opened_at, "waits"
    if case.waiting_since is not None:
        return case.waiting_since, "waits_answer"
    return case.first_reply_at or case.claimed_at or case.opened_at, "answered"
