"""A ministry's worth of records: what a full database costs can only be seen on a full one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.consular.identity import identity_mark
from bot.privacy import Privacy
from bot.storage.facts import SqlConsularFacts
from bot.storage.tables.conversations import conversations
from bot.storage.tables.facts import application_steps, applications
from bot.storage.tables.records import appointments

APPLICATIONS, APPOINTMENTS, CONVERSATIONS = 100_000, 50_000, 20_000
BORN, LAST4 = date(1990, 5, 3), "7719"
MISSION, SERVICE = "kbri-singapore", "PASSPORT_REPLACE"
_STATUSES = ("received", "interviewed", "printed", "ready")
# Only so many can be asked for with the right identity: a mark costs time.
_MARKED = 1_000


def fill(engine: Engine, privacy: Privacy) -> None:
    """Writes the records in bulk: applications with their histories, appointments, conversations.

    Args:
        privacy: marks the identity that the first thousand applications are asked for with.
    """
    now = utc_now()
    mission_ids = [mission.id for mission in SqlConsularFacts(engine).missions()]
    _write(engine, conversations, (_conversation(n, now) for n in range(CONVERSATIONS)))
    _write(
        engine, applications, (_application(n, mission_ids, privacy) for n in range(APPLICATIONS))
    )
    _write(engine, application_steps, _steps())
    _write(engine, appointments, _appointments(now, mission_ids))
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _write(engine: Engine, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while chunk := list(islice(rows, 5_000)):
        with engine.begin() as connection:
            connection.execute(insert(table), chunk)


def _conversation(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": f"web:load{number}",
        "channel": "web",
        "address_sealed": "x" * 120,
        "is_language_chosen": False,
        "owner": "bot",
        "opened_at": now,
    }


def reference(number: int) -> str:
    """The number of an application."""
    return f"LOD-{number // 10_000:04}-{number % 10_000:04}"


def _application(number: int, mission_ids: list[str], privacy: Privacy) -> dict[str, Any]:
    name = reference(number)
    is_marked = number < _MARKED
    mark = identity_mark(privacy, name, born=BORN, last4=LAST4) if is_marked else "0" * 64
    return {
        "reference": name,
        "service_code": SERVICE,
        "mission_id": mission_ids[number % len(mission_ids)],
        "identity_hash": mark,
        "is_demo": False,
        "origin": "import",
    }


def _steps() -> Iterator[dict[str, Any]]:
    for number in range(APPLICATIONS):
        for position, status in enumerate(_STATUSES, start=1):
            yield {
                "reference": reference(number),
                "position": position,
                "at": f"2026-10-{position:02}",
                "status": status,
                "origin": "import",
            }


def _appointments(now: datetime, mission_ids: list[str]) -> Iterator[dict[str, Any]]:
    """Two years back and six weeks ahead, many of them at one busy mission."""
    day = now.replace(hour=1, minute=0, second=0, microsecond=0)
    for number in range(APPOINTMENTS):
        ahead = number % 770 - 730
        mission = MISSION if number % 5 == 0 else mission_ids[number % len(mission_ids)]
        starts_at = day + timedelta(days=ahead, minutes=15 * (number // 770 % 12))
        yield {
            "reference": f"JT-LOAD-{number}",
            "conversation_id": f"web:load{number % CONVERSATIONS}",
            "mission_id": mission,
            "service_code": f"LOAD{number // CONVERSATIONS}" if number % 5 else SERVICE,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=15),
            "place": number,
            "state": "over" if ahead < 0 else "booked" if number % 5 else "cancelled",
            "version": 1,
            "booked_at": starts_at - timedelta(days=9),
            "changed_at": starts_at - timedelta(days=9),
            "remind_at": starts_at - timedelta(days=1) if ahead > 0 and number % 5 else None,
        }
