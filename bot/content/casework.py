"""The case desk's tables, from `data/casework`: hours, paces, subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.casework.case import Case, Function, Priority, Reason
from bot.casework.hours import HOME, OfficeHours, Shift, Week, weekend
from bot.casework.officers import KEMLU_DESK
from bot.casework.subjects import Routing, Subjects
from bot.casework.timetable import LADDER, SILENCE, Pace, TimerKind, Timetable
from bot.consular.facts import Mission
from bot.content.files import read_yaml
from bot.conversation.phrases import Phrases, phrases
from bot.errors import SetupError
from bot.project import PROJECT

FOLDER = PROJECT / "data" / "casework"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FRIDAY = 4
_CLOCKS = {"always": True, "office": False}
_STEPS = (*LADDER, TimerKind.TARGET, *SILENCE)
_Read = TypeVar("_Read")


class Timetables:
    """The `Timetables` port: what the files say, for the place of each mission.

    Args:
        hours: what `hours.yml` holds.
        paces: by priority.
        mission: finds a mission by its id.
    """

    def __init__(
        self,
        hours: Mapping[str, Any],
        paces: Mapping[Priority, Pace],
        mission: Callable[[str], Mission | None],
    ) -> None:
        self._hours = hours
        self._paces = paces
        self._mission = mission

    def of(self, mission_id: str | None) -> Timetable:
        """The timers of a mission's cases; Jakarta's where the mission is not known."""
        return Timetable(self._office(mission_id), self._paces)

    def of_case(self, case: Case) -> Timetable:
        """The timers of a case."""
        return self.of(case.mission_id)

    def _office(self, mission_id: str | None) -> OfficeHours:
        mission = None if mission_id in (None, KEMLU_DESK) else self._mission(mission_id or "")
        if mission is None:
            desk = self._hours[KEMLU_DESK]
            return _office(desk, timezone=desk["timezone"], country=desk["country"])
        known = self._hours["missions"].get(mission.id)
        if known:
            return _office(known, timezone=mission.timezone, country=mission.country)
        return OfficeHours(
            mission.timezone,
            week=_default_week(self._hours["default"], mission.country),
            countries=_countries(mission.country),
        )


def load_timetables(mission: Callable[[str], Mission | None], folder: Path = FOLDER) -> Timetables:
    """Reads hours and paces.

    Args:
        mission: finds a mission by its id; asked at every call, so that changed facts count.

    Raises:
        SetupError: a file is missing or wrong.
    """
    hours = _read(folder / "hours.yml", _checked_hours)
    paces = _read(folder / "paces.yml", _paces)
    return Timetables(hours, paces, mission)


def load_subjects(folder: Path = FOLDER) -> Subjects:
    """Reads which desk and priority subjects have.

    Raises:
        SetupError: the file is missing or wrong.
    """
    return _read(folder / "subjects.yml", _subjects)


def load_phrases(folder: Path = FOLDER) -> Phrases:
    """Reads what citizens write to the desk itself.

    Raises:
        SetupError: the file is missing or wrong.
    """
    return _read(folder / "words.yml", _phrases)


def _read(path: Path, understand: Callable[[Any], _Read]) -> _Read:
    try:
        return understand(read_yaml(path))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SetupError(f"{path.name}: {type(error).__name__}: {error}") from None


def _phrases(data: Any) -> Phrases:
    return phrases(
        map(str, data["leave"]), map(str, data["polite"]), commands=dict(data["commands"])
    )


def _subjects(data: Any) -> Subjects:
    return Subjects(
        _routing(data["default"]),
        by_subject={name: _routing(row) for name, row in data["subjects"].items()},
    )


def _routing(row: Mapping[str, str]) -> Routing:
    return Routing(
        Function(row["function"]), Priority(row["priority"]), reason=Reason(row["reason"])
    )


def _paces(data: Any) -> Mapping[Priority, Pace]:
    return {
        priority: Pace(
            _CLOCKS[data[priority.value]["clock"]],
            minutes={step: float(data[priority.value][step.value]) for step in _STEPS},
        )
        for priority in Priority
    }


def _checked_hours(data: Any) -> Mapping[str, Any]:
    _default_week(data["default"], HOME)
    for desk in (data[KEMLU_DESK], *data["missions"].values()):
        _office(desk, timezone="UTC", country=HOME)
        if not desk["is_assumption"] and desk is not data[KEMLU_DESK]:
            str(desk["source"])
    hours: Mapping[str, Any] = data
    return hours


def _office(desk: Mapping[str, Any], *, timezone: str, country: str) -> OfficeHours:
    days = {day: tuple(map(_shift, shifts)) for day, shifts in desk["week"].items()}
    unknown = set(days) - set(_DAYS)
    if unknown:
        raise ValueError(f"no such day: {', '.join(sorted(unknown))}")
    return OfficeHours(
        timezone,
        week=tuple(days.get(day, ()) for day in _DAYS),
        countries=_countries(country),
        closed_days=frozenset(map(_day, desk.get("closed", ()))),
        is_assumed=bool(desk["is_assumption"]),
    )


def _default_week(default: Mapping[str, Any], country: str) -> Week:
    usual = tuple(map(_shift, default["working_day"]))
    friday = tuple(map(_shift, default["friday"]))
    rest = weekend(country)
    return tuple(
        () if day in rest else friday if day == _FRIDAY else usual for day in range(len(_DAYS))
    )


def _countries(country: str) -> tuple[str, ...]:
    return (HOME,) if country == HOME else (HOME, country)


def _shift(text: str) -> Shift:
    starts, ends = (time.fromisoformat(each) for each in text.split("-"))
    if starts >= ends:
        raise ValueError(f"the shift {text} does not end after it starts")
    return starts, ends


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
