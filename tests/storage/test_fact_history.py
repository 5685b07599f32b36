"""Is it known what changed, when and by whom, before it is done and ever after?"""

from __future__ import annotations

import csv
from datetime import date, datetime, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Engine

from bot.commands import database
from bot.consular.review import Interval, end_of, read_intervals, review_due
from bot.errors import SetupError
from bot.storage import fact_history, seeding
from bot.storage.fact_changes import Changes, describe
from bot.storage.stale_facts import load_intervals, stale_facts
from bot.storage.tables.facts import facts_state
from bot.storage.tables.records import fact_history as history_table

NUMBERS = {
    "country": "SG",
    "police": "998",
    "ambulance": "995",
    "fire": "995",
    "note_id": "",
    "note_en": "",
    "source": "letter of the embassy",
    "source_date": "2026-11-20",
    "confidence": "high",
}


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def numbers(folder: Path, **changes: str) -> Path:
    return write(folder / "emergency_numbers.csv", {**NUMBERS, **changes})


def police(engine: Engine) -> list[tuple[str, str | None, str | None, bool]]:
    found = fact_history.versions(engine, "emergency_numbers", ("SG",))
    return [(v.values["police"], v.written_by, v.ended_by, v.valid_to is None) for v in found]


def test_every_version_says_from_when_to_when_and_who(engine: Engine, tmp_path: Path) -> None:
    before = datetime.now(timezone.utc)
    seeding.seed(engine)
    seeding.import_file(engine, numbers(tmp_path), by="cli:rina")
    seeding.import_file(engine, numbers(tmp_path, police="997"), by="cli:budi")
    assert police(engine) == [
        ("999", "seed", "cli:rina", False),
        ("998", "cli:rina", "cli:budi", False),
        ("997", "cli:budi", None, True),
    ]
    versions = fact_history.versions(engine, "emergency_numbers", ("SG",))
    for older, newer in pairwise(versions):
        assert older.valid_to == newer.valid_from
    assert versions[0].valid_from is not None
    assert before <= versions[0].valid_from <= datetime.now(timezone.utc)


def test_a_removed_fact_ends_and_can_begin_again(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    removal = write(tmp_path / "emergency_numbers.csv", {**NUMBERS, "remove": "yes"})
    seeding.import_file(engine, removal, by="cli:rina")
    assert police(engine) == [("999", "seed", "cli:rina", False)]
    seeding.import_file(engine, numbers(tmp_path, police="999"), by="cli:budi")
    assert police(engine)[-1] == ("999", "cli:budi", None, True)


def test_what_changes_nothing_makes_no_version(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    seeding.import_file(engine, numbers(tmp_path), by="cli:rina")
    seeding.import_file(engine, numbers(tmp_path), by="cli:budi")
    seeding.seed(engine)
    assert len(police(engine)) == 2


def test_a_fact_older_than_the_history_is_kept_when_it_changes(
    engine: Engine, tmp_path: Path
) -> None:
    seeding.seed(engine)
    with engine.begin() as connection:
        connection.execute(delete(history_table))
    seeding.import_file(engine, numbers(tmp_path), by="cli:rina")
    old, new = fact_history.versions(engine, "emergency_numbers", ("SG",))
    assert (old.values["police"], old.valid_from, old.written_by) == ("999", None, None)
    assert (old.ended_by, new.written_by) == ("cli:rina", "cli:rina")


def test_people_have_no_history_in_the_facts(engine: Engine) -> None:
    seeding.seed(engine)
    with engine.connect() as connection:
        names = set(connection.execute(select(history_table.c.table_name)).scalars())
    assert "missions" in names
    assert not {"applications", "application_steps"} & names


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    seeding.seed(engine)
    path = write(
        tmp_path / "emergency_numbers.csv",
        {**NUMBERS, "remove": ""},
        {**NUMBERS, "country": "PW", "remove": ""},
        {**NUMBERS, "country": "MY", "remove": "yes"},
    )
    before = state(engine)
    changes = seeding.import_file(engine, path, dry_run=True)
    assert changes == Changes(added=1, changed=1, removed=1)
    assert state(engine) == before
    assert seeding.import_file(engine, path) == changes


def state(engine: Engine) -> tuple[int, int, list[object]]:
    with engine.connect() as connection:
        return (
            connection.execute(select(facts_state.c.version)).scalar_one(),
            connection.execute(select(func.count()).select_from(history_table)).scalar_one(),
            connection.execute(select(history_table).order_by(history_table.c.id)).all()[-1:],
        )


def test_the_diff_can_be_read(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    path = write(
        tmp_path / "emergency_numbers.csv",
        {**NUMBERS, "remove": ""},
        {**NUMBERS, "country": "MY", "remove": "yes"},
    )
    lines = describe(seeding.import_file(engine, path, dry_run=True))
    assert lines[0] == "~ emergency_numbers SG"
    assert "    police: 999 → 998" in lines
    assert "    ambulance: 995 → 995" not in lines
    assert lines[-1] == "- emergency_numbers MY"


def test_the_diff_shows_nothing_of_people(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    path = tmp_path / "applications.csv"
    path.write_text(
        "reference,service_code,mission_id,identity_hash,is_demo,birth_date,document_last4\n"
        f"PGS-2610-0442,SPLP,kjri-penang,{'a' * 64},yes,,\n",
        encoding="utf-8",
    )
    lines = describe(seeding.import_file(engine, path, dry_run=True))
    assert lines[0] == "~ applications PGS-2610-0442"
    assert "aaaa" not in "".join(lines)


def test_the_command_line_tells_and_does_the_same(tmp_path: Path) -> None:
    folder = str(tmp_path / "var")
    database.upgrade(folder)
    database.seed(folder)
    dry = database.import_file(folder, numbers(tmp_path), dry_run=True, by="rina")
    assert "would change: 0 added, 1 changed, 0 removed" in database.import_text(dry)
    wet = database.import_file(folder, numbers(tmp_path), by="rina")
    assert (wet["diff"], wet["dry_run"]) == (dry["diff"], False)
    versions = database.history(folder, "emergency_numbers", ["SG"])["versions"]
    assert [version["written_by"] for version in versions] == ["seed", "rina"]
    with pytest.raises(SetupError, match="a row is named by country"):
        database.history(folder, "emergency_numbers", ["SG", "x"])
    with pytest.raises(SetupError, match="no table"):
        database.history(folder, "applications", ["PGS-2610-0442"])


def test_the_list_of_stale_facts_can_be_read(tmp_path: Path) -> None:
    folder = str(tmp_path / "var")
    database.upgrade(folder)
    database.seed(folder)
    result = database.stale(folder)
    assert result["count"] == len(result["facts"]) == sum(result["by_table"].values()) > 0
    assert database.stale_text(result).count("\n") == result["count"]


def test_a_fact_is_stale_the_day_after_its_review_date(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    seeding.import_file(engine, numbers(tmp_path))
    intervals = {**load_intervals(), "emergency_numbers": Interval(2, {}, {})}

    def stale(today: date) -> list[str]:
        found = stale_facts(engine, intervals, today=today)
        return [fact.row for fact in found if fact.table == "emergency_numbers"]

    assert "SG" not in stale(date(2027, 1, 20))
    assert "SG" in stale(date(2027, 1, 21))


def test_a_fact_that_was_looked_at_again_is_fresh(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    path = numbers(tmp_path, source_date="2031-01-01")
    seeding.import_file(engine, path)
    found = stale_facts(engine, load_intervals(), today=date(2031, 2, 1))
    rows = {fact.row for fact in found if fact.table == "emergency_numbers"}
    assert "SG" not in rows
    assert "MY" in rows


@pytest.mark.parametrize(
    ("partial", "last"),
    [
        ("2024", date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2024-02-10", date(2024, 2, 10)),
    ],
)
def test_a_vague_date_counts_from_its_last_day(partial: str, last: date) -> None:
    assert end_of(partial) == last


def test_months_are_counted_to_the_same_day_or_the_last_of_the_month() -> None:
    assert review_due("2026-08-31", 6) == date(2027, 2, 28)
    assert review_due("2026-11-24", 12) == date(2027, 11, 24)


def test_a_doubtful_hotline_comes_round_sooner_than_a_sure_address() -> None:
    contacts = load_intervals()["contact_points"]
    assert contacts.months("low", "hotline") < contacts.months("high", "hotline")
    assert contacts.months("high", "hotline") < contacts.months("high", "email")


@pytest.mark.parametrize("months", [{"fees": {}}, {"fees": {"default": 0}}, {"fees": {"low": 3}}])
def test_an_interval_without_a_whole_number_of_months_is_refused(months: object) -> None:
    with pytest.raises(ValueError, match="fees"):
        read_intervals(months)


def test_a_table_without_a_review_interval_is_named(tmp_path: Path) -> None:
    path = tmp_path / "intervals.yml"
    path.write_text("months:\n  fees: {default: 6}\n", encoding="utf-8")
    with pytest.raises(SetupError, match="missions"):
        load_intervals(path)
