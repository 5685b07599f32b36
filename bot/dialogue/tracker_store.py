"""Rasa's memory of a conversation: the last turns and every slot, sealed, in Redis.

A turn must cost the same after a year as on the first day, so older turns are cut away and what
they left behind (slots, an open form) is put in their place. The case and the messages to and
from an officer are kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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

from bot import settings
from bot.privacy import Privacy

KEPT_TURNS = 12
_CUT_AT_TURNS = 24
_KEY = "tracker:"
_KEPT_SECONDS = 30 * 24 * 3600


class ConsularTrackerStore(TrackerStore):
    """Named in `endpoints.yml`; errors of Redis go to the caller, the turn is then tried again."""

    def __init__(
        self, domain: Domain, host: str | None = None, event_broker: EventBroker | None = None
    ) -> None:
        super().__init__(domain, event_broker)
        found = settings.load()
        self._privacy = Privacy(found.secret_key)
        self._redis = redis.asyncio.Redis.from_url(found.redis_url or "", decode_responses=True)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps a tracker for thirty days from now."""
        events = [event.as_dict() for event in shortened(tracker)]
        sealed = self._privacy.seal(json.dumps(events, ensure_ascii=False))
        await self._redis.set(_KEY + tracker.sender_id, sealed, ex=_KEPT_SECONDS)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its last turns, or None for a new conversation."""
        sealed = await self._redis.get(_KEY + sender_id)
        if sealed is None:
            return None
        events: list[dict[str, Any]] = json.loads(self._privacy.unseal(sealed))
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

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
