"""A conversation's memory stays short without losing what it must remember."""

from __future__ import annotations

import json

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.tracker_store import KEPT_TURNS, shortened

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            "place": {
                "type": "any",
                "influence_conversation": False,
                "mappings": [{"type": "custom"}],
            }
        },
    }
)


def _conversation(turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker("web:a", DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    for number in range(turns):
        tracker.update(UserUttered("halo", intent={"name": "greet"}, message_id=str(number)))
        if number == 0:
            tracker.update(SlotSet("place", {"country": "JP"}))
        tracker.update(ActionExecuted("utter_greet"))
        tracker.update(BotUttered("halo"))
        tracker.update(ActionExecuted("action_listen"))
    return tracker


def _again(tracker: DialogueStateTracker) -> DialogueStateTracker:
    events = json.loads(json.dumps([event.as_dict() for event in shortened(tracker)]))
    return DialogueStateTracker.from_dict("web:a", events, DOMAIN.slots)


def _messages(tracker: DialogueStateTracker) -> list[str]:
    return [e.message_id for e in tracker.events if isinstance(e, UserUttered)]


def test_a_short_conversation_is_kept_whole() -> None:
    tracker = _conversation(5)
    assert shortened(tracker) == list(tracker.events)


def test_a_long_conversation_keeps_its_last_turns_and_every_slot() -> None:
    tracker = _again(_conversation(100))
    assert _messages(tracker) == [str(n) for n in range(100 - KEPT_TURNS, 100)]
    assert tracker.get_slot("place") == {"country": "JP"}


def test_what_is_kept_does_not_grow_with_the_conversation() -> None:
    lengths = []
    tracker = _conversation(0)
    for number in range(300):
        tracker.update(UserUttered("halo", intent={"name": "greet"}, message_id=str(number)))
        tracker.update(ActionExecuted("action_listen"))
        tracker = _again(tracker)
        lengths.append(len(tracker.events))
    assert max(lengths[200:]) <= max(lengths[:60])


def test_a_shortened_conversation_does_not_start_anew() -> None:
    tracker = _again(_conversation(100))
    assert tracker.applied_events()
    assert isinstance(list(tracker.events)[1], SessionStarted)
