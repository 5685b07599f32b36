"""The kinds of columns that facts have: how each is read from a file, checked and written back."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pycountry
from sqlalchemy import Boolean, Float, Integer, Numeric, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
_SHORT_NUMBER = re.compile(r"\d{2,6}")
_LAST4 = re.compile(r"[A-Z0-9]{4}")
_HASH = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
WEEKDAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")
_AMOUNT_TEXT = re.compile(r"\d{1,14}(\.\d{1,2})?")
_REST_OF_DATE = {4: "-01-01", 7: "-01", 10: ""}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_KOSOVO = "XK"  # in use everywhere, but not an ISO 3166-1 code


class Money(TypeDecorator[Decimal]):
    """An exact amount; SQLite has no decimal type and keeps the digits as text."""

    impl = Numeric(16, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, `NUMERIC(16, 2)` elsewhere."""
        return dialect.type_descriptor(String(20) if dialect.name == "sqlite" else Numeric(16, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """What is stored."""
        if value is None or dialect.name != "sqlite":
            return value
        return format_amount(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """What is read, always without needless zeros."""
        return None if value is None else parse_amount(format(Decimal(value), "f"))


@dataclass(frozen=True)
class Field:
    """A kind of column.

    Args:
        sql_type: how it is stored.
        parse: reads a file's text; raises `ValueError` with a plain reason.
        write: the text that `parse` reads back to the same value.
    """

    sql_type: Any
    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str


def parse_amount(value: str) -> Decimal:
    """Reads an amount of money: digits, at most two decimals, no separators of thousands."""
    if not _AMOUNT_TEXT.fullmatch(value):
        raise ValueError("is not an amount (write 350000 or 12.50)")
    amount = Decimal(value)
    whole = amount.to_integral_value()
    return whole if amount == whole else amount.quantize(Decimal("0.01"))


def format_amount(value: Decimal) -> str:
    """Writes an amount so that `parse_amount` reads it back."""
    return str(parse_amount(format(value, "f")))


def parse_partial_date(value: str) -> str:
    """Checks a date that is as exact as its source: YYYY, YYYY-MM or YYYY-MM-DD."""
    try:
        if _PARTIAL_DATE.fullmatch(value):
            date.fromisoformat(value + _REST_OF_DATE[len(value)])
            return value
    except ValueError:
        pass
    raise ValueError("is not a date (write 2026, 2026-05 or 2026-05-01)")


def is_phone(value: str) -> bool:
    """Whether a number is in E.164 form (`+` and 7 to 15 digits)."""
    return re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


def is_web_address(value: str) -> bool:
    """Whether a value is an `https://` or `http://` address."""
    return re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", value) is not None


def is_email(value: str) -> bool:
    """Whether a value looks like an e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[A-Za-z]+", value) is not None


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("has a line break, a control character or broken letters")
    if value != value.strip():
        raise ValueError("has blanks at its start or end")
    return value


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"is not {what}")
        return value

    return parse


def _integer(value: str) -> int:
    if not re.fullmatch(r"\d{1,9}", value):
        raise ValueError("is not a whole number")
    return int(value)


def _boolean(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return value == "yes"


def _degrees(limit: int) -> Callable[[str], float]:
    def parse(value: str) -> float:
        try:
            degrees = float(value)
        except ValueError:
            degrees = float("nan")
        if not -limit <= degrees <= limit:
            raise ValueError(f"is not a number between -{limit} and {limit}")
        return degrees

    return parse


def _day(value: str) -> str:
    parse_partial_date(value)
    if len(value) != 10:
        raise ValueError("is not a full date (write 2026-05-01)")
    return value


def _weekdays(value: str) -> str:
    days = value.split(" ")
    order = [WEEKDAY_NAMES.index(day) for day in days if day in WEEKDAY_NAMES]
    if len(order) != len(days) or order != sorted(set(order)):
        raise ValueError("is not a list of weekdays in order such as: mon tue wed")
    return value


def _country(value: str) -> str:
    if value != _KOSOVO and (
        value.upper() != value or pycountry.countries.get(alpha_2=value) is None
    ):
        raise ValueError("is not an ISO 3166-1 country code (two capital letters)")
    return value


def _subdivision(value: str) -> str:
    if value.upper() != value or pycountry.subdivisions.get(code=value) is None:
        raise ValueError("is not an ISO 3166-2 code such as MY-01")
    return value


def _currency(value: str) -> str:
    if value.upper() != value or pycountry.currencies.get(alpha_3=value) is None:
        raise ValueError("is not an ISO 4217 currency code such as MYR")
    return value


def _timezone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not an IANA time zone such as Asia/Kuala_Lumpur") from None
    return value


def one_of(*words: str) -> Field:
    """A column with a closed list of words."""

    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return Field(String(40), parse)


TEXT = Field(Text(), _text)
CODE = Field(String(40), _matching(_CODE, "a code of capital letters, digits and _"))
WORD = Field(String(60), _matching(_WORD, "a code of small letters, digits, - and _"))
REFERENCE = Field(String(40), _matching(_REFERENCE, "a reference of capital letters, digits and -"))
SHORT_NUMBER = Field(String(6), _matching(_SHORT_NUMBER, "a short number of 2 to 6 digits"))
LAST4 = Field(String(4), _matching(_LAST4, "four capital letters or digits"))
HASH = Field(String(64), _matching(_HASH, "a keyed hash as an export writes it"))
TIME = Field(String(5), _matching(_TIME, "a time such as 09:30"))
WEEKDAYS = Field(String(27), _weekdays)
INTEGER = Field(Integer(), _integer)
AMOUNT = Field(Money(), parse_amount, format_amount)
BOOLEAN = Field(Boolean(), _boolean, lambda value: "yes" if value else "no")
LATITUDE = Field(Float(), _degrees(90), lambda value: format(value, ".10g"))
LONGITUDE = Field(Float(), _degrees(180), lambda value: format(value, ".10g"))
PARTIAL_DATE = Field(String(10), parse_partial_date)
DAY = Field(String(10), _day)
COUNTRY = Field(String(2), _country)
SUBDIVISION = Field(String(10), _subdivision)
CURRENCY = Field(String(3), _currency)
TIMEZONE = Field(String(60), _timezone)
