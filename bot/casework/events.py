"""What has happened to a case: recorded with who and when, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

CITIZEN = "citizen"
BOT = "bot"
CLOCK = "clock"
SYSTEM = "system"
IN_TOPIC = {"at": "topic"}
"""Of an officer's words: they were written in the case's topic, where the group has read them."""
_OFFICER = "officer:"


class EventKind(str, Enum):
    """The closed list."""

    OPENED = "opened"
    JOINED = "joined"
    CLAIMED = "claimed"
    DECLINED = "declined"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    NOTED = "noted"
    RATED = "rated"
    RAISED = "raised"
    PINGED = "pinged"
    CLIMBED = "climbed"
    TARGET_MISSED = "target_missed"
    SILENCE_WARNED = "silence_warned"
    WINDOW_CLOSING = "window_closing"
    GIVEN_BACK = "given_back"
    CITIZEN_WROTE = "citizen_wrote"
    OFFICER_WROTE = "officer_wrote"
    EXPORTED = "exported"


TOLD = frozenset(EventKind) - {
    EventKind.NOTED,
    EventKind.DECLINED,
    EventKind.EXPORTED,
    EventKind.TARGET_MISSED,
}
"""Events that somebody is told of; the other ones are only on record."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Args:
        actor: `citizen`, `bot`, `clock`, `system` or `officer:<id>`.
        details: ids and words of closed lists only, never what somebody wrote.
        id: given by the store.
    """

    kind: EventKind
    at: datetime
    actor: str
    details: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None


def by_officer(officer_id: int) -> str:
    """The actor of an officer's event."""
    return f"{_OFFICER}{officer_id}"


def officer_of(actor: str) -> int | None:
    """The officer behind an actor; None for everybody else."""
    return int(actor.removeprefix(_OFFICER)) if actor.startswith(_OFFICER) else None
