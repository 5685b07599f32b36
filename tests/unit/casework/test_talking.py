"""Which case do words belong to, who owns the conversation, and what does silence do?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.casework.case import Case, CaseState, Level, Outcome, Priority
from bot.casework.errors import AlreadyClaimed, NotAllowed, UnknownCase, WrongState
from bot.casework.events import EventKind
from bot.casework.ownership import case_in_talk, is_bots_turn, owner_of
from bot.casework.talking import CitizenWords, citizen_spoke, officer_spoke, timer_went_off
from bot.casework.timetable import LADDER, SILENCE, TimerKind
from bot.casework.transitions import File
from bot.conversation.session import Owner
from tests.unit.casework.builders import NOW, PENANG, a_case, an_officer, claimed_by, times

LATER = NOW + timedelta(hours=1)
CLOSED = a_case("KSL-261124-CCCC", state=CaseState.CLOSED, closed_at=NOW)
TALK = CitizenWords()


@pytest.mark.parametrize(
    ("cases", "owner"),
    [
        ((), Owner.BOT),
        ((CLOSED,), Owner.BOT),
        ((a_case(is_handed_over=False),), Owner.BOT),
        ((a_case(),), Owner.QUEUE),
        ((a_case(), claimed_by(1)), Owner.OFFICER),
        ((claimed_by(1), CLOSED), Owner.OFFICER),
    ],
)
def test_the_owner_is_what_the_open_cases_say(cases: tuple[Case, ...], owner: Owner) -> None:
    assert owner_of(cases) is owner


def test_words_go_to_the_claimed_case_then_to_the_most_urgent() -> None:
    held = claimed_by(1, reference="KSL-261124-AAAA")
    urgent = a_case("KSL-261124-BBBB", priority=Priority.P1)
    plain = a_case("KSL-261124-DDDD")
    assert case_in_talk((plain, urgent, held, CLOSED)) == held
    assert case_in_talk((plain, urgent, CLOSED)) == urgent
    assert case_in_talk((CLOSED,)) is None


@pytest.mark.parametrize(
    ("owner", "message", "is_turn"),
    [
        (Owner.BOT, "m1", True),
        (Owner.QUEUE, "m1", True),
        (Owner.QUEUE, "m2", False),
        (Owner.OFFICER, "m1", False),
    ],
)
def test_in_the_queue_the_bot_only_answers_what_led_there(
    owner: Owner, message: str, is_turn: bool
) -> None:
    assert is_bots_turn(owner, message, handed_over_by="m1") is is_turn


def test_a_citizen_who_was_answered_and_writes_again_starts_the_clock() -> None:
    case = claimed_by(1, waiting_since=None)
    change = citizen_spoke((case,), TALK, now=LATER, times=times)
    assert change is not None
    assert change.case.waiting_since == LATER
    assert {timer.kind for timer in change.starts} == set(SILENCE)


def test_a_second_message_does_not_start_the_clock_again() -> None:
    change = citizen_spoke((claimed_by(1),), TALK, now=LATER, times=times)
    assert change is not None
    assert (change.case.waiting_since, change.starts) == (NOW, ())


def test_urgent_words_raise_the_case() -> None:
    change = citizen_spoke((a_case(),), CitizenWords(is_urgent=True), now=LATER, times=times)
    assert change is not None
    assert change.case.priority is Priority.P1
    assert EventKind.RAISED in {event.kind for event in change.events}
    assert {timer.kind for timer in change.starts} == set(LADDER)


def test_words_soon_after_the_end_open_the_latest_case_again() -> None:
    older = a_case("KSL-261124-AAAA", state=CaseState.CLOSED, closed_at=NOW - timedelta(hours=9))
    change = citizen_spoke((CLOSED, older), TALK, now=LATER, times=times)
    assert change is not None
    assert (change.case.reference, change.case.state) == (CLOSED.reference, CaseState.QUEUED)


@pytest.mark.parametrize(
    ("words", "later"),
    [(CitizenWords(reopens=False), timedelta(hours=1)), (TALK, timedelta(hours=72))],
)
def test_a_tap_or_late_words_open_nothing(words: CitizenWords, later: timedelta) -> None:
    assert citizen_spoke((CLOSED,), words, now=NOW + later, times=times) is None


def test_an_officers_word_answers_the_citizen_and_stops_the_clock() -> None:
    change = officer_spoke(File(claimed_by(1), officer=an_officer(1)), now=LATER)
    assert (change.case.waiting_since, change.case.first_reply_at) == (None, LATER)
    assert change.stops == {*SILENCE, TimerKind.TARGET}


@pytest.mark.parametrize(
    ("case", "error"),
    [
        (claimed_by(2), AlreadyClaimed),
        (a_case(), NotAllowed),
        (CLOSED, WrongState),
        (claimed_by(1, mission_id=PENANG), UnknownCase),
    ],
)
def test_only_who_has_the_case_speaks_in_it(case: Case, error: type[Exception]) -> None:
    with pytest.raises(error):
        officer_spoke(File(case, officer=an_officer(1)), now=LATER)


@pytest.mark.parametrize(
    ("kind", "level", "event"),
    [
        (TimerKind.PING, Level.OFFICERS, EventKind.PINGED),
        (TimerKind.SUPERVISOR, Level.SUPERVISOR, EventKind.CLIMBED),
        (TimerKind.HEAD, Level.HEAD, EventKind.CLIMBED),
        (TimerKind.KEMLU, Level.KEMLU, EventKind.CLIMBED),
    ],
)
def test_a_waiting_case_climbs(kind: TimerKind, level: Level, event: EventKind) -> None:
    change = timer_went_off(a_case(), kind, now=LATER, times=times)
    assert (change.case.level, change.events[0].kind) == (level, event)


def test_at_the_top_it_goes_on_ringing() -> None:
    change = timer_went_off(a_case(level=Level.KEMLU), TimerKind.PING, now=LATER, times=times)
    assert [(t.kind, t.due_at) for t in change.starts] == [
        (TimerKind.PING, LATER + timedelta(minutes=15))
    ]


@pytest.mark.parametrize("kind", [*LADDER, *SILENCE, TimerKind.TARGET])
def test_a_timer_of_a_case_that_has_moved_on_changes_nothing(kind: TimerKind) -> None:
    answered = claimed_by(1, waiting_since=None, first_reply_at=NOW)
    for case in (answered, CLOSED):
        assert timer_went_off(case, kind, now=LATER, times=times).events == ()


def test_a_silent_officer_is_warned_and_then_gives_the_case_back() -> None:
    warned = timer_went_off(claimed_by(1), TimerKind.WARN_SILENT, now=LATER, times=times)
    assert warned.events[0].kind is EventKind.SILENCE_WARNED
    back = timer_went_off(claimed_by(1), TimerKind.GIVE_BACK, now=LATER, times=times)
    assert (back.case.state, back.case.last_officer) == (CaseState.QUEUED, 1)
    assert {timer.kind for timer in back.starts} == set(LADDER)


def test_a_missed_target_goes_on_record() -> None:
    change = timer_went_off(claimed_by(1), TimerKind.TARGET, now=LATER, times=times)
    assert [event.kind for event in change.events] == [EventKind.TARGET_MISSED]


def test_on_whatsapp_each_word_of_the_citizen_sets_the_window_anew() -> None:
    held = claimed_by(1, conversation_id="whatsapp:abc")
    change = citizen_spoke((held,), TALK, now=NOW, times=times)
    assert change is not None
    windows = [each for each in change.starts if each.kind is TimerKind.WINDOW]
    assert [each.due_at for each in windows] == [NOW + timedelta(hours=22)]
    assert TimerKind.WINDOW in change.stops
    elsewhere = citizen_spoke((claimed_by(1),), TALK, now=NOW, times=times)
    assert elsewhere is not None
    assert not any(each.kind is TimerKind.WINDOW for each in elsewhere.starts)


def test_before_the_window_closes_only_an_officer_who_has_the_case_is_asked() -> None:
    for case, kinds in ((claimed_by(1), [EventKind.WINDOW_CLOSING]), (a_case(), [])):
        change = timer_went_off(case, TimerKind.WINDOW, now=NOW, times=times)
        assert [event.kind for event in change.events] == kinds


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.FALSE_ALARM])
def test_what_the_citizen_called_off_is_not_opened_again_by_the_next_words(
    outcome: Outcome,
) -> None:
    called_off = replace(CLOSED, outcome=outcome)
    assert citizen_spoke((called_off,), TALK, now=LATER, times=times) is None
