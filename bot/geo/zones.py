"""Borders: the countries of a point, from the polygons of the world's time zones.

A time zone of the IANA database belongs to one country, and its published polygons follow the
borders at sea and on land to about 100 m (OpenStreetMap, ODbL, in the package `tzfpy`).
"""

from __future__ import annotations

from importlib import resources

import tzfpy

from bot.messages import Location

# The two zones that another country shares; the towns on either side decide.
_SHARED = {"Asia/Bangkok": ("VN",), "Europe/Belgrade": ("XK",)}


class Zones:
    """Looks up zones; reads the table of their countries once."""

    def __init__(self) -> None:
        self._countries: dict[str, tuple[str, ...]] = {}
        table = resources.files("tzdata") / "zoneinfo" / "zone.tab"
        for line in table.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                country, _, zone = line.split("\t")[:3]
                self._countries[zone] = (country, *_SHARED.get(zone, ()))

    def at(self, location: Location) -> tuple[str, ...]:
        """The zones of a point, more than one where it is disputed; none on the high seas."""
        zones = tzfpy.get_tzs(location.longitude, location.latitude)
        return tuple(zone for zone in zones if zone in self._countries)

    def countries(self, zone: str) -> tuple[str, ...]:
        """The countries (ISO 3166-1 alpha-2) that a zone covers."""
        return self._countries.get(zone, ())
