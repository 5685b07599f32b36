"""The table from GeoNames' divisions to consular regions is whole and read strictly."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.geo.regions import REGIONS_FILE, Regions
from bot.messages import Location
from bot.storage.facts import SqlConsularFacts

HEADER = "country,admin1,region,outline,source,confidence\n"
TERRITORIES = {
    "Cocos (Keeling) Islands",
    "Christmas Island",
    "Puerto Rico",
    "US Virgin Islands",
    "US-administered Pacific islands",
}


def table() -> list[dict[str, str]]:
    with REGIONS_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_exactly_the_regions_of_the_jurisdictions(facts: SqlConsularFacts) -> None:
    countries = {mission.country for mission in facts.missions()}
    listed = {
        (country, row.iso3166_2 or row.region)
        for country in countries
        for row in facts.jurisdictions(country)
        if row.region and row.region not in TERRITORIES
    }

    assert {(row["country"], row["region"]) for row in table() if row["region"]} == listed


def test_every_row_says_where_it_comes_from_and_how_sure_it_is() -> None:
    for row in table():
        assert row["source"], row
        assert row["confidence"] in ("high", "medium", "low"), row


def test_the_first_row_that_holds_the_point_wins(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        HEADER
        + "XX,1,XX-A,10 10; 10 20; 20 20; 20 10,test,high\n"
        + "XX,1,,30 10; 30 20; 40 15,test,high\n"
        + "XX,1,XX-B,,test,high\n"
    )
    regions = Regions(path)

    assert regions.region("XX", "1", Location(15, 15)) == "XX-A"
    assert regions.region("XX", "1", Location(33, 15)) is None
    assert regions.region("XX", "1", Location(15, 25)) == "XX-B"
    assert regions.region("XX", "2", Location(15, 15)) is None


@pytest.mark.parametrize(
    "row", ["XX,1,XX-A,10 10; 20 20,test,high", "XX,1,XX-A,10 east; 1 1; 2 2,test,high", "XX,1"]
)
def test_a_wrong_row_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(HEADER + "XX,1,XX-A,,test,high\n" + row + "\n")

    with pytest.raises(SetupError, match="line 3"):
        Regions(path)


def test_a_missing_table_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        Regions(tmp_path / "nowhere.csv")
