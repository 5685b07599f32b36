"""What the worker counts and measures for those who look at it from outside."""

from __future__ import annotations

from typing import Protocol


class Meter(Protocol):
    """Counts by kind, never by citizen."""

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """So many more of a kind."""

    def observe(self, step: str, seconds: float) -> None:
        """How long a step of a message's way took."""


class NoMeter:
    """Counts nothing."""

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """Nothing."""

    def observe(self, step: str, seconds: float) -> None:
        """Nothing."""
