"""Which slots a mission offers: its sessions by weekday, less holidays and closed days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.casework.hours import public_holidays
from bot.consular.facts import Provenance

NOTICE = timedelta(hours=12)
"""How long before its start a slot can still be booked."""
HORIZON_DAYS = 45
"""How many days ahead slots are offered."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SlotSession:
    """Local office time that is cut into slots.

    Args:
        weekdays: Monday is 0.
        capacity: places a slot.
        is_demo: a made-up schedule; it must be said to whoever books.
    """

    weekdays: frozenset[int]
    opens: time
    closes: time
    slot_minutes: int
    capacity: int
    is_demo: bool
    provenance: Provenance


@dataclass(frozen=True)
class Slot:
    """A time at which so many citizens can come. Instants are UTC."""

    mission_id: str
    service_code: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True)
class Schedule:
    """A mission's slots for one service.

    Args:
        timezone: IANA name of the mission's.
        countries: whose public holidays are kept (ISO 3166-1 alpha-2): Indonesia's, the host's.
        closed_days: closed besides (local dates).
    """

    mission_id: str
    service_code: str
    timezone: str
    countries: tuple[str, ...]
    sessions: tuple[SlotSession, ...]
    closed_days: frozenset[date] = frozenset()

    @property
    def is_demo(self) -> bool:
        """Whether any of it is made up."""
        return any(session.is_demo for session in self.sessions)

    def slots(self, now: datetime, *, on: date | None = None) -> tuple[Slot, ...]:
        """What can be booked at this instant, in order.

        Args:
            now: aware.
            on: only this local date.
        """
        today = now.astimezone(ZoneInfo(self.timezone)).date()
        days = [on] if on else [today + ahead * _DAY for ahead in range(HORIZON_DAYS + 1)]
        if on and not today <= on <= today + HORIZON_DAYS * _DAY:
            return ()
        earliest = now + NOTICE
        found = {
            slot.starts_at: slot
            for day in days
            for slot in self._slots_of(day)
            if slot.starts_at >= earliest
        }
        return tuple(found[starts_at] for starts_at in sorted(found))

    def last_day(self, now: datetime) -> date:
        """The last local date that can be booked at this instant."""
        return now.astimezone(ZoneInfo(self.timezone)).date() + HORIZON_DAYS * _DAY

    def slot(self, starts_at: datetime, now: datetime) -> Slot | None:
        """The slot that starts at an instant, if it can be booked."""
        day = starts_at.astimezone(ZoneInfo(self.timezone)).date()
        return next((s for s in self.slots(now, on=day) if s.starts_at == starts_at), None)

    def is_open_day(self, day: date) -> bool:
        """Whether a local date is neither a holiday nor closed for another reason."""
        if day in self.closed_days:
            return False
        return not any(day in public_holidays(each, day.year) for each in self.countries)

    def _slots_of(self, day: date) -> Iterator[Slot]:
        if not self.is_open_day(day):
            return
        zone = ZoneInfo(self.timezone)
        for session in self.sessions:
            if day.weekday() not in session.weekdays:
                continue
            # Counted in UTC, so that a slot stays as long as it is where clocks are changed.
            starts = datetime.combine(day, session.opens, zone).astimezone(timezone.utc)
            closes = datetime.combine(day, session.closes, zone).astimezone(timezone.utc)
            length = timedelta(minutes=session.slot_minutes)
            while starts + length <= closes:
                yield Slot(
                    mission_id=self.mission_id,
                    service_code=self.service_code,
                    starts_at=starts,
                    ends_at=starts + length,
                    capacity=session.capacity,
                )
                starts += length
