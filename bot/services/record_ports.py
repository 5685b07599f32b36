"""What the services need of citizens' records and of approved texts, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.appointments.appointment import Appointment
from bot.appointments.schedule import Schedule, Slot
from bot.consular.approved import ApprovedText
from bot.consular.facts import Application


@dataclass(frozen=True)
class IdentifiedApplication:
    """An application with the keyed hash of whose it is (`bot.consular.identity`)."""

    application: Application
    identity_mark: str | None


class Applications(Protocol):
    """Citizens' pending requests."""

    def find(self, reference: str) -> IdentifiedApplication | None:
        """One application by its reference (upper case, without blanks)."""


class Outcome(str, Enum):
    """What became of an identity check."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check; `locked_until` where the reference is locked now."""

    outcome: Outcome
    locked_until: datetime | None = None


class IdentityAudit(Protocol):
    """The record of every identity check, which also says when it is enough."""

    def judge(
        self, reference_mark: str, *, conversation_id: str, is_right: bool, now: datetime
    ) -> Verdict:
        """Records a check, in one step with the look at the earlier ones.

        Args:
            reference_mark: the pseudonym of the reference that was named.
            is_right: whether the answers were right; a locked reference does not say.
        """


class Schedules(Protocol):
    """Which missions offer slots here."""

    def schedule(self, mission_id: str, service_code: str) -> Schedule | None:
        """A mission's slots for a service; None where it has none online."""

    def bookable_services(self, mission_id: str) -> tuple[str, ...]:
        """The services that a mission has slots for."""


class Appointments(Protocol):
    """Appointments with missions; two citizens never hold the same place of a slot."""

    def taken(self, slots: Sequence[Slot]) -> dict[datetime, int]:
        """How many places are taken, by the slots' start."""

    def book(self, wanted: Appointment, *, capacity: int) -> Appointment:
        """Takes a place of a slot.

        Raises:
            SlotTaken: no place is left.
            AlreadyBooked: the citizen has one for this mission and service.
        """

    def move(self, current: Appointment, moved: Appointment, *, capacity: int) -> Appointment:
        """Takes a place of another slot and gives the old one back, in one step.

        Raises:
            SlotTaken: no place is left; the old one is kept.
            AppointmentChanged: it is not as it was when `current` was read.
        """

    def cancel(self, current: Appointment, *, now: datetime) -> Appointment:
        """Gives the place back.

        Raises:
            AppointmentChanged: it is not as it was when `current` was read.
        """

    def of_citizen(self, conversation_id: str, *, now: datetime) -> tuple[Appointment, ...]:
        """What a citizen has booked and is not over, the soonest first."""

    def by_reference(self, reference: str) -> Appointment | None:
        """One appointment in whatever state."""

    def due_reminders(self, now: datetime, *, limit: int) -> tuple[Appointment, ...]:
        """Those whose reminder is due, the soonest first."""

    def postpone_reminder(self, appointment: Appointment, until: datetime) -> None:
        """The reminder is said later; one that was moved meanwhile keeps its new timer."""

    def mark_reminded(self, appointment: Appointment) -> None:
        """The reminder is said; one that was moved meanwhile keeps its new timer."""


@dataclass(frozen=True)
class Match:
    """An approved text and how near the question is to it (cosine, 1 is the same)."""

    text: ApprovedText
    score: float


class ApprovedTexts(Protocol):
    """The approved texts, searched by meaning."""

    def nearest(self, question: str, *, limit: int) -> tuple[Match, ...]:
        """The nearest texts, the best first, each once."""
