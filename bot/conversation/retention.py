"""How long each kind of personal data is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Kind(str, Enum):
    """The closed list, in the order in which they are looked through: what a case holds must be
    gone before what was said in it can go, and a conversation goes last."""

    CASES = "cases"
    CHAT = "chat"
    REGISTRATIONS = "registrations"
    APPOINTMENTS = "appointments"
    ACCESS = "access"
    CONVERSATIONS = "conversations"


LEAST_DAYS: Mapping[Kind, int] = {
    Kind.CASES: 30,  # a closed case may be opened again and complained about
    Kind.CHAT: 7,  # a message may come twice, a button may be pressed late
    Kind.REGISTRATIONS: 1,
    Kind.APPOINTMENTS: 1,
    Kind.ACCESS: 1,
    Kind.CONVERSATIONS: 30,
}


@dataclass(frozen=True)
class Retention:
    """Days by kind, counted from when a thing is over; None for what is never deleted.

    Raises:
        ValueError: a kind is missing, or is kept for less than the program itself needs.
    """

    days: Mapping[Kind, int | None]

    def __post_init__(self) -> None:
        for kind, least in LEAST_DAYS.items():
            if kind not in self.days:
                raise ValueError(f"{kind.value} is missing")
            kept = self.days[kind]
            if kept is not None and kept < least:
                raise ValueError(f"{kind.value} must be kept for {least} days at least")

    def over_before(self, kind: Kind, now: datetime) -> datetime | None:
        """What was over before this is deleted; None if nothing is."""
        kept = self.days[kind]
        return None if kept is None else now - timedelta(days=kept)
