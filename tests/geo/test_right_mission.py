"""A shared location leads to the mission that the jurisdiction facts name."""

from __future__ import annotations

import time

import pytest

from bot.consular.place import Place
from bot.geo.geography import OfflineGeography
from bot.services.find_mission import HOME, FindMission
from bot.storage.facts import SqlConsularFacts
from tests.geo.table import Row, rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[row.place for row in ROWS])
def test_a_location_leads_to_its_mission(row: Row, find_mission: FindMission) -> None:
    found = find_mission(Place(location=row.location))

    assert found.country == row.country, row.why
    assert (found.mission.id if found.mission else None) == row.mission_id, row.why


def test_the_table_says_what_the_facts_say(facts: SqlConsularFacts) -> None:
    for row in ROWS:
        if row.country in (None, HOME):
            assert row.mission_id is None, row
            continue
        jurisdictions = facts.jurisdictions(row.country)
        serving = {
            jurisdiction.mission_id
            for jurisdiction in jurisdictions
            if (jurisdiction.iso3166_2 or jurisdiction.region) == row.region
        }
        assert row.mission_id in (serving or {None}), row


def test_the_table_covers_every_consular_region_that_has_clear_limits(
    facts: SqlConsularFacts,
) -> None:
    covered = {(row.country, row.region) for row in ROWS}
    territories = {
        "Cocos (Keeling) Islands": "CC",
        "Christmas Island": "CX",
        "Puerto Rico": "PR",
        "US Virgin Islands": "VI",
        "US-administered Pacific islands": "GU",
    }
    unclear = {"part of Central Highlands"}
    countries = {mission.country for mission in facts.missions()}
    for country in countries:
        for jurisdiction in facts.jurisdictions(country):
            name = jurisdiction.region
            if name in territories:
                assert (territories[name], None) in covered
            elif name not in unclear:
                assert (country, jurisdiction.iso3166_2 or name) in covered, jurisdiction


def test_the_table_is_large_and_covers_every_mission_that_serves_a_place(
    facts: SqlConsularFacts,
) -> None:
    served = {row.mission_id for row in ROWS}

    assert len(ROWS) >= 1000
    assert {mission.id for mission in facts.missions() if mission.kind != "PTRI"} <= served


def test_the_region_itself_is_right_for_ninety_nine_of_a_hundred(
    geography: OfflineGeography,
) -> None:
    wrong = []
    for row in ROWS:
        spot = geography.nearest(row.location)
        if (spot.region if spot else None) != row.region:
            wrong.append(row.place)

    assert len(wrong) <= len(ROWS) / 100, wrong


def test_a_look_up_is_fast_enough_to_sit_in_front_of_every_card(find_mission: FindMission) -> None:
    find_mission(Place(location=ROWS[0].location))
    took = []
    for row in ROWS:
        start = time.process_time()
        find_mission(Place(location=row.location))
        took.append(time.process_time() - start)

    assert sorted(took)[len(took) // 2] < 0.005
