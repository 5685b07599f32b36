"""Amounts, dates and countries as people read them, in Indonesian and English."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from babel.units import format_unit


def money(amount: Decimal, currency: str, language: str) -> str:
    """`Rp350.000`, `MYR 85`; cents only where there are any."""
    whole = amount == amount.to_integral_value()
    sign = "¤" if (currency, language) == ("IDR", "id") else "¤¤ "
    pattern = sign + ("#,##0" if whole else "#,##0.00")
    locale = _locale(language)
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


def partial_date(text: str, language: str, *, is_short: bool = False) -> str:
    """A source's date in words, as exact as it is: `2024-12` → `Desember 2024`.

    Args:
        is_short: with the month's short name (`Des 2024`).
    """
    month = "MMM" if is_short else "MMMM"
    parts = [int(part) for part in text.split("-") if part.isdecimal()]
    if len(parts) == 3:
        day = date(parts[0], parts[1], parts[2])
        return str(format_date(day, f"d {month} y", locale=_locale(language)))
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return str(format_date(first, f"{month} y", locale=_locale(language)))
    return text


def local_time(at: datetime, timezone: str, language: str) -> str:
    """An instant on a mission's own clock: `Senin, 24 November 09.00`."""
    local = at.astimezone(ZoneInfo(timezone))
    pattern = "EEEE, d MMMM HH:mm" if language == "en" else "EEEE, d MMMM HH.mm"
    return str(format_datetime(local, pattern, locale=_locale(language)))


def day_name(day: date, language: str, *, is_short: bool = False) -> str:
    """A day as people say it: `Senin, 24 November`; short, `Sen, 24 Nov`."""
    pattern = "EEE, d MMM" if is_short else "EEEE, d MMMM"
    return str(format_date(day, pattern, locale=_locale(language)))


def clock_time(at: datetime, timezone: str, language: str) -> str:
    """Only the time of day: `09.15`."""
    pattern = "HH:mm" if language == "en" else "HH.mm"
    return str(format_datetime(at.astimezone(ZoneInfo(timezone)), pattern))


def span(days: int, language: str) -> str:
    """A span of days: `90 hari`; `2 tahun` where it is whole years."""
    number, unit = (days // 365, "year") if days and days % 365 == 0 else (days, "day")
    return str(format_unit(number, f"duration-{unit}", length="long", locale=_locale(language)))


def country_name(code: str, language: str) -> str:
    """A country's name (CLDR); the code itself where there is none."""
    return str(_locale(language).territories.get(code, code))


@lru_cache(maxsize=4)
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else "id_ID")
