"""Who may ask for a status, and when is it enough of guessing?"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.consular.facts import Application, ApplicationStep
from bot.consular.identity import (
    identity_mark,
    is_identity,
    last_four,
    locked_until,
    normal_reference,
    reference_mark,
)
from bot.consular.progress import Need, need, timeline
from bot.privacy import Privacy

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
PRIVACY = Privacy("a key for tests, long enough")
BORN = date(1990, 5, 3)


def minutes_ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7719", "7719"),
        ("a b-7719", "7719"),
        ("C4847719", "7719"),
        ("x12a", "X12A"),
        ("3275 0105 0390 7719", "7719"),
        ("719", None),
        ("", None),
        ("????", None),
    ],
)
def test_the_end_of_a_number_is_found_however_it_is_typed(typed: str, expected: str | None) -> None:
    assert last_four(typed) == expected


def test_a_reference_is_the_same_in_small_letters_and_with_blanks() -> None:
    assert normal_reference(" pgs-2610 - 0442\n") == "PGS-2610-0442"


def test_only_the_right_person_of_the_right_application_matches() -> None:
    mark = identity_mark(PRIVACY, "PGS-2610-0442", born=BORN, last4="7719")

    def matches(reference: str, born: date, last4: str, privacy: Privacy = PRIVACY) -> bool:
        return is_identity(privacy, reference, born=born, last4=last4, mark=mark)

    assert matches("PGS-2610-0442", BORN, "7719")
    assert not matches("PGS-2610-0443", BORN, "7719")
    assert not matches("PGS-2610-0442", date(1990, 3, 5), "7719")
    assert not matches("PGS-2610-0442", BORN, "7718")
    assert not matches("PGS-2610-0442", BORN, "7719", Privacy("another key of the program"))
    assert not is_identity(PRIVACY, "PGS-2610-0442", born=BORN, last4="7719", mark=None)


def test_neither_mark_shows_what_it_was_made_of() -> None:
    mark = identity_mark(PRIVACY, "PGS-2610-0442", born=BORN, last4="7719")
    assert "7719" not in mark[:4]
    assert "1990" not in mark[:4]
    assert reference_mark(PRIVACY, "PGS-2610-0442") != mark
    assert len({mark, identity_mark(PRIVACY, "SGP-2611-0107", born=BORN, last4="7719")}) == 2


@pytest.mark.parametrize(
    ("wrong_at", "locked_minutes"),
    [
        (minutes_ago(), None),
        (minutes_ago(50, 40, 30, 20), None),
        (minutes_ago(50, 40, 30, 20, 10), 50),
        (minutes_ago(61, 40, 30, 20, 0), None),
        (minutes_ago(59, 40, 30, 20, 0), 60),
        (minutes_ago(110, 100, 90, 80, 61), None),
        (minutes_ago(110, 100, 90, 80, 59), 1),
        (minutes_ago(5, 4, 3, 2, 1), 59),
    ],
)
def test_five_wrong_answers_within_an_hour_lock_for_an_hour(
    wrong_at: list[datetime], locked_minutes: int | None
) -> None:
    until = locked_until(wrong_at, NOW)
    expected = None if locked_minutes is None else NOW + timedelta(minutes=locked_minutes)
    assert until == expected


def application(*statuses: str) -> Application:
    steps = tuple(ApplicationStep(f"2026-11-0{n}", s) for n, s in enumerate(statuses, start=1))
    return Application("X-1", "SPLP", "kjri-penang", statuses[-1], steps)


@pytest.mark.parametrize(
    ("statuses", "to_come", "needed"),
    [
        (("received",), ["ready", "collected"], Need.WAIT),
        (("received", "needs_document"), ["ready", "collected"], Need.BRING_DOCUMENT),
        (("received", "interviewed", "printed"), ["ready", "collected"], Need.WAIT),
        (("received", "printed", "ready"), ["collected"], Need.COLLECT),
        (("received", "ready", "collected"), [], Need.NOTHING),
        (("received", "ready", "sent"), [], Need.NOTHING),
        (("received", "rejected"), [], Need.ASK),
        (("received", "cancelled"), [], Need.ASK),
    ],
)
def test_a_timeline_says_what_was_and_what_is_sure_to_follow(
    statuses: tuple[str, ...], to_come: list[str], needed: Need
) -> None:
    stages = timeline(application(*statuses))
    assert [stage.status for stage in stages if stage.at] == list(statuses)
    assert [stage.status for stage in stages if not stage.at] == to_come
    assert need(application(*statuses)) is needed
