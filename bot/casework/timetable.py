"""What the clock does to a case: targets, the ladder of a waiting one, the silent officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.casework.case import Level, Priority
from bot.casework.hours import OfficeHours


class TimerKind(str, Enum):
    """What a timer is for."""

    PING = "ping"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    KEMLU = "kemlu"
    TARGET = "target"
    WARN_SILENT = "warn_silent"
    GIVE_BACK = "give_back"
    WINDOW = "window"
    TELL = "tell"


LADDER = (TimerKind.PING, TimerKind.SUPERVISOR, TimerKind.HEAD, TimerKind.KEMLU)
SILENCE = (TimerKind.WARN_SILENT, TimerKind.GIVE_BACK)
# WhatsApp lets us write freely for 24 hours after the citizen's last word; two before it ends the
# officer is asked for a last one.
WINDOW = timedelta(hours=24)
WINDOW_WARNING = timedelta(hours=22)
LAST_CALL = WINDOW - WINDOW_WARNING
RUNGS: Mapping[TimerKind, Level] = {
    TimerKind.PING: Level.OFFICERS,
    TimerKind.SUPERVISOR: Level.SUPERVISOR,
    TimerKind.HEAD: Level.HEAD,
    TimerKind.KEMLU: Level.KEMLU,
}


@dataclass(frozen=True)
class Timer:
    """Something to be done at an instant (UTC)."""

    kind: TimerKind
    due_at: datetime


@dataclass(frozen=True)
class Pace:
    """How long each step takes for one priority, in minutes.

    Args:
        is_around_the_clock: plain minutes; else office minutes of the mission.
        minutes: by kind of timer.
    """

    is_around_the_clock: bool
    minutes: Mapping[TimerKind, float]


@dataclass(frozen=True)
class Timetable:
    """The timers of one mission's cases."""

    hours: OfficeHours
    paces: Mapping[Priority, Pace]

    def waiting(self, priority: Priority, now: datetime) -> tuple[Timer, ...]:
        """The ladder of a case that begins to wait for an officer."""
        return self._timers(priority, LADDER, now)

    def silence(self, priority: Priority, now: datetime) -> tuple[Timer, ...]:
        """What happens while an officer who has a case leaves the citizen waiting."""
        return self._timers(priority, SILENCE, now)

    def target(self, priority: Priority, now: datetime) -> datetime:
        """When a first human word is due."""
        return self._due(priority, TimerKind.TARGET, now)

    def _timers(
        self, priority: Priority, kinds: tuple[TimerKind, ...], now: datetime
    ) -> tuple[Timer, ...]:
        return tuple(Timer(kind, self._due(priority, kind, now)) for kind in kinds)

    def _due(self, priority: Priority, kind: TimerKind, now: datetime) -> datetime:
        pace = self.paces[priority]
        minutes = pace.minutes[kind]
        if pace.is_around_the_clock:
            return now + timedelta(minutes=minutes)
        return self.hours.after(now, minutes)
