"""Which times a citizen can choose: the free slots of a mission for a service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.appointments.schedule import Schedule, Slot
from bot.clock import Clock
from bot.services.record_ports import Appointments, Schedules


@dataclass(frozen=True)
class FreeSlot:
    """A slot with places left. `day` is the local date at the mission."""

    slot: Slot
    free: int
    day: date


@dataclass(frozen=True)
class Offer:
    """What can be booked.

    Args:
        schedule: None where the mission has no slots here for this service; it is then told how
            its own booking works.
        slots: the free ones, the soonest first; empty where all are taken.
    """

    schedule: Schedule | None
    slots: tuple[FreeSlot, ...] = ()

    def days(self) -> tuple[date, ...]:
        """The local dates with places left, in order."""
        return tuple(dict.fromkeys(each.day for each in self.slots))


class OfferSlots:
    """The use-case; it reserves nothing."""

    def __init__(self, schedules: Schedules, appointments: Appointments, clock: Clock) -> None:
        self._schedules = schedules
        self._appointments = appointments
        self._clock = clock

    def __call__(self, mission_id: str, service_code: str, *, on: date | None = None) -> Offer:
        """Finds the free slots.

        Args:
            on: only this local date; else every day that can be booked.
        """
        schedule = self._schedules.schedule(mission_id, service_code)
        if schedule is None:
            return Offer(None)
        slots = schedule.slots(self._clock(), on=on)
        taken = self._appointments.taken(slots)
        zone = ZoneInfo(schedule.timezone)
        free = (
            FreeSlot(
                slot=slot,
                free=slot.capacity - taken.get(slot.starts_at, 0),
                day=slot.starts_at.astimezone(zone).date(),
            )
            for slot in slots
        )
        return Offer(schedule, tuple(each for each in free if each.free > 0))

    def services(self, mission_id: str) -> tuple[str, ...]:
        """The services that a mission has slots for."""
        return self._schedules.bookable_services(mission_id)


def nearest_days(days: Iterable[date], wanted: date, *, limit: int) -> tuple[date, ...]:
    """The days nearest to the one that was wanted, in order of time."""
    nearest = sorted(days, key=lambda day: (abs(day - wanted), day))[:limit]
    return tuple(sorted(nearest))
