"""How often a citizen may call for people outside emergencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
REQUESTS_A_DAY = 3


def allowed_again_at(requests: Iterable[datetime], now: datetime) -> datetime | None:
    """When the next request is allowed; None if it is allowed now.

    Args:
        requests: when earlier ones opened or reopened a case (UTC).
    """
    recent = sorted((at for at in requests if at > now - WINDOW), reverse=True)
    return recent[REQUESTS_A_DAY - 1] + WINDOW if len(recent) >= REQUESTS_A_DAY else None
