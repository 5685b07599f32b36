"""The only place that reads the time, so that a test can stand still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, in UTC and aware of it."""
    return datetime.now(timezone.utc)
