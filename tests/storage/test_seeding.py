"""Do seeds, imports and exports keep the facts right, on both kinds of database?"""

from __future__ import annotations

import csv
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.errors import SetupError
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.storage.fact_files import InvalidFacts
from bot.storage.facts import SqlConsularFacts
from bot.storage.seeding import Changes
from bot.storage.tables.facts import FACT_TABLES, facts_state

HOTLINE = {
    "mission_id": "kbri-singapore",
    "position": "1",
    "kind": "hotline",
    "value": "+6592953964",
    "note_id": "darurat",
    "note_en": "emergencies",
    "source": "letter of the embassy",
    "source_date": "2026-11-20",
    "confidence": "high",
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seed files that a test may change."""
    return Path(shutil.copytree(seeding.SEED_FOLDER, tmp_path / "consular"))


def version_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(facts_state.c.version)).scalar_one())


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def hotline_of(engine: Engine) -> tuple[str, str]:
    mission = SqlConsularFacts(engine).mission("kbri-singapore")
    assert mission is not None
    hotlines = [point for point in mission.contacts if point.kind == "hotline"]
    return hotlines[0].value, hotlines[0].provenance.confidence.value


def test_seeding_twice_changes_nothing_the_second_time(engine: Engine) -> None:
    assert seeding.seed(engine).added > 2000
    version = version_of(engine)
    assert seeding.seed(engine) == Changes()
    assert version_of(engine) == version


def test_what_export_writes_import_takes_back(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    seeding.seed(engine)
    files = seeding.export(engine, tmp_path / "out")
    assert [file.name for file in files] == [f"{table.name}.csv" for table in FACT_TABLES]
    other = make_engine(f"sqlite:///{tmp_path / 'other.db'}")
    schema.upgrade(other)
    seeding.import_file(other, tmp_path / "out")
    seeding.export(other, tmp_path / "again")
    for file in files:
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    assert seeding.import_file(engine, tmp_path / "out") == Changes()
    other.dispose()


def test_files_about_people_are_readable_by_their_owner_alone(
    engine: Engine, tmp_path: Path
) -> None:
    for file in seeding.export(engine, tmp_path / "out"):
        is_private = file.stat().st_mode & 0o077 == 0
        assert is_private == file.name.startswith("application")


def test_a_corrected_row_outranks_every_later_seed(
    engine: Engine, seeds: Path, tmp_path: Path
) -> None:
    seeding.seed(engine, seeds)
    assert hotline_of(engine) == ("+6592953964", "low")
    changes = seeding.import_file(engine, write(tmp_path / "contact_points.csv", HOTLINE))
    assert changes == Changes(changed=1)
    assert seeding.seed(engine, seeds) == Changes()
    assert hotline_of(engine) == ("+6592953964", "high")


def test_an_import_leaves_the_rows_that_it_does_not_name(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    facts = SqlConsularFacts(engine)
    before = {mission.id: len(mission.contacts) for mission in facts.missions()}
    new = {**HOTLINE, "value": "+6561234567"}
    seeding.import_file(engine, write(tmp_path / "contact_points.csv", new))
    facts.refresh()
    after = {mission.id: len(mission.contacts) for mission in facts.missions()}
    assert after == {**before, "kbri-singapore": before["kbri-singapore"] + 1}


def test_a_row_that_was_taken_out_is_not_brought_back_by_a_seed(
    engine: Engine, tmp_path: Path
) -> None:
    seeding.seed(engine)
    gone = {
        name: HOTLINE[name] if name in ("mission_id", "kind", "value") else "" for name in HOTLINE
    }
    path = write(tmp_path / "contact_points.csv", {**gone, "remove": "yes"})
    assert seeding.import_file(engine, path) == Changes(removed=1)
    assert seeding.import_file(engine, path) == Changes()
    assert seeding.seed(engine) == Changes()
    mission = SqlConsularFacts(engine).mission("kbri-singapore")
    assert mission is not None
    assert HOTLINE["value"] not in [point.value for point in mission.contacts]
    exported = seeding.export(engine, tmp_path / "out")[1].read_text(encoding="utf-8")
    assert HOTLINE["value"] not in exported


def test_a_row_that_leaves_the_seed_files_leaves_the_facts_and_can_come_back(
    engine: Engine, seeds: Path
) -> None:
    seeding.seed(engine, seeds)
    path = seeds / "populations.csv"
    whole = path.read_text(encoding="utf-8")
    path.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert seeding.seed(engine, seeds) == Changes(removed=1)
    assert SqlConsularFacts(engine).population(None) is None
    path.write_text(whole, encoding="utf-8")
    assert seeding.seed(engine, seeds) == Changes(changed=1)
    assert SqlConsularFacts(engine).population(None) is not None


def test_a_changed_seed_row_is_changed_in_the_facts(engine: Engine, seeds: Path) -> None:
    seeding.seed(engine, seeds)
    path = seeds / "emergency_numbers.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("SG,999,995", "SG,998,995"), encoding="utf-8"
    )
    assert seeding.seed(engine, seeds) == Changes(changed=1)
    numbers = SqlConsularFacts(engine).emergency_numbers("SG")
    assert numbers is not None
    assert numbers.police == "998"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "contact_points.csv",
            "kbri-abu-dhabi,1,",
            "kbri-atlantis,1,",
            "line 2, column mission_id",
        ),
        ("fees.csv", "ADOPTION_CERT,,", "ADOPTION,,", "line 2, column service_code"),
        ("demo_applications.yml", "kjri-penang", "kjri-pinang", "line 7, column mission_id"),
        ("missions.csv", ",AE,", ",UAE,", "line 2, column country"),
        ("guidance.yml", "kind: GENERAL", "kind: general", "column kind"),
        ("services.yml", "    is_main: yes", "    is_main: main", "column is_main"),
    ],
)
def test_a_wrong_seed_is_named_and_nothing_is_stored(
    engine: Engine, seeds: Path, file: str, old: str, new: str, expected: str
) -> None:
    path = seeds / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidFacts) as caught:
        seeding.seed(engine, seeds)
    assert any(f"{file}, " in str(p) and expected in str(p) for p in caught.value.problems)
    with engine.connect() as connection:
        assert all(connection.execute(select(table)).first() is None for table in FACT_TABLES)


def test_two_processes_may_seed_at_once(engine: Engine, database_url: str) -> None:
    engines = [make_engine(database_url) for _ in range(2)]
    results: list[object] = []

    def run(mine: Engine) -> None:
        try:
            results.append(seeding.seed(mine))
        except BaseException as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(mine,)) for mine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in engines:
        mine.dispose()
    added = sorted(result.added for result in results if isinstance(result, Changes))
    assert added[0] == 0 < added[1]


def test_a_missing_file_or_folder_is_one_clear_line(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nowhere"):
        seeding.seed(engine, tmp_path / "nowhere")
    with pytest.raises(SetupError, match=r"missing\.csv: cannot be read"):
        seeding.import_file(engine, tmp_path / "missing.csv")


def test_an_export_to_where_nothing_can_be_written_is_one_clear_line(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be written"):
        seeding.export(engine, tmp_path / "file")


def test_seeding_a_database_without_schema_says_what_to_do(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(SetupError, match="db upgrade"):
        seeding.seed(engine)
    engine.dispose()
