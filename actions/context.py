"""What an action needs to know of the turn: the one place where the tracker is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.wiring import services
from bot.casework.case import Line
from bot.consular.place import HOME, Place
from bot.conversation.language import language_of
from bot.guided.state import Talk
from bot.guided.words import Command, command
from bot.messages import Location

PLACE_SLOT = "place"
TOPIC_SLOT = "topic"
UNSURE_SLOT = "unsure_before"
GUIDED_SLOT = "guided"
SURE_CONFIDENCE = 0.6
# What a topic waits for: who asks is to be known before a status is told; what is to be checked.
IDENTITY, CONTACT = "identity", "contact"
# A topic that waited when another question came in between; "lanjut" goes on with it.
WAITING = "waiting"
_ANSWER_CHARACTERS = 80
_CONTACT_WORDS = 5
# Said inside a dialogue these are answers to it, never another question.
_REPLIES = frozenset(
    {"affirm", "deny", "cancel", "follow_up", "share_location", "guided", "nlu_fallback"}
    | {"out_of_scope"}
)
GOES_ON = ("follow_up", "share_location")
COUNTRY, CITY, MISSION = "country", "city", "mission"

# Says one response: called with `response=` and the values that it names.
Say = Callable[..., None]


@dataclass(frozen=True)
class Question:
    """One turn's question.

    Args:
        intent: what was asked, as understood.
        language: of the answer.
        named: the place that this message names, if any.
        place: where the citizen is: named now, else remembered.
        aspects: what of a service is asked for, now or before a follow-up; empty for all.
        entities: all values by name, in the order of the words.
        attachment: the kind of a file that came without words.
        topic: what was answered last: `action`, `intent`, `service`.
        likeliest: the intents that the words may mean, best first.
        was_unsure: whether the last answer asked what was meant.
        talk: the checklists and forms of this conversation.
        is_sure: the message clearly asks something of its own.
        is_follow_up: the message goes on with the topic.
        is_button: the text is what a button carries, not words.
        also: a second wish of the same message: a button's `title` and `payload`.
        message_id: of the message; None where it is not known.
        lines: what was said in the last turns, oldest first.
    """

    conversation_id: str
    text: str
    intent: str
    language: str
    kept_language: str | None
    named: Place
    place: Place
    aspects: tuple[str, ...]
    entities: dict[str, tuple[str, ...]]
    attachment: str | None
    topic: dict[str, Any]
    likeliest: tuple[str, ...]
    was_unsure: bool
    talk: Talk
    is_sure: bool
    is_follow_up: bool
    is_button: bool
    also: dict[str, str] | None = None
    message_id: str | None = None
    lines: tuple[Line, ...] = ()

    @property
    def answers_identity(self) -> bool:
        """The message is what was asked for before a status may be told."""
        has_digits = any(letter.isdigit() for letter in self.text)
        return self.topic.get("awaits") == IDENTITY and self._is_short and has_digits

    @property
    def answers_contact(self) -> bool:
        """The message is a number, address or site to check, with hardly another word."""
        if self.topic.get("awaits") != CONTACT or not self._is_short:
            return False
        is_bare = len(self.text.split()) <= _CONTACT_WORDS
        return is_bare and bool(services().check_official(self.text, self.place.country))

    @property
    def goes_back(self) -> bool:
        """The message goes on with what was asked before another question came in between."""
        said = command(self.text) if not self.is_button else None
        is_waiting = bool(self.topic.get("awaits") or self.topic.get(WAITING))
        return is_waiting and said is not None and said.command is Command.CONTINUE

    @property
    def _is_short(self) -> bool:
        return len(self.text) <= _ANSWER_CHARACTERS and not self.is_button

    @property
    def asks_openly(self) -> bool:
        """The message tells a need and asks for nothing in particular."""
        return not self.aspects and not self.is_follow_up

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
    if not (named.city or named.mission_id or named.location):
        region = services().find_region(latest.get("text") or "", named.country)
        named = Place(country=region.country, region=region.region) if region else named
    topic = tracker.get_slot(TOPIC_SLOT) or {}
    intent = latest["intent"]["name"]
    aspects = entities.get("aspect", ())
    if intent in GOES_ON and topic:
        intent = topic["intent"]
        aspects = aspects or tuple(topic.get("aspects") or ())
    return Question(
        conversation_id=tracker.sender_id,
        text=latest.get("text") or "",
        intent=intent,
        language=language_of(latest),
        kept_language=metadata.get("language"),
        named=named,
        place=named or Place.from_slot(tracker.get_slot(PLACE_SLOT)),
        aspects=aspects,
        entities=entities,
        attachment=metadata.get("attachment"),
        topic=topic,
        likeliest=tuple(
            guess["name"]
            for guess in latest.get("intent_ranking", ())
            if guess["name"] != "nlu_fallback"
        ),
        was_unsure=bool(tracker.get_slot(UNSURE_SLOT)),
        talk=Talk.from_slot(tracker.get_slot(GUIDED_SLOT)),
        is_follow_up=latest["intent"]["name"] in GOES_ON,
        is_button=(latest.get("text") or "").startswith("/"),
        is_sure=latest["intent"]["name"] not in _REPLIES
        and latest["intent"].get("confidence", 0.0) >= SURE_CONFIDENCE,
        also=latest.get("also"),
        message_id=_message_id(tracker),
        lines=tuple(_lines(tracker.events)),
    )


def _message_id(tracker: Tracker) -> str | None:
    said = [event for event in tracker.events if event.get("event") == "user"]
    return (said[-1].get("message_id") if said else None) or None


def _lines(events: list[dict[str, Any]]) -> Iterator[Line]:
    """What was said; what a button carries is no words."""
    for event in events:
        author = {"user": "citizen", "bot": "bot"}.get(event.get("event", ""))
        text = event.get("text") or ""
        if author and text and not (author == "citizen" and text.startswith("/")):
            yield Line(author, text)


def remember(action: str, question: Question, **more: str | None) -> list[Any]:
    """The events that let the next question go on from this one, with where the citizen is.

    Args:
        more: what else the topic is about: a `service`, a `country`.
    """
    place = SlotSet(PLACE_SLOT, question.place.as_slot() if question.place else None)
    return [place, *remember_topic(action, question, **more)]


def remember_topic(action: str, question: Question, **more: str | None) -> list[Any]:
    """As `remember`, for a place that is not where the citizen is (a journey's end)."""
    topic: dict[str, Any] = {
        "action": action,
        "intent": question.intent,
        "aspects": list(question.aspects),
        **more,
    }
    before = question.topic
    waiting = before if before.get("awaits") else before.get(WAITING)
    if waiting and waiting["action"] != action:
        topic[WAITING] = {name: kept for name, kept in waiting.items() if name != WAITING}
    return [SlotSet(TOPIC_SLOT, topic), SlotSet(UNSURE_SLOT, False)]


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
    # "Orang Indonesia di Jepang" is about Japan: home counts only where no other country is named.
    abroad = [code for code in entities.get(COUNTRY, ()) if code != HOME]
    country = abroad[0] if abroad else first.get(COUNTRY)
    return Place(country=country, city=first.get(CITY), mission_id=first.get(MISSION))
