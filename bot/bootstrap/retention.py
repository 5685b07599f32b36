"""Deleting by age put together."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.clock import Clock
from bot.content.retention import load_retention
from bot.services.clear_old import ClearOld
from bot.services.meter import Meter
from bot.settings import Settings
from bot.storage.old_data import SqlOldData


def clear_old(settings: Settings, engine: Engine, *, meter: Meter, clock: Clock) -> ClearOld:
    """What the workers' timer calls.

    Raises:
        SetupError: `data/retention.yml` or `RETENTION_DAYS` is wrong.
    """
    retention = load_retention(settings.retention_days)
    return ClearOld(SqlOldData(engine, clock), retention, meter=meter, clock=clock)
