"""Where a question is about, as far as the citizen has said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.messages import Location

HOME = "ID"


@dataclass(frozen=True)
class Place:
    """Countries are ISO 3166-1 alpha-2, cities their usual English names, missions our ids.

    `region` is an ISO 3166-2 code, or a name as the jurisdiction facts have it.
    """

    country: str | None = None
    city: str | None = None
    mission_id: str | None = None
    location: Location | None = None
    region: str | None = None

    def __bool__(self) -> bool:
        return any((self.country, self.city, self.mission_id, self.location))

    def as_slot(self) -> dict[str, Any]:
        """As Rasa keeps it."""
        return asdict(self)

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> Place:
        """What `as_slot` made."""
        if not value:
            return cls()
        place = cls(**{k: v for k, v in value.items() if k != "location"})
        spot = value.get("location")
        return replace(place, location=Location(**spot)) if spot else place
