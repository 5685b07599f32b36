"""Points and names become countries, regions and towns, offline."""

from __future__ import annotations

import math

import pytest

from bot.geo.geography import OfflineGeography
from bot.messages import Location

IMPOSSIBLE = {
    "what a device without a fix sends": (0.0, 0.0),
    "not a number": (math.nan, 103.7),
    "not a number either": (1.4, math.nan),
    "infinite": (math.inf, 0.0),
    "minus infinite": (1.0, -math.inf),
    "latitude over 90": (90.01, 10.0),
    "latitude under -90": (-91.0, 10.0),
    "longitude over 180": (1.3, 180.5),
    "longitude under -180": (1.3, -1037.0),
}


@pytest.mark.parametrize("degrees", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_places_are_no_place(
    degrees: tuple[float, float], geography: OfflineGeography
) -> None:
    assert geography.nearest(Location(*degrees)) is None


@pytest.mark.parametrize("longitude", [-180.0, 0.0, 180.0])
def test_the_north_pole_is_no_place(longitude: float, geography: OfflineGeography) -> None:
    assert geography.nearest(Location(90.0, longitude)) is None


@pytest.mark.parametrize("latitude", [-90.0, -80.0, -77.85])
def test_antarctica_is_a_country_of_its_own(latitude: float, geography: OfflineGeography) -> None:
    spot = geography.nearest(Location(latitude, 0.0))

    assert spot and spot.country == "AQ"


def test_close_to_zero_is_not_zero(geography: OfflineGeography) -> None:
    spot = geography.nearest(Location(0.3365, 6.7273))

    assert spot and spot.country == "ST"


def test_at_sea_the_coast_within_150_km_counts(geography: OfflineGeography) -> None:
    near = geography.nearest(Location(-33.9, 17.2))
    far = geography.nearest(Location(-33.9, 14.0))

    assert near and near.country == "ZA"
    assert far is None


def test_territorial_waters_belong_to_the_country_not_to_the_nearest_town(
    geography: OfflineGeography,
) -> None:
    spot = geography.nearest(Location(1.2300, 103.8900))

    assert spot and spot.country == "SG"


def test_empty_land_far_from_any_town_is_still_in_its_country(geography: OfflineGeography) -> None:
    spot = geography.nearest(Location(-25.5, 124.5))

    assert spot and (spot.country, spot.region) == ("AU", "AU-WA")


@pytest.mark.parametrize("longitude", [180.0, -180.0])
def test_both_sides_of_the_date_line_are_the_same_place(
    longitude: float, geography: OfflineGeography
) -> None:
    spot = geography.nearest(Location(-16.8, longitude))

    assert spot and spot.country == "FJ"


@pytest.mark.parametrize(
    ("latitude", "longitude", "city"),
    [
        (1.4660, 103.7600, "Johor Bahru"),
        (3.1579, 101.7116, "Kuala Lumpur"),
        (21.4225, 39.8262, "Makkah"),
        (22.3193, 114.1694, "Mong Kok"),
        (48.8584, 2.2945, "Paris"),
    ],
)
def test_a_point_has_the_name_of_the_town_that_people_would_say(
    latitude: float, longitude: float, city: str, geography: OfflineGeography
) -> None:
    spot = geography.nearest(Location(latitude, longitude))

    assert spot and spot.city == city


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Perth", None, ("AU", "AU-WA")),
        ("perth", "GB", ("GB", None)),
        ("Mecca", None, ("SA", "SA-02")),
        ("Makkah", None, ("SA", "SA-02")),
        ("Mekkah", None, ("SA", "SA-02")),
        ("Medina", "SA", ("SA", "SA-03")),
        ("Dili", None, ("TL", None)),
        ("Islamabad", None, ("PK", None)),
        ("Ansan", None, ("KR", None)),
        ("SAO PAULO", None, ("BR", None)),
        ("München", None, ("DE", "DE-BY")),
        ("Cologne", None, ("DE", "DE-NW")),
        ("New York", None, ("US", "US-NY")),
        ("George Town, Penang", "MY", ("MY", "MY-07")),
        ("Johor", None, ("MY", "MY-01")),
        ("Tawau", None, ("MY", "Tawau district, Sabah")),
        ("Victoria", "CA", ("CA", "CA-BC")),
        ("Saigon", None, ("VN", "Southeast region")),
        ("Hyderabad", "PK", ("PK", "PK-SD")),
    ],
)
def test_a_city_is_found_by_its_names(
    name: str, country: str | None, expected: tuple[str, str | None], geography: OfflineGeography
) -> None:
    spot = geography.city(name, country)

    assert spot and (spot.country, spot.region) == expected


@pytest.mark.parametrize("name", ["", "   ", "😀", "(Makati)", "Nusantara Raya", "x" * 10_000])
def test_what_is_no_city_is_not_found(name: str, geography: OfflineGeography) -> None:
    assert geography.city(name, None) is None


def test_a_city_is_not_looked_for_in_another_country(geography: OfflineGeography) -> None:
    assert geography.city("Kota Kinabalu", "JP") is None
