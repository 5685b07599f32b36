"""Who may see what, who is told, and who is on duty? No by default."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

import pytest

from bot.casework.case import Case, CaseState, Function, Level
from bot.casework.officers import (
    KEMLU_DESK,
    Officer,
    Role,
    RosterShift,
    is_on_duty,
    may_claim,
    may_close,
    may_export,
    may_manage,
    may_note,
    may_release,
    may_reopen,
    may_see,
    may_transfer,
    may_write,
)
from bot.casework.routing import place, recipients
from tests.unit.casework.builders import (
    HOURS,
    NOW,
    PENANG,
    SINGAPORE,
    a_case,
    an_officer,
    claimed_by,
)

CONSULAR = (Function.CONSULAR,)
LABOUR = (Function.LABOUR,)
UNPLACED = a_case(mission_id=None, level=Level.KEMLU)
CLIMBED = a_case(level=Level.KEMLU)
EVERY_RIGHT = (
    may_see,
    may_claim,
    may_write,
    may_release,
    may_transfer,
    may_close,
    may_reopen,
    may_note,
    may_export,
)


@pytest.mark.parametrize(
    ("officer", "case", "is_seen"),
    [
        (an_officer(), a_case(), True),
        (an_officer(functions=LABOUR), a_case(), False),
        (an_officer(functions=CONSULAR), a_case(), True),
        (an_officer(missions=(PENANG,)), a_case(), False),
        (an_officer(missions=(PENANG, SINGAPORE)), a_case(), True),
        (an_officer(missions=()), a_case(), False),
        (an_officer(role=Role.SUPERVISOR, functions=LABOUR), a_case(), False),
        (an_officer(role=Role.HEAD, functions=LABOUR), a_case(), True),
        (an_officer(role=Role.ADMIN, functions=LABOUR), a_case(), True),
        (an_officer(role=Role.HEAD, missions=(PENANG,)), a_case(), False),
        (an_officer(role=Role.ADMIN, missions=(PENANG,)), a_case(), False),
        (an_officer(missions=(KEMLU_DESK,)), a_case(), False),
        (an_officer(missions=(KEMLU_DESK,)), CLIMBED, True),
        (an_officer(missions=(KEMLU_DESK,)), UNPLACED, True),
        (an_officer(role=Role.ADMIN, missions=(PENANG,)), CLIMBED, True),
        (an_officer(role=Role.HEAD, missions=(PENANG,)), CLIMBED, False),
        (an_officer(), UNPLACED, False),
        (an_officer(role=Role.SUPERVISOR), UNPLACED, True),
    ],
)
def test_mission_and_function_decide_what_is_seen(
    officer: Officer, case: Case, is_seen: bool
) -> None:
    assert may_see(officer, case) is is_seen


def test_whoever_does_not_see_a_case_may_do_nothing_with_it() -> None:
    stranger = an_officer(7, Role.HEAD, missions=(PENANG,))
    for case in (a_case(), claimed_by(7), a_case(state=CaseState.CLOSED, last_officer=7)):
        assert not any(may(stranger, case) for may in EVERY_RIGHT)


def test_a_revoked_officer_has_no_right_at_all() -> None:
    gone = replace(an_officer(1, Role.ADMIN), is_active=False)
    for case in (a_case(), claimed_by(1)):
        assert not any(may(gone, case) for may in EVERY_RIGHT)


def test_a_senior_may_end_but_not_speak_in_a_colleagues_case() -> None:
    senior = an_officer(2, Role.SUPERVISOR)
    assert may_close(senior, claimed_by(1))
    assert not may_write(senior, claimed_by(1))


@pytest.mark.parametrize(
    ("manager", "other", "is_allowed"),
    [
        (an_officer(role=Role.HEAD), an_officer(2), True),
        (an_officer(role=Role.HEAD), an_officer(2, Role.HEAD), True),
        (an_officer(role=Role.HEAD), an_officer(2, Role.ADMIN), False),
        (an_officer(role=Role.HEAD), an_officer(2, missions=(PENANG,)), False),
        (an_officer(role=Role.SUPERVISOR), an_officer(2), False),
        (an_officer(role=Role.ADMIN), an_officer(2, Role.ADMIN), True),
        (an_officer(role=Role.ADMIN, is_active=False), an_officer(2), False),
    ],
)
def test_heads_manage_their_own_mission_and_nobody_above_them(
    manager: Officer, other: Officer, is_allowed: bool
) -> None:
    assert may_manage(manager, other) is is_allowed


@pytest.mark.parametrize(
    ("mission", "staff", "placed"),
    [
        (SINGAPORE, (an_officer(),), (SINGAPORE, Level.OFFICERS)),
        (SINGAPORE, (an_officer(missions=(PENANG,)),), (SINGAPORE, Level.KEMLU)),
        (SINGAPORE, (an_officer(is_active=False),), (SINGAPORE, Level.KEMLU)),
        (None, (an_officer(),), (SINGAPORE, Level.OFFICERS)),
        (None, (an_officer(), an_officer(2, missions=(PENANG,))), (None, Level.KEMLU)),
        (
            None,
            (an_officer(), an_officer(2, missions=(KEMLU_DESK,))),
            (KEMLU_DESK, Level.OFFICERS),
        ),
        (None, (), (None, Level.KEMLU)),
    ],
)
def test_no_case_is_placed_where_nobody_could_see_it(
    mission: str | None, staff: tuple[Officer, ...], placed: tuple[str | None, Level]
) -> None:
    assert place(mission, staff) == placed


STAFF = (
    an_officer(1, languages=("id",)),
    an_officer(2, languages=("en", "id")),
    an_officer(3, Role.SUPERVISOR),
    an_officer(4, Role.HEAD),
    an_officer(5, missions=(KEMLU_DESK,)),
    an_officer(6, missions=(PENANG,)),
)


@pytest.mark.parametrize(
    ("case", "on_duty", "told"),
    [
        (a_case(), {1, 2}, [1, 2]),
        (a_case(language="en"), {1, 2}, [2, 1]),
        (a_case(), {2}, [2]),
        (a_case(), set(), [1, 2, 3]),
        (a_case(level=Level.SUPERVISOR), {1, 2}, [3]),
        (a_case(level=Level.HEAD), {1}, [4]),
        (a_case(level=Level.KEMLU), {1}, [5]),
    ],
)
def test_those_on_duty_at_the_cases_rung_are_told(
    case: Case, on_duty: set[int], told: list[int]
) -> None:
    assert [o.id for o in recipients(case, STAFF, on_duty=on_duty, now=NOW)] == told


def test_where_a_rung_is_empty_the_next_one_up_is_told() -> None:
    away = replace(STAFF[0], away_until=NOW + timedelta(hours=1))
    assert [o.id for o in recipients(a_case(), (away, STAFF[3]), on_duty={1}, now=NOW)] == [4]


def test_when_everybody_is_away_everybody_is_told() -> None:
    away = replace(STAFF[0], away_until=NOW + timedelta(hours=1))
    assert [o.id for o in recipients(a_case(), (away,), on_duty=set(), now=NOW)] == [1]


@pytest.mark.parametrize(
    ("roster", "at", "is_there"),
    [
        ((), NOW, True),
        ((), NOW + timedelta(hours=9), False),
        ((RosterShift(1, time(10), time(12)),), NOW, True),
        ((RosterShift(1, time(18), time(22)),), NOW, False),
        ((RosterShift(1, time(18), time(22)),), NOW + timedelta(hours=8), True),
        ((RosterShift(2, time(10), time(12)),), NOW, False),
    ],
)
def test_the_roster_decides_duty_or_else_the_office_hours(
    roster: tuple[RosterShift, ...], at: datetime, is_there: bool
) -> None:
    assert is_on_duty(an_officer(), roster, HOURS, now=at) is is_there


def test_who_is_away_is_not_on_duty() -> None:
    away = an_officer(away_until=datetime(2026, 11, 25, tzinfo=timezone.utc))
    assert not is_on_duty(away, (), HOURS, now=NOW)
