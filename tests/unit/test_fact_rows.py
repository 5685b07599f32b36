"""Is every wrong row of a facts file found, and named by file, line and column?"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.fact_files import InvalidFacts, read_path
from bot.storage.fact_rows import check_rows

MISSION = {
    "id": "kjri-example",
    "kind": "KJRI",
    "name_id": "KJRI Contoh",
    "name_en": "Consulate General in Example",
    "city": "Example",
    "country": "MY",
    "address": "Jalan Contoh 1",
    "latitude": "3.1",
    "longitude": "101.7",
    "timezone": "Asia/Kuala_Lumpur",
    "working_hours_id": "",
    "working_hours_en": "",
    "note_id": "",
    "note_en": "",
    "source": "a test",
    "source_date": "2026-05-01",
    "confidence": "high",
}
CONTACT = {
    "mission_id": "kjri-example",
    "position": "1",
    "kind": "phone",
    "value": "+60175007047",
    "note_id": "",
    "note_en": "",
    "source": "a test",
    "source_date": "2026",
    "confidence": "medium",
}
FEE = {
    "service_code": "SPLP",
    "mission_id": "",
    "variant": "standard",
    "position": "1",
    "label_id": "Surat jalan",
    "label_en": "Travel document",
    "amount": "100000",
    "currency": "IDR",
    "valid_from": "2024-12",
    "source": "a test",
    "source_date": "2024-12",
    "confidence": "high",
}
JURISDICTION = {
    "country": "MY",
    "position": "1",
    "region": "Johor",
    "iso3166_2": "MY-01",
    "is_partial": "no",
    "mission_id": "kjri-example",
    "basis": "resident",
    "source": "a test",
    "source_date": "2026-05",
    "confidence": "high",
}
NUMBERS = {
    "country": "MY",
    "police": "999",
    "ambulance": "999",
    "fire": "994",
    "note_id": "",
    "note_en": "",
    "source": "a test",
    "source_date": "2026",
    "confidence": "high",
}
ROWS = {
    "missions": MISSION,
    "contact_points": CONTACT,
    "fees": FEE,
    "jurisdictions": JURISDICTION,
    "emergency_numbers": NUMBERS,
}


def write(folder: Path, table: str, *rows: dict[str, str], separator: str = ",") -> Path:
    path = folder / f"{table}.csv"
    lines = [separator.join(rows[0])]
    lines += [separator.join(f'"{value}"' for value in row.values()) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(InvalidFacts) as caught:
        check_rows(read_path(path))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("table", ROWS)
def test_a_right_row_is_taken(tmp_path: Path, table: str) -> None:
    rows = check_rows(read_path(write(tmp_path, table, ROWS[table])))
    assert len(rows[table]) == 1


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("missions", "country", "XX"),
        ("missions", "country", "my"),
        ("missions", "country", ""),
        ("missions", "latitude", "91"),
        ("missions", "longitude", "east"),
        ("missions", "latitude", "nan"),
        ("missions", "timezone", "Asia/Atlantis"),
        ("missions", "kind", "EMBASSY"),
        ("missions", "id", "KJRI Example"),
        ("missions", "name_en", ""),
        ("missions", "address", " Jalan Contoh 1"),
        ("missions", "source", ""),
        ("missions", "source_date", ""),
        ("missions", "source_date", "2026-13"),
        ("missions", "source_date", "2026-02-30"),
        ("missions", "source_date", "1 May 2026"),
        ("missions", "source_date", "undated"),
        ("missions", "confidence", "sure"),
        ("missions", "confidence", ""),
        ("contact_points", "value", "017-500 7047"),
        ("contact_points", "value", "60175007047"),
        ("contact_points", "value", "+60 17 500 7047"),
        ("contact_points", "value", "+6.0175E+10"),
        ("contact_points", "kind", "fax"),
        ("contact_points", "position", "first"),
        ("fees", "amount", "Rp100.000"),
        ("fees", "amount", "100,000"),
        ("fees", "amount", "-1"),
        ("fees", "amount", "NaN"),
        ("fees", "amount", "12.345"),
        ("fees", "amount", "1e5"),
        ("fees", "amount", "123456789012345"),
        ("fees", "currency", "RUPIAH"),
        ("fees", "currency", "ZZZ"),
        ("fees", "currency", "idr"),
        ("fees", "valid_from", "soon"),
        ("fees", "service_code", "splp"),
        ("jurisdictions", "iso3166_2", "MY-99"),
        ("jurisdictions", "iso3166_2", "my-01"),
        ("jurisdictions", "iso3166_2", "SG-01"),
        ("jurisdictions", "region", ""),
        ("jurisdictions", "is_partial", "true"),
        ("jurisdictions", "basis", "maybe"),
        ("emergency_numbers", "police", "+60999"),
        ("emergency_numbers", "fire", "1"),
    ],
)
def test_a_wrong_value_is_named_by_file_line_and_column(
    tmp_path: Path, table: str, column: str, value: str
) -> None:
    found = problems_of(write(tmp_path, table, {**ROWS[table], column: value}))
    assert len(found) == 1
    assert found[0].startswith(f"{table}.csv, line 2, column {column}: ")


def test_the_line_is_that_of_the_wrong_row(tmp_path: Path) -> None:
    other = {**MISSION, "id": "kjri-other"}
    path = write(tmp_path, "missions", other, {**MISSION, "timezone": "Mars/Base"})
    assert problems_of(path)[0].startswith("missions.csv, line 3, column timezone: ")


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "kjri.example"), ("website", "kemlu.go.id"), ("hotline", "112")]
)
def test_a_contact_must_be_of_its_kind(tmp_path: Path, kind: str, value: str) -> None:
    path = write(tmp_path, "contact_points", {**CONTACT, "kind": kind, "value": value})
    assert problems_of(path)[0].startswith("contact_points.csv, line 2, column value: ")


@pytest.mark.parametrize("side", ["id", "en"])
def test_a_text_in_one_language_only_is_refused(tmp_path: Path, side: str) -> None:
    path = write(tmp_path, "missions", {**MISSION, f"note_{side}": "Pindah. / Moved."})
    missing = "en" if side == "id" else "id"
    assert problems_of(path)[0].startswith(f"missions.csv, line 2, column note_{missing}: ")


def test_the_same_row_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "missions", MISSION, {**MISSION, "address": "Jalan Lain 2"})
    assert problems_of(path) == [
        "missions.csv, line 3, column id: the same row stands in missions.csv, line 2"
    ]


def test_every_problem_is_reported_not_only_the_first(tmp_path: Path) -> None:
    wrong = {**MISSION, "country": "XX", "timezone": "Mars/Base", "confidence": "?"}
    found = problems_of(write(tmp_path, "missions", wrong))
    assert [line.split(":")[0].rsplit(" ", 1)[1] for line in found] == [
        "country",
        "timezone",
        "confidence",
    ]


def test_a_problem_never_repeats_what_the_cell_says(tmp_path: Path) -> None:
    found = problems_of(write(tmp_path, "missions", {**MISSION, "country": "3 Mei 1990"}))
    assert "1990" not in found[0]


def test_a_file_from_a_spreadsheet_with_semicolons_and_a_mark_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "fees", FEE, separator=";")
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(check_rows(read_path(path))["fees"]) == 1


def test_a_file_of_another_name_is_known_by_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "fees", FEE).rename(tmp_path / "tarif-penang-2026.csv")
    assert list(check_rows(read_path(path))) == ["fees"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("fees.csv", "amount,currency\n1,IDR\n", "fees.csv, line 1, column service_code: "),
        ("list.csv", "a,b\n1,2\n", "list.csv, line 1: is no file of facts"),
        ("list.csv", "", "list.csv, line 1: is no file of facts"),
        ("populations.csv", "country,citizens,source,source_date,confidence\nMY,1\n", "line 2"),
        ("services.yml", "services: [\n", "services.yml, line 2: is not YAML"),
        ("services.yml", "services:\n  code: A\n", "services.yml, line 2"),
        ("services.yml", "soup: []\n", "services.yml, line 1, column soup"),
        ("services.yml", "services:\n- code: A\n  colour: red\n", "line 3, column colour"),
        ("services.yml", "services:\n- code: A\n  code: B\n", "line 3, column code"),
        ("services.yml", "services:\n- code: A\n  soup: {id: ada}\n", "line 3, column soup_id"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert any(expected in line for line in problems_of(tmp_path / name))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "missions", MISSION)
    path.write_bytes(path.read_bytes() + b"\xff\xfe")
    assert problems_of(path) == ["missions.csv, line 1: is not UTF-8 text"]


def test_a_requirement_without_english_is_named_by_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "services.yml"
    path.write_text(
        "services:\n"
        "- code: SPLP\n"
        "  intent: travel_document\n"
        "  is_main: yes\n"
        "  name: {id: SPLP, en: SPLP}\n"
        "  who: {id: WNI, en: Citizens}\n"
        "  requirements:\n"
        "  - {id: Formulir, en: Form}\n"
        "  - {id: Pasfoto}\n"
        "  source: a test\n"
        "  source_date: 2026-05-01\n"
        "  confidence: high\n",
        encoding="utf-8",
    )
    assert problems_of(path) == ["services.yml, line 9, column text_en: is empty"]
