"""When is a desk open, and when have so many office minutes passed?"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.casework.hours import OfficeHours, public_holidays, weekend
from tests.unit.casework.builders import HOURS

SPLIT = ((time(9), time(12)), (time(13), time(16)))
NEW_YORK = OfficeHours("America/New_York", week=(SPLIT,) * 5 + ((), ()), countries=("ID", "US"))
NEVER = OfficeHours("Asia/Tokyo", week=((),) * 7)


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)  # type: ignore[misc]


def singapore(*parts: int) -> datetime:
    return local("Asia/Singapore", *parts)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (singapore(2026, 11, 24, 8, 59), False),
        (singapore(2026, 11, 24, 9, 0), True),
        (singapore(2026, 11, 24, 12, 0), False),
        (singapore(2026, 11, 24, 13, 0), True),
        (singapore(2026, 11, 24, 16, 0), False),
        (singapore(2026, 11, 28, 10, 0), False),
        (singapore(2026, 8, 17, 10, 0), False),  # Indonesia's Independence Day, a Monday
        (singapore(2026, 12, 25, 10, 0), False),  # Christmas in both countries
        (singapore(2026, 8, 10, 10, 0), False),  # the day after Singapore's National Day, a Sunday
    ],
)
def test_shifts_weekends_and_both_countries_holidays_decide(at: datetime, is_open: bool) -> None:
    assert HOURS.is_open(at) is is_open


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (singapore(2026, 11, 24, 10, 0), singapore(2026, 11, 24, 10, 0)),
        (singapore(2026, 11, 24, 12, 30), singapore(2026, 11, 24, 13, 0)),
        (singapore(2026, 11, 24, 16, 0), singapore(2026, 11, 25, 9, 0)),
        (singapore(2026, 11, 27, 17, 0), singapore(2026, 11, 30, 9, 0)),
        (singapore(2026, 12, 24, 16, 30), singapore(2026, 12, 28, 9, 0)),
    ],
)
def test_the_next_opening_passes_over_nights_weekends_and_holidays(
    now: datetime, opens: datetime
) -> None:
    assert HOURS.next_opening(now) == opens


@pytest.mark.parametrize(
    ("now", "minutes", "due"),
    [
        (singapore(2026, 11, 24, 9, 0), 60, singapore(2026, 11, 24, 10, 0)),
        (singapore(2026, 11, 24, 11, 30), 60, singapore(2026, 11, 24, 13, 30)),
        (singapore(2026, 11, 24, 15, 30), 60, singapore(2026, 11, 25, 9, 30)),
        (singapore(2026, 11, 27, 15, 30), 60, singapore(2026, 11, 30, 9, 30)),
        (singapore(2026, 11, 24, 9, 0), 360, singapore(2026, 11, 24, 16, 0)),
        (singapore(2026, 11, 24, 9, 0), 361, singapore(2026, 11, 25, 9, 1)),
        (singapore(2026, 12, 24, 15, 0), 90, singapore(2026, 12, 28, 9, 30)),
    ],
)
def test_office_minutes_count_only_while_it_is_open(
    now: datetime, minutes: int, due: datetime
) -> None:
    assert HOURS.after(now, minutes) == due


def test_summer_time_moves_the_opening_in_utc() -> None:
    before = NEW_YORK.next_opening(datetime(2026, 3, 6, 0, 0, tzinfo=timezone.utc))
    after = NEW_YORK.next_opening(datetime(2026, 3, 9, 0, 0, tzinfo=timezone.utc))
    assert before == datetime(2026, 3, 6, 14, 0, tzinfo=timezone.utc)
    assert after == datetime(2026, 3, 9, 13, 0, tzinfo=timezone.utc)


def test_a_desk_that_never_opens_has_no_opening_but_its_timers_still_go_off() -> None:
    now = datetime(2026, 11, 24, tzinfo=timezone.utc)
    assert NEVER.next_opening(now) is None
    assert NEVER.after(now, 30) == now + timedelta(minutes=30)


def test_a_country_that_the_library_does_not_know_has_no_holidays() -> None:
    assert public_holidays("XX", 2026) == frozenset()
    assert weekend("XX") == {5, 6}


@pytest.mark.parametrize(
    ("country", "day"),
    [("ID", date(2026, 8, 17)), ("MY", date(2026, 8, 31)), ("SA", date(2026, 9, 23))],
)
def test_national_days_are_known(country: str, day: date) -> None:
    assert day in public_holidays(country, day.year)
