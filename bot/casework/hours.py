"""Office hours: split shifts in local time, weekends, and the holidays of both countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

HOME = "ID"
_SEARCHED_DAYS = 60
_DAY = timedelta(days=1)

Shift = tuple[time, time]
Week = tuple[tuple[Shift, ...], ...]
"""Seven days, Monday first, each with its shifts in order."""


@dataclass(frozen=True)
class OfficeHours:
    """When a mission's desk is open.

    Args:
        timezone: IANA name.
        week: regular shifts.
        countries: whose public holidays are kept (ISO 3166-1 alpha-2).
        closed_days: closed besides (local dates).
        is_assumed: not published by the mission: good for timers, never to be told a citizen.
    """

    timezone: str
    week: Week
    countries: tuple[str, ...] = (HOME,)
    closed_days: frozenset[date] = frozenset()
    is_assumed: bool = True

    def is_open(self, now: datetime) -> bool:
        """Whether the desk is open at this instant."""
        day = now.astimezone(ZoneInfo(self.timezone)).date()
        return any(starts <= now < ends for starts, ends in self._shifts(day))

    def is_working_day(self, day: date) -> bool:
        """Whether a local date has hours at all."""
        return bool(self.week[day.weekday()]) and not self._is_holiday(day)

    def next_opening(self, now: datetime) -> datetime | None:
        """When the desk opens next (UTC); `now` itself while it is open.

        Returns:
            None if it does not open within 60 days.
        """
        for starts, _ in self._from(now):
            return max(starts, now)
        return None

    def after(self, now: datetime, minutes: float) -> datetime:
        """The instant (UTC) at which so many office minutes have passed.

        Where the desk does not open long enough within 60 days, plain minutes count from now, so
        that a timer without hours still goes off.
        """
        left = timedelta(minutes=minutes)
        for starts, ends in self._from(now):
            begins = max(starts, now)
            if begins + left <= ends:
                return begins + left
            left -= ends - begins
        return now + timedelta(minutes=minutes)

    def _from(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = now.astimezone(ZoneInfo(self.timezone)).date()
        for ahead in range(_SEARCHED_DAYS):
            for starts, ends in self._shifts(today + ahead * _DAY):
                if ends > now:
                    yield starts, ends

    def _shifts(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return
        zone = ZoneInfo(self.timezone)
        for starts, ends in self.week[day.weekday()]:
            opens = datetime.combine(day, starts, zone).astimezone(timezone.utc)
            closes = datetime.combine(day, ends, zone).astimezone(timezone.utc)
            yield opens, closes

    def _is_holiday(self, day: date) -> bool:
        if day in self.closed_days:
            return True
        return any(day in public_holidays(country, day.year) for country in self.countries)


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """A country's nationwide public holidays as the `holidays` library has them.

    Moon-dependent ones are estimates; a country that the library does not know has none.
    """
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=256)
def weekend(country: str) -> frozenset[int]:
    """The days of the week (Monday is 0) on which a country's offices rest."""
    try:
        return frozenset(holidays.country_holidays(country).weekend)
    except NotImplementedError:
        return frozenset({5, 6})
