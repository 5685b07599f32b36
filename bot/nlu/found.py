"""What an extractor found in a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """An entity: its kind, its value in our own terms, and where it stands in the text."""

    entity: str
    value: str
    start: int
    end: int

    def overlaps(self, other: Found) -> bool:
        """Whether both share a character."""
        return self.start < other.end and other.start < self.end


def without_overlaps(found: Iterable[Found], taken: Sequence[Found]) -> list[Found]:
    """Those of `found` that share no character with `taken`."""
    return [one for one in found if not any(one.overlaps(other) for other in taken)]
