"""Consular regions: from GeoNames' first-level divisions to the regions of the jurisdictions."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupError
from bot.messages import Location
from bot.project import PROJECT

REGIONS_FILE = PROJECT / "data" / "geo" / "regions.csv"

_Corner = tuple[float, float]


@dataclass(frozen=True)
class _Part:
    region: str | None
    outline: tuple[_Corner, ...]

    def holds(self, location: Location) -> bool:
        return not self.outline or _is_inside(self.outline, location)


class Regions:
    """The table of regions, the first fitting row wins.

    Args:
        path: columns `country`, `admin1` (GeoNames code), `region` (ISO 3166-2, or the name in the
            jurisdictions where there is no code; empty: none of them), `outline` (corners
            `lat lon; lat lon; …` if only a part of the division is meant), `source`, `confidence`.

    Raises:
        SetupError: the file is missing or a row is wrong.
    """

    def __init__(self, path: Path = REGIONS_FILE) -> None:
        self._parts: dict[tuple[str, str], list[_Part]] = defaultdict(list)
        try:
            with path.open(encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.DictReader(file), start=2):
                    try:
                        self._add(row)
                    except (KeyError, ValueError):
                        raise SetupError(f"{path}: line {number} is wrong") from None
        except OSError as error:
            raise SetupError(f"{path}: cannot be read ({error.strerror})") from None

    def _add(self, row: dict[str, str | None]) -> None:
        country, admin1, outline = row["country"], row["admin1"], row["outline"]
        if not country or not admin1 or outline is None:
            raise ValueError("a column is empty")
        self._parts[country, admin1].append(_Part(row["region"] or None, _outline(outline)))

    def region(self, country: str, admin1: str, location: Location) -> str | None:
        """The consular region of a point in a division; None if no consulate lists it."""
        for part in self._parts.get((country, admin1), ()):
            if part.holds(location):
                return part.region
        return None


def _outline(text: str) -> tuple[_Corner, ...]:
    corners = []
    for corner in filter(None, text.split(";")):
        latitude, longitude = corner.split()
        corners.append((float(latitude), float(longitude)))
    if corners and len(corners) < 3:
        raise ValueError("an outline has three corners or more")
    return tuple(corners)


def _is_inside(outline: tuple[_Corner, ...], location: Location) -> bool:
    """Ray casting in degrees; no outline of ours crosses the date line."""
    inside = False
    previous = outline[-1]
    for corner in outline:
        (lat1, lon1), (lat2, lon2) = previous, corner
        if (lat1 > location.latitude) != (lat2 > location.latitude):
            crossing = lon1 + (location.latitude - lat1) / (lat2 - lat1) * (lon2 - lon1)
            if location.longitude < crossing:
                inside = not inside
        previous = corner
    return inside
