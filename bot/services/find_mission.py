"""Which mission serves a citizen: by what they named, by where they are, by jurisdiction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from bot.consular.facts import Jurisdiction, Mission
from bot.consular.place import Place
from bot.messages import Location
from bot.services.ports import ConsularFacts, Geography, GeoPlace

HOME = "ID"
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class FoundMission:
    """The mission that serves a place.

    Args:
        mission: None where it is not known (no place told, or no mission for it).
        others: further missions of the country, if the place does not decide between them.
        country: the country that was meant (ISO 3166-1 alpha-2).
    """

    mission: Mission | None
    others: tuple[Mission, ...] = ()
    country: str | None = None


class FindMission:
    """The use-case; jurisdiction decides, distance only where jurisdiction does not."""

    def __init__(self, facts: ConsularFacts, geography: Geography) -> None:
        self._facts = facts
        self._geography = geography

    def __call__(self, place: Place) -> FoundMission:
        """Finds the mission for a place: a mission named wins, then a point, a city, a country."""
        if place.mission_id:
            mission = self._facts.mission(place.mission_id)
            if mission:
                return FoundMission(mission, country=mission.country)
        spot = self._spot(place)
        country = spot.country if spot else place.country
        if country is None or country == HOME:
            return FoundMission(None, country=country)
        region = spot.region if spot else place.region
        return self._serving(country, spot, region=region)

    def _spot(self, place: Place) -> GeoPlace | None:
        spot = self._geography.nearest(place.location) if place.location else None
        if spot is None and place.city:
            spot = self._geography.city(place.city, place.country)
        return spot

    def _serving(self, country: str, spot: GeoPlace | None, *, region: str | None) -> FoundMission:
        rows = self._facts.jurisdictions(country)
        if region:
            listed = self._missions([row for row in rows if _region(row) == region], country)
            if listed:
                return FoundMission(listed[0], country=country)
        of_whole = self._missions([row for row in rows if row.region is None], country)
        of_parts = self._missions([row for row in rows if row.region is not None], country)
        if spot and of_whole:
            # A region in no consulate's list is the embassy's, however far it is.
            missions = of_whole
        elif spot:
            missions = sorted(of_parts, key=lambda m: kilometres(m.location, spot.location))
        else:
            missions = _unique([*of_whole, *of_parts])
        if not missions:
            return FoundMission(None, country=country)
        return FoundMission(missions[0], others=tuple(missions[1:]), country=country)

    def _missions(self, rows: Sequence[Jurisdiction], country: str) -> list[Mission]:
        """Their missions in the order of the rows, but those that reside in `country` first."""
        found = [(row, mission) for row in rows if (mission := self._facts.mission(row.mission_id))]
        found.sort(key=lambda pair: pair[1].country != country)
        return _unique([mission for _, mission in found])


def _region(row: Jurisdiction) -> str | None:
    return row.iso3166_2 or row.region


def kilometres(one: Location, other: Location) -> float:
    """Great-circle distance (haversine)."""
    lat1, lon1, lat2, lon2 = map(
        radians, (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(h))


def _unique(missions: list[Mission]) -> list[Mission]:
    return list({mission.id: mission for mission in missions}.values())
