"""How long an officer is away, as they type it. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

_SPAN = re.compile(r"^(\d{1,3})\s*([a-z]*)$")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_NAMES = {
    "m": ("m", "mnt", "menit", "min", "minute", "minutes"),
    "h": ("", "j", "jam", "h", "hour", "hours"),
    "d": ("d", "h24", "hari", "hr", "day", "days"),
}
_LONGEST = timedelta(days=60)


def read_span(text: str) -> timedelta | None:
    """`2`, `2j`, `2 jam`, `30 menit`, `3d`; None if it is no span, or longer than 60 days."""
    match = _SPAN.match(text.strip().casefold())
    if match is None:
        return None
    unit = next((unit for unit, names in _NAMES.items() if match[2] in names), None)
    span = int(match[1]) * _UNITS[unit] if unit else timedelta()
    return span if timedelta() < span <= _LONGEST else None
