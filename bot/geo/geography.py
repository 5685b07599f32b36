"""Offline geography: borders from time-zone polygons, regions and towns from GeoNames."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from bot.errors import SetupError
from bot.geo.build import places_directory
from bot.geo.places import Named, Near, Places
from bot.geo.regions import Regions
from bot.geo.sphere import Floats, is_on_earth, vector
from bot.geo.zones import Zones
from bot.messages import Location
from bot.project import PROJECT
from bot.services.ports import GeoPlace

SEA_KM = 150.0
_NEIGHBOURS = 8  # towns that vote on the region
_CANDIDATES = 24  # towns that can give the name
_BLUR_KM = 0.3
_OTHER_ZONE = 0.05
_TOWN_KM = 3.0
_HAMLET = 500
_CITY = 100_000
_OTHER_NAME = 0.1
_ANTARCTIC = -60.0
_BUILD_SECONDS = 120


class OfflineGeography:
    """`Geography` without a network; builds its folder of towns if set-up has not.

    Args:
        root: the folder of built folders; `build/geo` of the project when None.

    Raises:
        SetupError: the folder cannot be built, or the table of regions is wrong.
    """

    def __init__(self, root: Path | None = None) -> None:
        directory = places_directory(root)
        if not directory.is_dir():
            _build_apart(root)
        self._places = Places(directory)
        self._regions = Regions()
        self._zones = Zones()

    def nearest(self, location: Location) -> GeoPlace | None:
        """The place a point lies in or next to; None for 0,0, impossible numbers and far at sea.

        Borders decide the country, in territorial waters too; elsewhere the nearest town within
        150 km does. Within a country the towns around vote on the region, those in the point's
        own time zone first, and the town that weighs most there gives its name.
        """
        if not is_on_earth(location):
            return None
        origin = vector(location)
        zones = self._zones.at(location)
        countries = {country for zone in zones for country in self._zones.countries(zone)}
        if countries and location.latitude < _ANTARCTIC:
            return GeoPlace(city="Antarctica", country="AQ", region=None, location=location)
        if not countries:
            around = self._places.near(origin, 1)
            if around[0].kilometres > SEA_KM:
                return None
            countries = {around[0].town.country}
        around = self._around(origin, countries)
        if not around:
            return _uninhabited(location, zones, min(countries))
        admin1 = _division(around[:_NEIGHBOURS], zones)
        country = around[0].town.country
        town = max((near for near in around if near.town.admin1 == admin1), key=_pull).town
        return GeoPlace(
            city=town.name,
            country=country,
            region=self._regions.region(country, admin1, location),
            location=town.location,
        )

    def city(self, name: str, country: str | None) -> GeoPlace | None:
        """The largest city of this name (in a country, if given); usual names before others."""
        found = [
            named
            for named in self._places.named(_bare(name))
            if country is None or named.town.country == country
        ]
        if not found:
            return None
        town = max(found, key=_weight).town
        return GeoPlace(
            city=town.name,
            country=town.country,
            region=self._regions.region(town.country, town.admin1, town.location),
            location=town.location,
        )

    def _around(self, origin: Floats, countries: set[str]) -> list[Near]:
        by_country = [
            towns
            for country in countries
            if (towns := self._places.near(origin, _CANDIDATES, country))
        ]
        return min(by_country, key=lambda towns: towns[0].kilometres, default=[])


def _bare(name: str) -> str:
    """Without what follows: `George Town, Penang`, `Manila (Makati City)`."""
    return name.partition("(")[0].partition(",")[0]


def _division(around: Sequence[Near], zones: Sequence[str]) -> str:
    """The division most towns around speak for: near ones louder, and large ones, being wider."""
    votes: dict[str, float] = defaultdict(float)
    for near in around:
        size = max(near.town.population, _HAMLET) ** 0.25
        vote = size / (near.kilometres + _BLUR_KM) ** 2
        votes[near.town.admin1] += vote if near.town.zone in zones else vote * _OTHER_ZONE
    return max(votes, key=votes.__getitem__)


def _pull(near: Near) -> float:
    return (near.town.population + _HAMLET) / (near.kilometres + _TOWN_KM) ** 2


def _weight(named: Named) -> tuple[bool, float]:
    """A city's own name before a larger one's other name: Dili is not Delhi."""
    population = named.town.population
    if named.is_usual:
        return population >= _CITY, population
    return False, population * _OTHER_NAME


def _uninhabited(location: Location, zones: Sequence[str], country: str) -> GeoPlace:
    """Land without towns, such as Wake Island: it has the name of its time zone."""
    name = zones[0].rsplit("/", 1)[-1].replace("_", " ")
    return GeoPlace(city=name, country=country, region=None, location=location)


def _build_apart(root: Path | None) -> None:
    """Builds in a process of its own: it needs 600 MB, which this one would keep."""
    command = [sys.executable, "-m", "bot.geo.build", *([str(root)] if root else [])]
    try:
        subprocess.run(command, cwd=PROJECT, check=True, timeout=_BUILD_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise SetupError(
            "the table of towns could not be built (python -m bot.geo.build)"
        ) from None
