"""What the desk says, in the officer's language and time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_datetime

from bot.content.files import read_yaml
from bot.errors import SetupError

FILE = Path(__file__).parent / "texts.yml"
LANGUAGES = ("id", "en")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LOCALES = {"id": Locale.parse("id_ID"), "en": Locale.parse("en_GB")}
_HOUR_MINUTES = 60
_DAY_MINUTES = 24 * 60

Texts = Mapping[str, Mapping[str, str]]
Subject = Callable[[str, str], str | None]
"""A subject's name (its intent, a language); None where it has none."""


def load_texts(path: Path = FILE) -> Texts:
    """Reads the desk's texts.

    Raises:
        SetupError: the file cannot be read, or a text lacks a language.
    """
    try:
        texts: dict[str, dict[str, str]] = read_yaml(path)
        for key, sides in texts.items():
            if set(sides) != set(LANGUAGES) or not all(sides.values()):
                raise SetupError(f"{path.name}: {key} must have both languages")
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise SetupError(f"{path.name} cannot be read: {type(error).__name__}") from None
    return texts


@dataclass(frozen=True)
class Words:
    """Texts in one language, instants in one time zone.

    Args:
        zone: IANA name.
        now: what "ago" and "in" are counted from (UTC).
        subject: finds a subject's name.
    """

    texts: Texts
    language: str
    zone: str
    now: datetime
    subject: Subject

    def __call__(self, key: str, **values: object) -> str:
        """A text.

        Raises:
            KeyError: no such text.
        """
        text = self.texts[key][self.language]
        return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), text)

    def of(self, group: str, value: object, *, other: str | None = None) -> str:
        """The name of a value of a closed list (`state`, `queued`).

        Args:
            other: for a value that has no name; the value itself if left out.
        """
        word = str(getattr(value, "value", value))
        key = f"{group}_{word}"
        if key in self.texts:
            return self(key)
        return word if other is None else self(other, code=word)

    def matter(self, subject: str) -> str:
        """What a case is about."""
        if f"subject_{subject}" in self.texts:
            return self(f"subject_{subject}")
        return self.subject(subject, self.language) or self("subject_other")

    def moment(self, at: datetime) -> str:
        """An instant: the time today, else with the day."""
        local, today = at.astimezone(ZoneInfo(self.zone)), self.now.astimezone(ZoneInfo(self.zone))
        pattern = "HH:mm" if local.date() == today.date() else "d MMM HH:mm"
        if local.year != today.year:
            pattern = "d MMM y HH:mm"
        return str(format_datetime(local, pattern, locale=_LOCALES[self.language]))

    def full(self, at: datetime) -> str:
        """An instant with day and year."""
        local = at.astimezone(ZoneInfo(self.zone))
        return str(format_datetime(local, "d MMM y, HH:mm", locale=_LOCALES[self.language]))

    def since(self, at: datetime) -> str:
        """How long ago, in its largest unit or two (`2 h 5 min`)."""
        return self.span(self.now - at)

    def until(self, at: datetime) -> str:
        """How far away."""
        return self.span(at - self.now)

    def span(self, span: timedelta) -> str:
        """A length of time; below a minute `just now`."""
        minutes = int(span.total_seconds() // 60)
        if minutes < 1:
            return self("now")
        if minutes < _HOUR_MINUTES:
            return self("minutes", n=minutes)
        hours, rest = divmod(minutes, _HOUR_MINUTES)
        if minutes >= _DAY_MINUTES:
            return self("days", n=minutes // _DAY_MINUTES)
        whole = self("hours", n=hours)
        return f"{whole} {self('minutes', n=rest)}" if rest else whole

    @property
    def units(self) -> str:
        """For the page's script, which goes on counting."""
        return "|".join(
            self.texts[key][self.language] for key in ("now", "minutes", "hours", "days")
        )
