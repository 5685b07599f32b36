"""Finds dates in Indonesian and English and resolves them against a given day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, rows
from bot.nlu.tokens import capped

DATE = "date"
_CENTURY_BREAK = 40
_LONGEST_SPAN_DAYS = 400
_ORDINAL = r"(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class DateWords:
    """Names by what they mean: months 1-12, weekdays 0-6 (Monday 0), days from today."""

    months: dict[str, int]
    weekdays: dict[str, int]
    offsets: dict[str, int]
    numerals: dict[str, int]


def load_date_words(*, directory: Path = LEXICONS) -> DateWords:
    """The list `dates.tsv`: kind, number, names split by commas."""
    tables: dict[str, dict[str, int]] = {
        "month": {},
        "weekday": {},
        "offset": {},
        "numeral": {},
    }
    for kind, number, names in rows("dates.tsv", directory=directory):
        for name in names.split(","):
            tables[kind][name.strip()] = int(number)
    return DateWords(*tables.values())


def _any(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


class DateFinder:
    """Finds dates; a day without a year is the next such day."""

    def __init__(self, listed: DateWords) -> None:
        self._listed = listed
        month, weekday = _any(listed.months), _any(listed.weekdays)
        numeral = rf"\d{{1,3}}|{_any(listed.numerals)}"
        unit = "hari|hr|day|days|minggu|mgg|week|weeks|pekan"
        forms: list[tuple[str, Callable[[re.Match[str], date], date | None]]] = [
            (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", self._year_first),
            (r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", self._numeric),
            (
                rf"(\d{{1,2}}){_ORDINAL}[\s-]+(?:of\s+)?({month})\.?(?:[\s,-]+(\d{{4}}))?",
                self._day_month,
            ),
            (
                rf"({month})\.?\s+(?:the\s+)?(\d{{1,2}}){_ORDINAL}(?:[\s,]+(\d{{4}}))?",
                self._month_day,
            ),
            (rf"({_any(listed.offsets)})", self._offset),
            (rf"(?:in|dalam)\s+({numeral})\s*({unit})(?:\s+time)?", self._ahead),
            (
                rf"({numeral})\s*({unit})\s+(?:lagi|from now|ke depan|kedepan|mendatang)",
                self._ahead,
            ),
            (r"(se)(hari|minggu|pekan)\s+lagi", self._ahead),
            (rf"({numeral})\s*({unit})\s+(?:ago|(?:yg |yang )?lalu)", self._ago),
            (rf"(?:next|coming)\s+({weekday})", self._next_weekday),
            (rf"({weekday})\s+(?:depan|next week|minggu depan)", self._next_weekday),
            (rf"(?:this\s+|on\s+|hari\s+)?({weekday})(?:\s+ini)?", self._weekday),
            (r"(?:tgl|tanggal|tggl|the|tarikh)\s+(\d{1,2})[/-](\d{1,2})", self._short_numeric),
            (r"(?:tgl|tanggal|tggl|tarikh)\s*(\d{1,2})", self._day),
            (r"(?:on\s+)?the\s+(\d{1,2})(?:st|nd|rd|th)", self._day),
        ]
        self._forms = [
            (re.compile(rf"(?<![\w/-]){pattern}(?![\w/]|-\d)", re.IGNORECASE), read)
            for pattern, read in forms
        ]

    def find(self, text: str, *, today: date) -> list[Found]:
        """The dates of `text` as ISO 8601.

        Args:
            text: as the citizen wrote it.
            today: the day that relative dates are counted from, where the citizen is.
        """
        found: list[Found] = []
        for one in self._candidates(capped(text), today):
            if not any(one.overlaps(other) for other in found):
                found.append(one)
        return sorted(found, key=lambda one: one.start)

    def _candidates(self, text: str, today: date) -> Iterator[Found]:
        for pattern, read in self._forms:
            for match in pattern.finditer(text):
                try:
                    day = read(match, today)
                except (ValueError, OverflowError):
                    continue
                if day:
                    yield Found(DATE, day.isoformat(), match.start(), match.end())

    def _year_first(self, match: re.Match[str], today: date) -> date | None:
        return date(*map(int, match.groups()))

    def _numeric(self, match: re.Match[str], today: date) -> date | None:
        day, month, year = map(int, match.groups())
        if month > 12 >= day:
            day, month = month, day
        return date(_full_year(year, today), month, day)

    def _short_numeric(self, match: re.Match[str], today: date) -> date | None:
        day, month = map(int, match.groups())
        return _next(today, month, day)

    def _day_month(self, match: re.Match[str], today: date) -> date | None:
        day, month, year = match.groups()
        return self._named(int(day), month, year, today)

    def _month_day(self, match: re.Match[str], today: date) -> date | None:
        month, day, year = match.groups()
        return self._named(int(day), month, year, today)

    def _named(self, day: int, month: str, year: str | None, today: date) -> date | None:
        number = self._listed.months[month.lower()]
        return date(int(year), number, day) if year else _next(today, number, day)

    def _offset(self, match: re.Match[str], today: date) -> date | None:
        words = " ".join(match.group(1).lower().split())
        return today + timedelta(days=self._listed.offsets[words])

    def _ahead(self, match: re.Match[str], today: date) -> date | None:
        return today + self._span(match)

    def _ago(self, match: re.Match[str], today: date) -> date | None:
        return today - self._span(match)

    def _span(self, match: re.Match[str]) -> timedelta:
        count, unit = match.group(1).lower(), match.group(2).lower()
        number = 1 if count == "se" else self._listed.numerals.get(count)
        days = (number if number is not None else int(count)) * (1 if unit[0] in "hd" else 7)
        if days > _LONGEST_SPAN_DAYS:
            raise ValueError("too far away to be meant as a day")
        return timedelta(days=days)

    def _weekday(self, match: re.Match[str], today: date) -> date | None:
        wanted = self._listed.weekdays[match.group(1).lower()]
        return today + timedelta(days=(wanted - today.weekday()) % 7)

    def _next_weekday(self, match: re.Match[str], today: date) -> date | None:
        wanted = self._listed.weekdays[match.group(1).lower()]
        return today + timedelta(days=7 - today.weekday() + wanted)

    def _day(self, match: re.Match[str], today: date) -> date | None:
        day = int(match.group(1))
        year, month = today.year, today.month
        for _ in range(12):
            try:
                if (chosen := date(year, month, day)) >= today:
                    return chosen
            except ValueError:
                if not 1 <= day <= 31:
                    return None
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return None


def _next(today: date, month: int, day: int) -> date:
    """The first such day from `today` on."""
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _full_year(year: int, today: date) -> int:
    if year >= 100:
        return year
    return year + (1900 if year > (today.year - 2000) + _CENTURY_BREAK // 2 else 2000)
