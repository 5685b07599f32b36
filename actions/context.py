"""What an action needs to know of the turn: the one place where the tracker is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.consular.place import Place
from bot.conversation.language import language_of
from bot.messages import Location

PLACE_SLOT = "place"
TOPIC_SLOT = "topic"
UNSURE_SLOT = "unsure_before"
GOES_ON = ("follow_up", "share_location")
COUNTRY, CITY, MISSION = "country", "city", "mission"


@dataclass(frozen=True)
class Question:
    """One turn's question.

    Args:
        intent: what was asked, as understood.
        language: of the answer.
        place: named now, else remembered.
        is_place_new: whether the place was named in this message.
        aspects: what of a service is asked for; empty for all.
        entities: all values by name, in the order of the words.
        attachment: the kind of a file that came without words.
        topic: what was answered last: `action`, `intent`, `service`.
        likeliest: the intents that the words may mean, best first.
        was_unsure: whether the last answer asked what was meant.
    """

    conversation_id: str
    text: str
    intent: str
    language: str
    place: Place
    is_place_new: bool
    aspects: tuple[str, ...]
    entities: dict[str, tuple[str, ...]]
    attachment: str | None
    topic: dict[str, Any]
    likeliest: tuple[str, ...]
    was_unsure: bool

    def entity(self, name: str) -> str | None:
        """The first value of an entity."""
        values = self.entities.get(name, ())
        return values[0] if values else None


def read_question(tracker: Tracker) -> Question:
    """Reads the latest message and what is remembered."""
    latest: dict[str, Any] = tracker.latest_message
    metadata = latest.get("metadata") or {}
    entities = _entities(latest.get("entities") or [])
    named = _named_place(entities, metadata.get("location"))
    topic = tracker.get_slot(TOPIC_SLOT) or {}
    intent = latest["intent"]["name"]
    if intent in GOES_ON and topic:
        intent = topic["intent"]
    return Question(
        conversation_id=tracker.sender_id,
        text=latest.get("text") or "",
        intent=intent,
        language=language_of(latest),
        place=named or Place.from_slot(tracker.get_slot(PLACE_SLOT)),
        is_place_new=bool(named),
        aspects=entities.get("aspect", ()),
        entities=entities,
        attachment=metadata.get("attachment"),
        topic=topic,
        likeliest=tuple(
            guess["name"]
            for guess in latest.get("intent_ranking", ())
            if guess["name"] != "nlu_fallback"
        ),
        was_unsure=bool(tracker.get_slot(UNSURE_SLOT)),
    )


def remember(action: str, question: Question, *, service: str | None = None) -> list[Any]:
    """The events that let the next question go on from this one."""
    topic = {"action": action, "intent": question.intent, "service": service}
    return [
        SlotSet(TOPIC_SLOT, topic),
        SlotSet(PLACE_SLOT, question.place.as_slot() if question.place else None),
        SlotSet(UNSURE_SLOT, False),
    ]


def _entities(found: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for entity in found:
        name, value = entity["entity"], str(entity["value"])
        if value not in values.get(name, ()):
            values[name] = (*values.get(name, ()), value)
    return values


def _named_place(entities: dict[str, tuple[str, ...]], location: dict[str, float] | None) -> Place:
    if location:
        return Place(location=Location(location["latitude"], longitude=location["longitude"]))
    first = {name: values[0] for name, values in entities.items()}
    return Place(country=first.get(COUNTRY), city=first.get(CITY), mission_id=first.get(MISSION))
