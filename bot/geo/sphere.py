"""Points on the earth as unit vectors, whose chords give distances without trigonometry."""

from __future__ import annotations

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.messages import Location

EARTH_KM = 6371.0

Floats = npt.NDArray[np.float32]


def is_on_earth(location: Location) -> bool:
    """Whether the numbers can be a place; 0,0 is what a device without a fix sends."""
    latitude, longitude = location.latitude, location.longitude
    if not (isfinite(latitude) and isfinite(longitude)):
        return False
    if (latitude, longitude) == (0.0, 0.0):
        return False
    return abs(latitude) <= 90.0 and abs(longitude) <= 180.0


def vector(location: Location) -> Floats:
    """The unit vector of a point, float32 (exact to about a metre)."""
    lat, lon = radians(location.latitude), radians(location.longitude)
    return np.array([cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)], dtype=np.float32)


def vectors(latitudes: npt.NDArray[Any], longitudes: npt.NDArray[Any]) -> Floats:
    """The unit vectors of many points (degrees), one row each."""
    lat, lon = np.radians(latitudes), np.radians(longitudes)
    rows = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    exact: Floats = rows.astype(np.float32)
    return exact


def squared_chords(points: Floats, origin: Floats) -> Floats:
    """How far points (rows) are from one, straight through the earth, squared, in radii."""
    difference = points - origin
    squares: Floats = np.einsum("ij,ij->i", difference, difference)
    return squares


def kilometres(squared_chord: float) -> float:
    """The great-circle distance that belongs to a squared chord."""
    return 2 * EARTH_KM * asin(min(sqrt(squared_chord) / 2, 1.0))
