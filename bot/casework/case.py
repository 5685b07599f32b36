"""A case: one matter of one citizen that people look after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.messages import Location


class Priority(str, Enum):
    """P1 life, body or freedom now · P2 within hours · P3 the rest."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    def outranks(self, other: Priority) -> bool:
        """Whether this is more urgent than `other`."""
        return self.value < other.value


class CaseState(str, Enum):
    """Where a case stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Function(str, Enum):
    """Which desk of a mission looks after a matter."""

    CONSULAR = "consular"
    IMMIGRATION = "immigration"
    LABOUR = "labour"
    PROTECTION = "protection"


class Level(str, Enum):
    """How far a waiting case has climbed."""

    OFFICERS = "officers"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    KEMLU = "kemlu"

    def is_above(self, other: Level) -> bool:
        """Whether this rung is higher than `other`."""
        rungs = tuple(Level)
        return rungs.index(self) > rungs.index(other)


class Reason(str, Enum):
    """Why people look after it."""

    ASKED = "asked"
    EMERGENCY = "emergency"
    UNSURE = "unsure"
    FORM = "form"
    COMPLAINT = "complaint"
    FAILURE = "failure"
    OFFICER = "officer"


class Outcome(str, Enum):
    """How a case ended."""

    RESOLVED = "resolved"
    REFERRED = "referred"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One line of what was said before the case was opened; `author` is `citizen` or `bot`."""

    author: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Context:
    """What an officer should know at once; kept sealed.

    Args:
        summary: one or two lines, from the citizen's own words.
        lines: the last lines of the conversation, oldest first.
        form: what was filled in so far, by field.
    """

    summary: str = ""
    lines: tuple[Line, ...] = ()
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """A case as it is kept; every change raises `version`.

    Args:
        subject: the intent that led to it.
        mission_id: whose it is; None where the place is not known.
        for_whom: whom it is about, if not the writer (`child`, `spouse`, `crew`, …).
        wishes: what the officer must heed (`no_call`, `when_safe`, `woman_officer`, `discreet`).
        is_handed_over: whether the conversation waits for people while the case is queued.
        claimed_by: the officer who has it.
        last_officer: who had it last; kept when it is released or closed.
        target_at: when a first human word is due.
        waiting_since: since when the citizen waits for a human word; None after one.
        has_context: whether there is a sealed `Context`.
    """

    reference: str
    conversation_id: str
    subject: str
    priority: Priority
    mission_id: str | None
    language: str
    state: CaseState
    opened_at: datetime
    version: int = 1
    function: Function = Function.CONSULAR
    reason: Reason = Reason.ASKED
    for_whom: str | None = None
    location: Location | None = None
    wishes: tuple[str, ...] = ()
    is_handed_over: bool = False
    level: Level = Level.OFFICERS
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    last_officer: int | None = None
    target_at: datetime | None = None
    first_reply_at: datetime | None = None
    waiting_since: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    stars: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not closed."""
        return self.state is not CaseState.CLOSED
