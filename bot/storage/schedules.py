"""Sessions and closed days as schedules that can be asked for slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from bot.appointments.schedule import Schedule, SlotSession
from bot.casework.hours import HOME
from bot.consular.facts import Confidence, Mission, Provenance
from bot.storage.fields import WEEKDAY_NAMES

Row = Mapping[str, Any]


def make_schedules(
    sessions: Iterable[Row], *, closed: Iterable[Row], missions: Mapping[str, Mission]
) -> dict[tuple[str, str], Schedule]:
    """The schedules by mission and service; sessions of unknown missions are left out.

    Args:
        sessions: rows of `slot_sessions`, in order.
        closed: rows of `closed_days`.
        missions: all of them; they give the time zone and the host country.
    """
    closed_days: dict[str, set[date]] = {}
    for row in closed:
        closed_days.setdefault(row["mission_id"], set()).add(date.fromisoformat(row["day"]))
    grouped: dict[tuple[str, str], list[SlotSession]] = {}
    for row in sessions:
        if row["mission_id"] in missions:
            key = (row["mission_id"], row["service_code"])
            grouped.setdefault(key, []).append(_session(row))
    return {
        (mission_id, service): Schedule(
            mission_id=mission_id,
            service_code=service,
            timezone=missions[mission_id].timezone,
            countries=tuple(dict.fromkeys((HOME, missions[mission_id].country))),
            sessions=tuple(found),
            closed_days=frozenset(closed_days.get(mission_id, ())),
        )
        for (mission_id, service), found in grouped.items()
    }


def _session(row: Row) -> SlotSession:
    return SlotSession(
        weekdays=frozenset(WEEKDAY_NAMES.index(day) for day in row["weekdays"].split(" ")),
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        slot_minutes=row["slot_minutes"],
        capacity=row["capacity"],
        is_demo=row["is_demo"],
        provenance=Provenance(
            source=row["source"],
            date=row["source_date"],
            confidence=Confidence(row["confidence"]),
        ),
    )
