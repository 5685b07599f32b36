"""Which slots does a mission offer, and which not?"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.appointments.appointment import new_appointment, reminder_at
from bot.appointments.schedule import HORIZON_DAYS, NOTICE, Schedule, SlotSession
from bot.consular.facts import Confidence, Provenance

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=timezone.utc)
PROVENANCE = Provenance("test", "2026", Confidence.LOW)
WORKDAYS = frozenset(range(5))


def session(
    opens: str, closes: str, *, minutes: int = 30, weekdays: frozenset[int] = WORKDAYS
) -> SlotSession:
    return SlotSession(
        weekdays=weekdays,
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        slot_minutes=minutes,
        capacity=2,
        is_demo=False,
        provenance=PROVENANCE,
    )


def schedule(
    *sessions: SlotSession,
    zone: str = "Asia/Kuala_Lumpur",
    countries: tuple[str, ...] = ("ID", "MY"),
    closed: frozenset[date] = frozenset(),
) -> Schedule:
    return Schedule("kjri-penang", "SPLP", zone, countries, sessions, closed_days=closed)


def local(plan: Schedule, now: datetime, on: date) -> list[str]:
    zone = ZoneInfo(plan.timezone)
    return [f"{slot.starts_at.astimezone(zone):%H:%M}" for slot in plan.slots(now, on=on)]


def test_a_session_is_cut_into_whole_slots_of_local_time() -> None:
    plan = schedule(session("09:00", "10:45"))
    assert local(plan, MONDAY, date(2026, 11, 24)) == ["09:00", "09:30", "10:00"]
    first = plan.slots(MONDAY, on=date(2026, 11, 24))[0]
    assert first.starts_at == datetime(2026, 11, 24, 1, 0, tzinfo=timezone.utc)
    assert first.ends_at - first.starts_at == timedelta(minutes=30)


def test_split_shifts_are_in_order_whatever_the_order_of_the_rows() -> None:
    plan = schedule(session("14:00", "15:00"), session("09:00", "10:00"))
    times = local(plan, MONDAY, date(2026, 11, 24))
    assert times == ["09:00", "09:30", "14:00", "14:30"]


def test_sessions_that_overlap_offer_a_time_once() -> None:
    plan = schedule(session("09:00", "10:00"), session("09:00", "11:00"))
    times = local(plan, MONDAY, date(2026, 11, 24))
    assert times == ["09:00", "09:30", "10:00", "10:30"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 29), "a Sunday"),
        (date(2026, 12, 25), "Christmas, kept in both countries"),
        (date(2027, 1, 1), "New Year, kept by Indonesia alone in this test"),
        (date(2026, 11, 26), "closed by the mission"),
        (date(2026, 11, 22), "yesterday"),
        (date(2027, 6, 1), "too far ahead"),
    ],
)
def test_nothing_is_offered_on_a_day_that_is(day: date, why: str) -> None:
    plan = schedule(session("09:00", "10:00"), closed=frozenset({date(2026, 11, 26)}))
    assert plan.slots(MONDAY, on=day) == (), why


def test_a_holiday_of_the_host_country_alone_is_kept() -> None:
    labour_thanksgiving = date(2026, 11, 23)
    slots = (session("09:00", "12:00"),)
    before = MONDAY - timedelta(days=3)
    tokyo = schedule(*slots, zone="Asia/Tokyo", countries=("ID", "JP"))
    nowhere = schedule(*slots, zone="Asia/Tokyo", countries=("ID",))
    assert tokyo.slots(before, on=labour_thanksgiving) == ()
    assert nowhere.slots(before, on=labour_thanksgiving) != ()


def test_a_slot_that_begins_too_soon_cannot_be_booked_any_more() -> None:
    plan = schedule(session("09:00", "10:00"))
    starts_at = datetime(2026, 11, 24, 1, 0, tzinfo=timezone.utc)
    assert plan.slot(starts_at, starts_at - NOTICE) is not None
    assert plan.slot(starts_at, starts_at - NOTICE + timedelta(seconds=1)) is None


def test_a_time_between_slots_is_no_slot() -> None:
    plan = schedule(session("09:00", "10:00"))
    assert plan.slot(datetime(2026, 11, 24, 1, 10, tzinfo=timezone.utc), MONDAY) is None


def test_the_whole_horizon_is_offered_in_order() -> None:
    starts = [slot.starts_at for slot in schedule(session("09:00", "09:30")).slots(MONDAY)]
    assert starts == sorted(set(starts))
    assert starts[-1] - MONDAY <= timedelta(days=HORIZON_DAYS + 1)
    assert len(starts) > 25


def test_slots_stay_as_long_as_they_are_on_the_day_the_clocks_change() -> None:
    sunday = frozenset({6})
    plan = schedule(
        session("01:00", "05:00", minutes=60, weekdays=sunday),
        zone="Europe/Berlin",
        countries=(),
    )
    march = datetime(2028, 3, 23, tzinfo=timezone.utc)
    october = datetime(2026, 10, 22, tzinfo=timezone.utc)
    assert len(plan.slots(march, on=date(2028, 3, 26))) == 3
    autumn = plan.slots(october, on=date(2026, 10, 25))
    assert len(autumn) == 5
    assert all(slot.ends_at - slot.starts_at == timedelta(hours=1) for slot in autumn)


def test_the_reminder_is_the_morning_before_at_the_mission() -> None:
    starts_at = datetime(2026, 11, 27, 1, 0, tzinfo=timezone.utc)
    assert reminder_at(starts_at, "Asia/Kuala_Lumpur", MONDAY) == datetime(
        2026, 11, 26, 1, 0, tzinfo=timezone.utc
    )


def test_no_reminder_is_kept_for_what_was_booked_after_its_time() -> None:
    starts_at = datetime(2026, 11, 27, 1, 0, tzinfo=timezone.utc)
    late = datetime(2026, 11, 26, 8, 0, tzinfo=timezone.utc)
    assert reminder_at(starts_at, "Asia/Kuala_Lumpur", late) is None


def test_a_new_appointment_has_a_reference_that_can_be_read_out() -> None:
    slot = schedule(session("09:00", "10:00")).slots(MONDAY, on=date(2026, 11, 24))[0]
    made = new_appointment(slot, "web:abc", mission_timezone="Asia/Kuala_Lumpur", now=MONDAY)
    assert made.reference.startswith("JT-261123-")
    assert not set(made.reference[10:]) & set("0O1ILZ2S5B8V")
