"""`coordinates.csv`: towns and landmarks with the mission that the jurisdiction facts give them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from bot.messages import Location

_TABLE = Path(__file__).with_name("coordinates.csv")


@dataclass(frozen=True)
class Row:
    """One line; empty strings in the file are None here."""

    place: str
    location: Location
    country: str | None
    region: str | None
    mission_id: str | None
    why: str


def rows() -> list[Row]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                place=line["place"],
                location=Location(float(line["latitude"]), float(line["longitude"])),
                country=line["country"] or None,
                region=line["region"] or None,
                mission_id=line["mission_id"] or None,
                why=line["why"],
            )
            for line in csv.DictReader(file)
        ]
