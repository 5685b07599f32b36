"""What we asked for is an answer; what nobody asked for, and what tells of danger, is a cry."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.processor import _is_asked_for
from bot.guided.state import Stage, State, Talk

CHECKLIST = State(dialogue="death", asking="place")
CAUSE = State(dialogue="passport", asking="cause")


def tracker(state: State | None = None, topic: dict[str, Any] | None = None) -> Any:
    slots = [AnySlot(name, mappings=[{}]) for name in ("guided", "topic")]
    found = DialogueStateTracker("a", slots)
    found.update(SlotSet("guided", Talk(open=state).as_slot()))
    found.update(SlotSet("topic", topic))
    return found


def asked_for(found: Any, text: str, **entities: str) -> bool:
    """Whether a message counts as an answer that the classifier takes for an emergency."""
    parsed = {
        "intent": {"name": "emergency_general", "confidence": 0.4},
        "entities": [
            {
                "entity": name,
                "value": value,
                "start": text.index(value),
                "end": text.index(value) + len(value),
            }
            for name, value in entities.items()
        ],
        "language": "id",
        "urgent": True,
    }
    return _is_asked_for(found, UserMessage(text), parsed)


def test_a_place_where_a_place_was_asked_for_is_an_answer() -> None:
    assert asked_for(tracker(CHECKLIST), "di Riyadh", city="Riyadh")
    assert not asked_for(tracker(), "di Riyadh", city="Riyadh")


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.CONFIRMING, Stage.CHOOSING])
def test_where_no_question_is_open_a_place_is_no_answer(stage: Stage) -> None:
    done = State(dialogue="death", asking="place", stage=stage)
    assert not asked_for(tracker(done), "di Riyadh", city="Riyadh")


@pytest.mark.parametrize(
    "text", ["tolong saya dipukul", "he locked me in", "tolong", "darurat pak", "SOS", "help me"]
)
def test_a_cry_is_never_an_answer(text: str) -> None:
    for state in (CHECKLIST, CAUSE, State(dialogue="lapor_diri_form", asking="name")):
        assert not asked_for(tracker(state), text)


def test_danger_counts_as_an_answer_only_where_the_question_offers_the_word() -> None:
    assert asked_for(tracker(CAUSE), "banjir")
    assert not asked_for(tracker(CHECKLIST), "banjir")
    assert not asked_for(tracker(CAUSE), "rumah saya banjir")


def test_data_that_were_asked_for_outside_a_form_are_an_answer() -> None:
    waiting = tracker(topic={"action": "action_tell_status", "awaits": "identity"})
    assert asked_for(waiting, "21 november 1984", date="21 november 1984")
    assert asked_for(waiting, "3056")
    assert not asked_for(waiting, "saya di sini sendirian")
    assert not asked_for(tracker(topic={"action": "action_tell_status"}), "3056")


def test_what_is_no_alarm_counts_only_where_it_is_offered_word_for_word() -> None:
    calm = {"intent": {"name": "greet"}, "entities": [], "language": "id", "urgent": False}
    assert _is_asked_for(tracker(CAUSE), UserMessage("banjir"), calm)
    assert not _is_asked_for(tracker(CAUSE), UserMessage("2"), calm)
