"""The table of the world's towns, mapped from the folder that `bot.geo.build` made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.geo.names import fold, key
from bot.geo.sphere import Floats, kilometres, squared_chords
from bot.messages import Location


@dataclass(frozen=True)
class Town:
    """One row; `admin1` is GeoNames' code of the first-level division."""

    name: str
    country: str
    admin1: str
    zone: str
    population: int
    location: Location


@dataclass(frozen=True)
class Near:
    """A town and how far it is (km)."""

    town: Town
    kilometres: float


@dataclass(frozen=True)
class Named:
    """A town and whether a name is its usual one."""

    town: Town
    is_usual: bool


class Places:
    """Reads the folder; the arrays stay on disk until they are touched."""

    def __init__(self, directory: Path) -> None:
        index = json.loads((directory / "index.json").read_text(encoding="utf-8"))
        self._spans: dict[str, tuple[int, int]] = {
            country: (span[0], span[1]) for country, span in index["countries"].items()
        }
        self._starts = np.array([start for start, _ in self._spans.values()])
        self._countries = list(self._spans)
        self._division_codes: list[str] = index["divisions"]
        self._zone_names: list[str] = index["zones"]
        self._points = _mapped(directory, "points")
        self._vectors = _mapped(directory, "vectors")
        self._populations = _mapped(directory, "populations")
        self._divisions = _mapped(directory, "divisions")
        self._zones = _mapped(directory, "zones")
        self._name_ends = _mapped(directory, "name_ends")
        self._names = _mapped(directory, "names")
        self._keys = _mapped(directory, "keys")
        self._owners = _mapped(directory, "owners")
        self._usual = _mapped(directory, "usual")

    def near(self, origin: Floats, count: int, country: str | None = None) -> list[Near]:
        """The nearest towns, nearest first.

        Args:
            origin: a unit vector.
            count: how many at most.
            country: only towns of this country.
        """
        start, end = self._spans.get(country, (0, 0)) if country else (0, len(self._populations))
        if start == end:
            return []
        chords = squared_chords(self._vectors[start:end], origin)
        count = min(count, end - start)
        nearest = np.argpartition(chords, count - 1)[:count]
        nearest = nearest[np.argsort(chords[nearest], kind="stable")]
        return [Near(self._town(start + int(row)), kilometres(chords[row])) for row in nearest]

    def named(self, name: str) -> list[Named]:
        """Every town of this name, usual or other."""
        folded = fold(name)
        if not folded:
            return []
        wanted = np.uint64(key(folded))
        first = int(np.searchsorted(self._keys, wanted, side="left"))
        last = int(np.searchsorted(self._keys, wanted, side="right"))
        return [
            Named(self._town(int(self._owners[row])), bool(self._usual[row]))
            for row in range(first, last)
        ]

    def _town(self, row: int) -> Town:
        begin = int(self._name_ends[row - 1]) if row else 0
        name = self._names[begin : int(self._name_ends[row])].tobytes().decode()
        latitude, longitude = (round(float(degrees), 5) for degrees in self._points[row])
        country = self._countries[int(np.searchsorted(self._starts, row, side="right")) - 1]
        return Town(
            name=name,
            country=country,
            admin1=self._division_codes[self._divisions[row]],
            zone=self._zone_names[self._zones[row]],
            population=int(self._populations[row]),
            location=Location(latitude, longitude),
        )


def _mapped(directory: Path, name: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(directory / f"{name}.npy", mmap_mode="r")
    return array
