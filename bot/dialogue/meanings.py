"""Which of the offered meanings a citizen chose: what the quality loop learns from."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

_UNSURE_SLOT = "unsure_before"


def chosen_meaning(tracker: DialogueStateTracker, payload: str) -> dict[str, Any] | None:
    """The intent a button stands for and those offered with it, best guess first.

    Args:
        tracker: before the turn.
        payload: of the button.

    Returns:
        None if the last answer did not ask what was meant, or the button is another one.
    """
    if not tracker.get_slot(_UNSURE_SLOT):
        return None
    said = next((e for e in reversed(tracker.events) if isinstance(e, BotUttered)), None)
    buttons = (said.data.get("buttons") if said else None) or ()
    offered = [_intent(button["payload"]) for button in buttons]
    intent = _intent(payload)
    return {"intent": intent, "offered": offered} if intent in offered else None


def _intent(payload: str) -> str:
    return payload[1:].partition("{")[0]
