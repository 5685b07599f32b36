"""An appointment as a calendar file (`.ics`, RFC 5545) that every phone opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

_PRODUCT = "-//Consular assistant//Appointments//EN"
_DOMAIN = "appointments.consular-assistant"
_LINE_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"))


@dataclass(frozen=True)
class CalendarEvent:
    """What the file says. Texts are in the citizen's language; instants are aware.

    Args:
        reference: names the appointment; the same one updates the entry.
        sequence: counts changes, so that a later file replaces an earlier one.
        written_at: when the file is made.
    """

    reference: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    written_at: datetime
    is_cancelled: bool = False


def calendar_file(event: CalendarEvent) -> str:
    """The text of the file: lines end with CRLF and are folded at 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if event.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.reference)}@{_DOMAIN}",
        f"DTSTAMP:{_instant(event.written_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{_text(event.summary)}",
        f"LOCATION:{_text(event.location)}",
        f"DESCRIPTION:{_text(event.description)}",
        *([] if event.is_cancelled else _alarm(event)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _alarm(event: CalendarEvent) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{_text(event.summary)}",
        "END:VALARM",
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for plain, escaped in _ESCAPES:
        value = value.replace(plain, escaped)
    return _CONTROL.sub("", value)


def _folded(line: str) -> Iterator[str]:
    """Cuts a line so that no part has more than 75 octets and no character is broken."""
    part, octets = "", 0
    for character in line:
        size = len(character.encode("utf-8", "surrogatepass"))
        if octets + size > _LINE_OCTETS:
            yield part
            part, octets = " ", 1
        part += character
        octets += size
    yield part
