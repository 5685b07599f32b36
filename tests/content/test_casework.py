"""Do the desk's tables fit the missions, the intents and one another?"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from bot.casework.case import Function, Priority
from bot.casework.officers import KEMLU_DESK
from bot.casework.timetable import LADDER, TimerKind
from bot.consular.facts import Bilingual, Confidence, Mission, Provenance
from bot.content.casework import FOLDER, Timetables, load_subjects, load_timetables
from bot.errors import SetupError
from bot.messages import Location

ROOT = Path(__file__).resolve().parents[2]
TUESDAY = datetime(2026, 11, 24, tzinfo=timezone.utc)


def _missions() -> dict[str, Mission]:
    with (ROOT / "data" / "consular" / "missions.csv").open(encoding="utf-8") as file:
        return {row["id"]: _mission(row) for row in csv.DictReader(file)}


def _mission(row: dict[str, str]) -> Mission:
    return Mission(
        id=row["id"],
        kind=row["kind"],
        name=Bilingual(row["name_id"], row["name_en"]),
        city=row["city"],
        country=row["country"],
        address=row["address"],
        location=Location(float(row["latitude"]), float(row["longitude"])),
        timezone=row["timezone"],
        working_hours=None,
        contacts=(),
        provenance=Provenance("test", "2026", Confidence.LOW),
    )


MISSIONS = _missions()


@pytest.fixture(scope="module")
def timetables() -> Timetables:
    return load_timetables(MISSIONS.get)


def test_every_mission_opens_within_two_weeks(timetables: Timetables) -> None:
    for mission in (*MISSIONS, KEMLU_DESK, None):
        opens = timetables.of(mission).hours.next_opening(TUESDAY)
        assert opens is not None and opens < TUESDAY + timedelta(days=14), mission


def test_only_published_hours_are_no_assumption(timetables: Timetables) -> None:
    known = {each for each in MISSIONS if not timetables.of(each).hours.is_assumed}
    assert known == {"kbri-astana", "kjri-frankfurt"}
    assert timetables.of(None).hours.is_assumed


def test_published_hours_name_their_source_and_a_mission_that_exists() -> None:
    data = yaml.safe_load((FOLDER / "hours.yml").read_text(encoding="utf-8"))
    assert set(data["missions"]) <= set(MISSIONS)
    assert all(row["is_assumption"] or row["source"] for row in data["missions"].values())


def test_desks_rest_on_the_host_countrys_weekend(timetables: Timetables) -> None:
    saudi = timetables.of("kjri-jeddah").hours
    assert [bool(day) for day in saudi.week] == [True] * 4 + [False, False, True]


def test_an_unknown_mission_has_jakartas_hours(timetables: Timetables) -> None:
    assert timetables.of("kbri-atlantis") == timetables.of(KEMLU_DESK)


def test_a_danger_to_life_climbs_in_3_6_10_and_15_minutes(timetables: Timetables) -> None:
    at_night = TUESDAY + timedelta(hours=18)
    timers = timetables.of("kbri-singapore").waiting(Priority.P1, at_night)
    assert [timer.kind for timer in timers] == list(LADDER)
    assert [(t.due_at - at_night).total_seconds() / 60 for t in timers] == [3, 6, 10, 15]


def test_the_rest_climbs_in_office_hours(timetables: Timetables) -> None:
    timetable = timetables.of("kbri-singapore")
    at_night = TUESDAY + timedelta(hours=18)
    for timer in timetable.waiting(Priority.P3, at_night):
        before = timer.due_at - timedelta(seconds=1)
        assert timetable.hours.is_open(before), timer.kind


def test_each_step_of_a_ladder_comes_after_the_one_before(timetables: Timetables) -> None:
    for pace in timetables.of(None).paces.values():
        steps = [pace.minutes[kind] for kind in LADDER]
        assert steps == sorted(set(steps))
        assert pace.minutes[TimerKind.WARN_SILENT] < pace.minutes[TimerKind.GIVE_BACK]


def test_every_subject_is_an_intent_and_emergencies_go_to_protection_first() -> None:
    subjects = load_subjects()
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {next(iter(each)) if isinstance(each, dict) else each for each in domain["intents"]}
    own = {"assistant_failed"}
    assert set(subjects.by_subject) - own <= intents
    for intent in (each for each in intents if each.startswith("emergency_")):
        routing = subjects.routing(intent) if intent != "emergency_numbers" else None
        assert routing is None or routing.function is Function.PROTECTION
        assert routing is None or routing.priority in (Priority.P1, Priority.P2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hours.yml", "default: {}"),
        ("hours.yml", "[not, a, mapping]"),
        ("paces.yml", "P1: {clock: sometimes}"),
        ("subjects.yml", "default: {function: consular, priority: P9, reason: asked}"),
        ("subjects.yml", "- : ["),
    ],
)
def test_a_wrong_file_is_named(name: str, text: str, tmp_path: Path) -> None:
    for each in ("hours.yml", "paces.yml", "subjects.yml"):
        (tmp_path / each).write_text((FOLDER / each).read_text(encoding="utf-8"))
    (tmp_path / name).write_text(text)
    load: Callable[[], object] = (
        (lambda: load_subjects(tmp_path))
        if name == "subjects.yml"
        else (lambda: load_timetables(MISSIONS.get, tmp_path))
    )
    with pytest.raises(SetupError, match=name):
        load()
