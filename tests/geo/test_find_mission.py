"""Which mission a place means: what is named, where it is, and who is responsible there."""

from __future__ import annotations

import math

import pytest

from bot.consular.place import Place
from bot.messages import Location
from bot.services.find_mission import FindMission

JOHOR = Location(1.4655, 103.7578)
AT_SEA = Location(-25.0, 80.0)


def ids(find_mission: FindMission, place: Place) -> tuple[str | None, tuple[str, ...]]:
    found = find_mission(place)
    return (
        found.mission.id if found.mission else None,
        tuple(mission.id for mission in found.others),
    )


def test_nothing_told_is_no_mission_and_no_country(find_mission: FindMission) -> None:
    found = find_mission(Place())

    assert found.mission is None
    assert found.country is None
    assert found.others == ()


def test_a_named_mission_wins_over_the_place(find_mission: FindMission) -> None:
    found = find_mission(Place(mission_id="kbri-tokyo", location=JOHOR))

    assert found.mission and found.mission.id == "kbri-tokyo"
    assert found.country == "JP"


def test_an_unknown_mission_leaves_the_place_to_decide(find_mission: FindMission) -> None:
    assert ids(find_mission, Place(mission_id="kbri-atlantis", country="SG")) == (
        "kbri-singapore",
        (),
    )


def test_a_country_alone_gives_the_embassy_and_names_the_consulates(
    find_mission: FindMission,
) -> None:
    mission, others = ids(find_mission, Place(country="MY"))

    assert mission == "kbri-kuala-lumpur"
    assert set(others) == {
        "kjri-johor-bahru",
        "kjri-kota-kinabalu",
        "kjri-kuching",
        "kjri-penang",
        "kri-tawau",
    }


def test_a_city_decides_between_embassy_and_consulates(find_mission: FindMission) -> None:
    assert ids(find_mission, Place(country="AU", city="Fremantle")) == ("kjri-perth", ())
    assert ids(find_mission, Place(country="AU", city="Canberra")) == ("kbri-canberra", ())


def test_a_city_without_a_country_is_enough(find_mission: FindMission) -> None:
    assert ids(find_mission, Place(city="Jeddah")) == ("kjri-jeddah", ())


def test_an_unknown_city_leaves_the_country_to_decide(find_mission: FindMission) -> None:
    mission, others = ids(find_mission, Place(country="JP", city="Nusantara Raya Tengah"))

    assert (mission, others) == ("kbri-tokyo", ("kjri-osaka",))


def test_a_location_wins_over_city_and_country(find_mission: FindMission) -> None:
    place = Place(country="SG", city="Singapore", location=JOHOR)

    assert ids(find_mission, place) == ("kjri-johor-bahru", ())


@pytest.mark.parametrize(
    "location", [AT_SEA, Location(0.0, 0.0), Location(math.nan, 1.0), Location(200.0, 1.0)]
)
def test_an_unclear_location_leaves_city_and_country_to_decide(
    location: Location, find_mission: FindMission
) -> None:
    assert ids(find_mission, Place(location=location)) == (None, ())
    assert ids(find_mission, Place(location=location, city="Davao")) == ("kjri-davao-city", ())
    assert ids(find_mission, Place(location=location, country="HK")) == ("kjri-hong-kong", ())


@pytest.mark.parametrize(
    ("country", "mission"),
    [
        ("AD", "kbri-paris"),
        ("TV", "kbri-suva"),
        ("KI", "kbri-suva"),
        ("MO", "kjri-hong-kong"),
        ("IL", "kbri-amman"),
        ("CX", "kjri-perth"),
        ("GU", "kjri-los-angeles"),
        ("TW", "kdei-taipei"),
        ("VA", "kbri-holy-see"),
        ("CH", "kbri-bern"),
    ],
)
def test_accreditation_reaches_beyond_the_country_of_the_office(
    country: str, mission: str, find_mission: FindMission
) -> None:
    found = find_mission(Place(country=country))

    assert found.mission and found.mission.id == mission
    assert found.country == country


def test_an_embassy_for_the_country_comes_before_one_next_door(find_mission: FindMission) -> None:
    assert ids(find_mission, Place(country="YE")) == ("kbri-sanaa", ("kbri-muscat",))


@pytest.mark.parametrize("country", ["XK", "EH", "SS", "AQ"])
def test_no_mission_is_named_where_none_is_established(
    country: str, find_mission: FindMission
) -> None:
    found = find_mission(Place(country=country))

    assert found.mission is None
    assert found.others == ()
    assert found.country == country


@pytest.mark.parametrize(
    "place",
    [Place(country="ID"), Place(city="Surabaya"), Place(location=Location(4.14, 117.665))],
)
def test_home_has_no_mission(place: Place, find_mission: FindMission) -> None:
    found = find_mission(place)

    assert found.mission is None
    assert found.country == "ID"
