"""The services that actions use, made once per process at the first call."""

from __future__ import annotations

from functools import lru_cache

from bot import settings
from bot.bootstrap.actions import ActionServices, action_services


@lru_cache(maxsize=1)
def services() -> ActionServices:
    """The services of this action server."""
    return action_services(settings.load())
