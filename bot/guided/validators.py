"""Checks what citizens write into a form, and brings it into the form in which it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import phonenumbers

from bot.guided import nik as niks

_OLDEST_YEARS = 120
_AHEAD_DAYS = 366
_HOME = "ID"
_NAME_LENGTH = 80
_LINE_LENGTH = 160
_SHORT_LENGTH = 60
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,7}")
_POSTCODE = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]{0,9}[A-Z0-9])?")
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}")


@dataclass(frozen=True)
class Context:
    """What a check may look at.

    Args:
        today: the day where the citizen is counted from.
        read_date: reads a day in either language; None if the text names none.
        answers: what was answered so far (`birth_date`, `gender`, `country`, …).
    """

    today: date
    read_date: Callable[[str], date | None]
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Valid:
    """An answer that fits, as it is kept."""

    value: str


@dataclass(frozen=True)
class Problem:
    """Why an answer does not fit.

    Args:
        code: which sentence tells it.
        values: what fills the sentence.
        doubted: what would be kept if it is right after all; the same answer again is taken.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    doubted: str = ""


Check = Callable[[str, Context], "Valid | Problem"]


def check(name: str, text: str, context: Context) -> Valid | Problem:
    """Runs one check.

    Args:
        name: one of `CHECKS`.
        text: what the citizen wrote.
        context: today, the reader of dates, other answers.
    """
    return CHECKS[name](_cleaned(text), context)


def is_strict(name: str) -> bool:
    """Whether a check tells an answer from other words by itself."""
    return name in _STRICT


def _cleaned(text: str) -> str:
    """Without control characters and doubled blanks."""
    kept = "".join(
        " " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())


def _name(text: str, context: Context) -> Valid | Problem:
    letters = sum(c.isalpha() for c in text)
    odd = any(not (c.isalpha() or unicodedata.combining(c) or c in " .,'’`-/()") for c in text)
    if letters < 2 or odd or len(text) > _NAME_LENGTH:
        return Problem("name")
    return Valid(text)


def _line(text: str, context: Context) -> Valid | Problem:
    if len(text) < 5 or len(text) > _LINE_LENGTH or not any(c.isalpha() for c in text):
        return Problem("line", {"most": str(_LINE_LENGTH)})
    return Valid(text)


def _short(text: str, context: Context) -> Valid | Problem:
    if len(text) < 2 or len(text) > _SHORT_LENGTH or not any(c.isalpha() for c in text):
        return Problem("short", {"most": str(_SHORT_LENGTH)})
    return Valid(text)


def _nik(text: str, context: Context) -> Valid | Problem:
    number = niks.digits_of(re.sub(r"^nik\b[\s:.]*", "", text, flags=re.IGNORECASE))
    code = niks.problem_of(number)
    if code:
        return Problem(code)
    born = _iso_date(context.answers.get("birth_date", ""))
    if born and born not in niks.birth_dates(number):
        return Problem("nik_birth_date", doubted=number)
    gender = context.answers.get("gender")
    if gender and (gender == "female") != niks.is_female(number):
        return Problem("nik_gender", doubted=number)
    return Valid(number)


def _phone(text: str, context: Context) -> Valid | Problem:
    country = context.answers.get("country") or context.answers.get("left_country") or None
    return _phone_in(text, country)


def _home_phone(text: str, context: Context) -> Valid | Problem:
    return _phone_in(text, _HOME)


def _phone_in(text: str, region: str | None) -> Valid | Problem:
    if _PHONE.fullmatch(text):
        bare = f"+{text[2:]}" if text.startswith("00") else text
        for default in dict.fromkeys((region, _HOME)):
            try:
                number = phonenumbers.parse(bare, default)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                form = phonenumbers.PhoneNumberFormat.E164
                return Valid(str(phonenumbers.format_number(number, form)))
    code = phonenumbers.country_code_for_region(region) if region else 0
    return Problem("phone", {"prefix": f"+{code or 62}"})


def _postcode(text: str, context: Context) -> Valid | Problem:
    plain = text.upper()
    if not _POSTCODE.fullmatch(plain) or not any(c.isdigit() for c in plain):
        return Problem("postcode")
    return Valid(plain)


def _email(text: str, context: Context) -> Valid | Problem:
    address = text.strip(" <>.,;").removeprefix("mailto:")
    if not _EMAIL.fullmatch(address) or ".." in address or len(address) > 254:
        return Problem("email")
    name, _, host = address.rpartition("@")
    return Valid(f"{name}@{host.lower()}")


def _passport(text: str, context: Context) -> Valid | Problem:
    number = re.sub(r"[\s.\-]+", "", text).upper()
    return Valid(number) if _PASSPORT.fullmatch(number) else Problem("passport")


def _birth_date(text: str, context: Context) -> Valid | Problem:
    day = context.read_date(text)
    if day is None:
        return Problem("date")
    if day >= context.today:
        return Problem("date_future")
    if day.year < context.today.year - _OLDEST_YEARS:
        return Problem("date_past")
    return Valid(day.isoformat())


def _event_date(text: str, context: Context) -> Valid | Problem:
    day = context.read_date(text)
    if day is None:
        return Problem("date")
    born = _iso_date(context.answers.get("birth_date", ""))
    if (born and day < born) or day.year < context.today.year - _OLDEST_YEARS:
        return Problem("date_past")
    if day > context.today + timedelta(days=_AHEAD_DAYS):
        return Problem("date_far")
    return Valid(day.isoformat())


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


CHECKS: Mapping[str, Check] = {
    "name": _name,
    "line": _line,
    "short": _short,
    "nik": _nik,
    "phone": _phone,
    "home_phone": _home_phone,
    "postcode": _postcode,
    "email": _email,
    "passport": _passport,
    "birth_date": _birth_date,
    "event_date": _event_date,
}
_STRICT = frozenset(CHECKS) - {"name", "line", "short"}
