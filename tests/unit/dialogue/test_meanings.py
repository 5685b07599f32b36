"""What was chosen where we were unsure is known by its intent, never by words."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import BooleanSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.meanings import chosen_meaning

BUTTONS = [
    {"title": "Paspor hilang", "payload": "/passport_lost"},
    {"title": "SPLP", "payload": "/travel_document"},
]


def tracker(*, is_unsure: bool, buttons: list[dict[str, Any]]) -> DialogueStateTracker:
    slot = BooleanSlot("unsure_before", mappings=[{}], initial_value=False)
    found = DialogueStateTracker("a", [slot])
    events = [
        UserUttered("paspor"),
        BotUttered("Yang mana?", {"buttons": buttons}),
        SlotSet("unsure_before", is_unsure),
    ]
    for event in events:
        found.update(event)
    return found


def test_a_tapped_meaning_is_known_with_those_beside_it() -> None:
    found = chosen_meaning(tracker(is_unsure=True, buttons=BUTTONS), "/travel_document")
    assert found == {"intent": "travel_document", "offered": ["passport_lost", "travel_document"]}


def test_another_button_and_another_question_are_no_choice_of_a_meaning() -> None:
    assert chosen_meaning(tracker(is_unsure=True, buttons=BUTTONS), "/help_menu") is None
    assert chosen_meaning(tracker(is_unsure=False, buttons=BUTTONS), "/passport_lost") is None
    assert chosen_meaning(tracker(is_unsure=True, buttons=[]), "/passport_lost") is None
