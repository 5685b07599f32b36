"""Emergencies between two messages, in Redis, sealed: there whenever a message is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.casework.case import Outcome, Priority
from bot.emergency.emergency import Emergency, from_json, to_json
from bot.errors import ConsularError
from bot.logs import Log
from bot.messages import Location
from bot.privacy import Privacy
from bot.services.emergency_ports import EmergencyReport
from bot.storage.serialise import inbound_from_json, inbound_to_json

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

_KEY = "emergency:"
_POSTPONED = "emergencies:postponed"
_KEPT = timedelta(hours=72)


class RedisEmergencies:
    """The `EmergencyRecords` port.

    Args:
        redis: from `open_redis`.
        privacy: seals what is kept.
    """

    def __init__(self, redis: Redis, privacy: Privacy) -> None:
        self._redis = redis
        self._privacy = privacy

    async def load(self, conversation_id: str) -> Emergency | None:
        """The conversation's last emergency of the last 72 hours.

        Raises:
            RedisError: Redis is away.
        """
        sealed = await self._redis.get(_KEY + conversation_id)
        if sealed is None:
            return None
        try:
            return from_json(self._privacy.unseal(sealed))
        except (ConsularError, KeyError, TypeError, ValueError):
            _log.warning("emergency.unreadable", conversation=conversation_id)
            return None

    async def save(self, conversation_id: str, emergency: Emergency) -> None:
        """Keeps it for 72 hours.

        Raises:
            RedisError: Redis is away.
        """
        sealed = self._privacy.seal(to_json(emergency))
        await self._redis.set(_KEY + conversation_id, sealed, ex=_KEPT)

    async def postpone(self, report: EmergencyReport) -> None:
        """Keeps a report until the database is back."""
        await self._redis.rpush(_POSTPONED, self._privacy.seal(_report_to_json(report)))

    async def next_postponed(self) -> tuple[str, EmergencyReport | None] | None:
        """The oldest postponed report with a handle; no report if it cannot be read."""
        sealed = await self._redis.lindex(_POSTPONED, 0)
        if sealed is None:
            return None
        try:
            return sealed, _report_from_json(self._privacy.unseal(sealed))
        except (ConsularError, KeyError, TypeError, ValueError):
            _log.error("emergency.report_unreadable")
            return sealed, None

    async def done(self, handle: str) -> None:
        """It was brought to the desk."""
        await self._redis.lrem(_POSTPONED, 1, handle)


def _report_to_json(report: EmergencyReport) -> str:
    data = asdict(report) | {
        "message": inbound_to_json(report.message),
        "at": report.at.isoformat(),
        "priority": report.priority.value,
        "outcome": report.outcome.value if report.outcome else None,
    }
    return json.dumps(data, ensure_ascii=False)


def _report_from_json(text: str) -> EmergencyReport:
    data: dict[str, Any] = json.loads(text)
    spot = data["location"]
    return EmergencyReport(
        **data
        | {
            "message": inbound_from_json(data["message"]),
            "at": datetime.fromisoformat(data["at"]),
            "priority": Priority(data["priority"]),
            "outcome": Outcome(data["outcome"]) if data["outcome"] else None,
            "location": Location(**spot) if spot else None,
            "wishes": tuple(data["wishes"]),
        }
    )
