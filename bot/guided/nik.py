"""The Indonesian population number (NIK): 16 digits with region, birth date and serial.

Digits 1-6 are province, regency and district of the first registration, 7-12 the birth date as
DDMMYY (a woman's day plus 40), 13-16 a serial. There is no check digit.
"""

from __future__ import annotations

import re
from datetime import date

PROVINCES = frozenset(
    {*range(11, 20), 21, *range(31, 37), *range(51, 55), *range(61, 66), *range(71, 77), 81, 82}
    | set(range(91, 98))
)
"""Province codes of the Home Ministry; 54 was East Timor."""

_FEMALE_DAYS = 40
_SEPARATORS = re.compile(r"[\s.\-]+")


def digits_of(text: str) -> str:
    """The number without blanks, dots and dashes."""
    return _SEPARATORS.sub("", text)


def problem_of(nik: str) -> str:
    """Why a number cannot be a NIK: a problem code, or empty if it can.

    Args:
        nik: without separators.
    """
    if not re.fullmatch(r"[0-9]{16}", nik):
        return "nik_length"
    if int(nik[:2]) not in PROVINCES or "00" in (nik[2:4], nik[4:6]):
        return "nik_region"
    if not birth_dates(nik) or nik[12:] == "0000":
        return "nik_date"
    return ""


def is_female(nik: str) -> bool:
    """Whether the day of birth carries the 40 of a woman."""
    return int(nik[6:8]) > _FEMALE_DAYS


def birth_dates(nik: str) -> tuple[date, ...]:
    """The dates that DDMMYY can mean, in the 1900s and the 2000s; empty if it is no date."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if day > _FEMALE_DAYS:
        day -= _FEMALE_DAYS
    found = []
    for century in (1900, 2000):
        try:
            found.append(date(century + year, month, day))
        except ValueError:
            continue
    return tuple(found)
