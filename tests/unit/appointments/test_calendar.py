"""Is the calendar file what RFC 5545 asks for, whatever the words are?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.appointments.calendar import CalendarEvent, calendar_file

EVENT = CalendarEvent(
    reference="JT-261124-7Q4MX",
    sequence=1,
    starts_at=datetime(2026, 11, 30, 9, 0, tzinfo=timezone(timedelta(hours=8))),
    ends_at=datetime(2026, 11, 30, 9, 30, tzinfo=timezone(timedelta(hours=8))),
    summary="Ganti paspor di KJRI Penang",
    location="467, Jalan Burma, 10350 Penang; lantai 2",
    description="Bawa paspor lama.\nNomor janji: JT-261124-7Q4MX",
    written_at=datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc),
)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=300)


def properties(text: str) -> dict[str, str]:
    """Reads a file as a calendar does: joins folded lines, splits names from values."""
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        found.setdefault(name, value)
    return found


def words(value: str) -> str:
    """Takes the escapes of a text value back."""
    out, characters = "", iter(value)
    for character in characters:
        if character == "\\":
            escaped = next(characters)
            out += "\n" if escaped in "nN" else escaped
        else:
            out += character
    return out


def test_instants_stand_in_utc() -> None:
    found = properties(calendar_file(EVENT))
    assert found["DTSTART"] == "20261130T010000Z"
    assert found["DTEND"] == "20261130T013000Z"
    assert found["DTSTAMP"] == "20261124T030000Z"


def test_the_file_opens_and_closes_what_it_opens() -> None:
    lines = calendar_file(EVENT).split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    opened = [line.removeprefix("BEGIN:") for line in lines if line.startswith("BEGIN:")]
    closed = [line.removeprefix("END:") for line in lines if line.startswith("END:")]
    assert opened == ["VCALENDAR", "VEVENT", "VALARM"]
    assert closed == opened[::-1]


def test_commas_semicolons_and_line_breaks_survive() -> None:
    found = properties(calendar_file(EVENT))
    assert found["LOCATION"] == "467\\, Jalan Burma\\, 10350 Penang\\; lantai 2"
    assert words(found["DESCRIPTION"]) == EVENT.description


def test_a_cancelled_appointment_takes_itself_out_of_the_calendar() -> None:
    cancelled = calendar_file(replace(EVENT, is_cancelled=True, sequence=2))
    found = properties(cancelled)
    assert (found["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", "2")
    assert found["UID"] == properties(calendar_file(EVENT))["UID"]
    assert "VALARM" not in cancelled


@given(summary=TEXT, location=TEXT, description=TEXT)
def test_any_words_keep_to_the_line_length_and_come_back_whole(
    summary: str, location: str, description: str
) -> None:
    event = replace(EVENT, summary=summary, location=location, description=description)
    text = calendar_file(event)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(ord(c) < 32 and c != "\t" for line in lines for c in line)
    found = properties(text)
    visible = "".join(c for c in description if c in "\t\n" or c.isprintable() or ord(c) > 127)
    assert words(found["DESCRIPTION"]) == visible.replace("\r", "")
    assert found["STATUS"] == "CONFIRMED"
