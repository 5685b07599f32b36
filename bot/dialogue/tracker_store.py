"""Rasa's memory of a conversation: the last turns and every slot, sealed, in Redis.

A turn must cost the same after a year as on the first day, so older turns are cut away and what
they left behind (slots, an open form) is put in their place. The case and the messages to and
from an officer are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import redis.asyncio
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot import settings
from bot.errors import ConsularError
from bot.privacy import Privacy
from bot.storage.kept_tracker import open_tracker, seal_events, tracker_key
from bot.storage.redis_client import open_redis

KEPT_TURNS = 5
_CUT_AT_TURNS = 10
_RANKING_KEPT = 3
_KEY = tracker_key("")
_KEPT_SECONDS = 30 * 24 * 3600
_VERSION = "stored_version"
_NEW = "0"

# Two Rasa servers may hold the same conversation for a moment (a turn that took too long and was
# sent again): the second to save has read what is no longer so, and saves nothing.
_SAVE = """
local stored = redis.call('GET', KEYS[1])
local version = stored and string.match(stored, '^(%d+)|') or '0'
if version ~= ARGV[1] then return '' end
local following = tostring(tonumber(version) + 1)
redis.call('SET', KEYS[1], following .. '|' .. ARGV[2], 'EX', ARGV[3])
return following
"""


class StaleTracker(ConsularError):
    """Somebody else has saved this conversation since it was read; the turn is to be repeated."""


class ConsularTrackerStore(TrackerStore):
    """Named in `endpoints.yml`; errors of Redis go to the caller, the turn is then tried again."""

    def __init__(
        self, domain: Domain, host: str | None = None, event_broker: EventBroker | None = None
    ) -> None:
        super().__init__(domain, event_broker)
        found = settings.load()
        self._privacy = Privacy(found.secret_key)
        self._redis: redis.asyncio.Redis[str] = open_redis(found.redis_url or "")
        self._save = self._redis.register_script(_SAVE)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps a tracker for thirty days from now.

        Raises:
            StaleTracker: it is not the one that is stored, changed; nothing is saved.
            RedisError: it is not known whether it was saved.
        """
        sealed = seal_events(self._privacy, [_as_dict(event) for event in shortened(tracker)])
        version = await self._save(
            keys=[tracker_key(tracker.sender_id)],
            args=[getattr(tracker, _VERSION, _NEW), sealed, _KEPT_SECONDS],
        )
        if not version:
            raise StaleTracker
        setattr(tracker, _VERSION, version)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its last turns, or None for a new conversation."""
        stored = await self._redis.get(tracker_key(sender_id))
        if stored is None:
            return None
        version, kept = open_tracker(self._privacy, stored)
        events = [_event(each) for each in kept]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        setattr(tracker, _VERSION, version or _NEW)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The same as `retrieve`: nothing older is kept."""
        return await self.retrieve(conversation_id)

    async def keys(self) -> Iterable[str]:
        """The conversations that are kept."""
        return [key.removeprefix(_KEY) async for key in self._redis.scan_iter(f"{_KEY}*")]


def shortened(tracker: DialogueStateTracker) -> list[Event]:
    """The tracker's events, with all but the last turns replaced by what they left behind."""
    events = list(tracker.events)
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= _CUT_AT_TURNS:
        return events
    cut = turns[-KEPT_TURNS]
    past = DialogueStateTracker.from_events(
        tracker.sender_id, events[:cut], list(tracker.slots.values())
    )
    started_at = events[cut].timestamp
    head: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME, timestamp=started_at),
        SessionStarted(timestamp=started_at),
        *(
            SlotSet(slot.name, slot.value, timestamp=started_at)
            for slot in past.slots.values()
            if slot.value is not None
        ),
    ]
    if past.active_loop_name:
        head.append(ActiveLoop(past.active_loop_name, timestamp=started_at))
    head.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=started_at))
    return head + events[cut:]


def _as_dict(event: Event) -> dict[str, Any]:
    kept: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        parsed = dict(kept["parse_data"])
        parsed["intent_ranking"] = parsed.get("intent_ranking", [])[:_RANKING_KEPT]
        kept["parse_data"] = parsed
    return kept


def _event(kept: dict[str, Any]) -> Event:
    return _event_classes()[kept["event"]]._from_parameters(kept)


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, Any]:
    """Rasa looks for the class of each event among all of them; once is enough."""
    return {each.type_name: each for each in all_subclasses(Event)}
