"""Where can a case go, who may send it there, and what is left behind?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.casework.case import CaseState, Function, Level, Outcome, Priority
from bot.casework.errors import (
    AlreadyClaimed,
    ConversationHeld,
    GraceOver,
    InvalidWish,
    NotAllowed,
    UnknownCase,
    WrongState,
)
from bot.casework.events import EventKind
from bot.casework.holding import (
    Destination,
    claimed,
    closed,
    noted,
    rated,
    released,
    transferred,
)
from bot.casework.officers import Role
from bot.casework.opening import joined, opened, reopened_by_citizen, withdrawn
from bot.casework.timetable import LADDER, SILENCE, TimerKind
from bot.casework.transitions import TRANSITIONS, Action, File, after
from bot.messages import Location
from tests.unit.casework.builders import (
    NOW,
    PENANG,
    SINGAPORE,
    a_case,
    an_officer,
    claimed_by,
    times,
)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("action", Action)
def test_only_what_the_table_names_is_possible(state: CaseState, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert after(state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            after(state, action)


def test_a_new_case_waits_with_a_ladder_and_a_target() -> None:
    change = opened(a_case(priority=Priority.P1), "citizen", times=times)
    minutes = {t.kind: (t.due_at - NOW).total_seconds() / 60 for t in change.starts}
    assert minutes == {
        TimerKind.PING: 3,
        TimerKind.SUPERVISOR: 6,
        TimerKind.HEAD: 10,
        TimerKind.KEMLU: 15,
        TimerKind.TARGET: 15,
    }
    assert change.case.target_at == NOW + timedelta(minutes=15)


def test_the_first_claim_wins_and_ends_the_ladder() -> None:
    change = claimed(File(a_case(), officer=an_officer()), now=NOW, times=times)
    assert (change.case.state, change.case.claimed_by) == (CaseState.CLAIMED, 1)
    assert change.stops == frozenset(LADDER)
    assert {timer.kind for timer in change.starts} == set(SILENCE)


def test_the_second_is_told_who_has_it_and_since_when() -> None:
    file = File(claimed_by(1), officer=an_officer(2), holders={1: an_officer(1, name="Rina")})
    with pytest.raises(AlreadyClaimed) as refusal:
        claimed(file, now=NOW, times=times)
    assert (refusal.value.officer_id, refusal.value.name) == (1, "Rina")
    assert refusal.value.since == NOW
    assert "Rina" not in str(refusal.value)


def test_claiming_ones_own_case_again_changes_nothing() -> None:
    case = claimed_by(1)
    change = claimed(File(case, officer=an_officer(1)), now=NOW, times=times)
    assert (change.case, change.events) == (case, ())


def test_a_closed_case_cannot_be_claimed() -> None:
    with pytest.raises(WrongState):
        claimed(File(a_case(state=CaseState.CLOSED), officer=an_officer()), now=NOW, times=times)


def test_one_officer_talks_with_a_citizen_at_a_time() -> None:
    other = claimed_by(1, reference="KSL-261124-AAAA")
    file = File(a_case(), siblings=(other,), officer=an_officer(2))
    with pytest.raises(ConversationHeld) as refusal:
        claimed(file, now=NOW, times=times)
    assert refusal.value.reference == other.reference


def test_a_more_urgent_case_takes_the_conversation_over() -> None:
    other = claimed_by(1, reference="KSL-261124-AAAA")
    file = File(a_case(priority=Priority.P1), siblings=(other,), officer=an_officer(2))
    change = claimed(file, now=NOW, times=times)
    (yielded,) = change.also
    assert yielded.case.reference == other.reference
    assert (yielded.case.state, yielded.case.claimed_by) == (CaseState.QUEUED, None)


@pytest.mark.parametrize(
    ("role", "number", "is_allowed"),
    [
        (Role.OFFICER, 1, True),
        (Role.OFFICER, 2, False),
        (Role.SUPERVISOR, 2, True),
        (Role.HEAD, 2, True),
        (Role.ADMIN, 2, True),
    ],
)
def test_who_has_a_case_or_is_senior_may_release_transfer_and_close(
    role: Role, number: int, is_allowed: bool
) -> None:
    file = File(claimed_by(1), officer=an_officer(number, role))
    wishes = (
        lambda: released(file, now=NOW, times=times),
        lambda: transferred(file, Destination(PENANG), now=NOW, times=times),
        lambda: closed(file, Outcome.RESOLVED, now=NOW),
    )
    for wish in wishes:
        if is_allowed:
            assert wish().events
        else:
            with pytest.raises(NotAllowed):
                wish()


def test_an_officer_of_another_mission_is_told_that_there_is_no_such_case() -> None:
    file = File(claimed_by(1), officer=an_officer(2, Role.HEAD, missions=(PENANG,)))
    for wish in (
        lambda: claimed(file, now=NOW, times=times),
        lambda: released(file, now=NOW, times=times),
        lambda: closed(file, Outcome.RESOLVED, now=NOW),
        lambda: noted(file, "x", now=NOW),
    ):
        with pytest.raises(UnknownCase):
            wish()


def test_a_released_case_waits_again_with_a_fresh_ladder() -> None:
    change = released(File(claimed_by(1), officer=an_officer(1)), now=NOW, times=times)
    assert (change.case.state, change.case.claimed_by) == (CaseState.QUEUED, None)
    assert change.case.last_officer == 1
    assert {timer.kind for timer in change.starts} == set(LADDER)
    assert set(SILENCE) <= change.stops


def test_a_transfer_to_another_mission_puts_it_into_that_queue() -> None:
    file = File(claimed_by(1), officer=an_officer(1))
    to = Destination(PENANG, Function.LABOUR)
    case = transferred(file, to, now=NOW, times=times).case
    assert (case.mission_id, case.function, case.state) == (
        PENANG,
        Function.LABOUR,
        CaseState.QUEUED,
    )


def test_a_transfer_to_a_colleague_gives_it_to_them_at_once() -> None:
    file = File(claimed_by(1), officer=an_officer(1))
    to = Destination(officer=an_officer(2))
    change = transferred(file, to, now=NOW, times=times)
    assert (change.case.state, change.case.claimed_by) == (CaseState.CLAIMED, 2)
    assert {timer.kind for timer in change.starts} == set(SILENCE)


def test_nobody_gets_a_case_that_they_may_not_see() -> None:
    file = File(claimed_by(1), officer=an_officer(1))
    to = Destination(officer=an_officer(2, missions=(PENANG,)))
    with pytest.raises(InvalidWish):
        transferred(file, to, now=NOW, times=times)


def test_a_closed_case_keeps_who_had_it_and_every_timer_ends() -> None:
    change = closed(File(claimed_by(1), officer=an_officer(1)), Outcome.REFERRED, now=NOW)
    assert (change.case.outcome, change.case.last_officer) == (Outcome.REFERRED, 1)
    assert change.stops >= {*LADDER, *SILENCE, TimerKind.TARGET}


@pytest.mark.parametrize(
    ("hours", "is_allowed"), [(0, True), (71, True), (72, False), (100, False)]
)
def test_a_citizen_reopens_within_72_hours(hours: int, is_allowed: bool) -> None:
    case = a_case(state=CaseState.CLOSED, closed_at=NOW, outcome=Outcome.RESOLVED)
    now = NOW + timedelta(hours=hours)
    if is_allowed:
        new = reopened_by_citizen(case, now=now, times=times).case
        assert (new.state, new.outcome, new.closed_at) == (CaseState.QUEUED, None, None)
    else:
        with pytest.raises(GraceOver):
            reopened_by_citizen(case, now=now, times=times)


def test_a_citizen_gives_up_only_while_nobody_has_the_case() -> None:
    change = withdrawn(File(a_case()), now=NOW, outcome=Outcome.FALSE_ALARM)
    assert change.case.state is CaseState.CLOSED
    with pytest.raises(WrongState):
        withdrawn(File(claimed_by(1)), now=NOW, outcome=Outcome.WITHDRAWN)


def test_the_same_matter_again_changes_nothing() -> None:
    case = a_case()
    change = joined(case, a_case("KSL-261124-BBBB"), "citizen", times=times)
    assert (change.case, change.events, change.starts) == (case, (), ())


def test_the_same_matter_takes_what_is_new() -> None:
    case = a_case(mission_id=None, level=Level.KEMLU)
    wanted = a_case(
        "KSL-261124-BBBB",
        priority=Priority.P1,
        location=Location(1.3, 103.8),
        wishes=("no_call",),
    )
    change = joined(case, wanted, "citizen", times=times)
    new = change.case
    assert new.reference == case.reference
    assert (new.priority, new.mission_id, new.level) == (Priority.P1, SINGAPORE, Level.OFFICERS)
    assert (new.location, new.wishes) == (Location(1.3, 103.8), ("no_call",))
    assert [event.kind for event in change.events] == [EventKind.JOINED, EventKind.RAISED]
    assert {timer.kind for timer in change.starts} == {*LADDER, TimerKind.TARGET}


def test_an_officers_case_is_not_moved_by_a_new_place() -> None:
    wanted = a_case("KSL-261124-BBBB", mission_id=PENANG)
    assert joined(claimed_by(1), wanted, "citizen", times=times).case.mission_id == SINGAPORE


@pytest.mark.parametrize("stars", [-1, 0, 6])
def test_a_rating_is_from_one_to_five(stars: int) -> None:
    with pytest.raises(InvalidWish):
        rated(a_case(state=CaseState.CLOSED), stars, now=NOW, actor="citizen")


def test_the_first_rating_counts() -> None:
    case = rated(a_case(state=CaseState.CLOSED), 4, now=NOW, actor="citizen").case
    assert case.stars == 4
    assert rated(case, 1, now=NOW, actor="citizen").case.stars == 4


def test_an_open_case_is_not_rated() -> None:
    assert rated(a_case(), 4, now=NOW, actor="citizen").events == ()


def test_a_revoked_officer_may_do_nothing() -> None:
    gone = replace(an_officer(1, Role.ADMIN), is_active=False)
    with pytest.raises(UnknownCase):
        released(File(claimed_by(1), officer=gone), now=NOW, times=times)
