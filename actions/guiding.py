"""Checklists and forms in a conversation: `bot.guided` decides, this room hears and says."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from rasa_sdk.events import SlotSet

from actions import booking
from actions.context import GUIDED_SLOT, TOPIC_SLOT, Question, Say, remember
from actions.visa_rules import ABROAD, say_rule
from actions.wiring import services
from bot.clock import utc_now
from bot.consular.place import Place
from bot.content.cards import service_values
from bot.guided.checklist import Result, chosen_fees, personalised
from bot.guided.dialogue import UNKNOWN
from bot.guided.guide import Turn
from bot.guided.turn import Outcome, Tools, Utterance
from bot.services.answer_service import ServiceAnswer

_ACTION = "action_answer_service"
LEGAL_BASIS = {
    "title": "utter_button_legal_basis",
    "payload": '/follow_up{"aspect":"legal_basis"}',
}
# The services that can be begun here, by a form.
FORMS = {"LAPOR_DIRI": "lapor_diri_form"}
# The service that is a rule of a country and no list of papers.
_RULE_SERVICE = "VISA_ABROAD"


def hear(question: Question) -> Turn | None:
    """Lets an open dialogue take the message; None where there is none."""
    if not question.talk:
        return None
    said = Utterance(
        text="" if question.is_button else question.text,
        token=question.entity("answer"),
        language=question.language,
        place=_as_text(question.named),
        country=question.named.country,
        day=question.entity("date"),
        is_question=question.is_sure,
        names_aspect=question.entity("aspect") is not None,
    )
    return services().guide.take(question.talk, said, tools=_tools(question))


def begin(
    name: str, question: Question, say: Say, *, action: str = _ACTION, service: str | None = None
) -> list[Any]:
    """Begins a dialogue with what is known already.

    Args:
        action: goes on with the topic ("kalau di Jepang?").
        service: the service that it is about, where that is known.
    """
    given = {"place": _as_text(question.place), "service": service}
    known = {key: value for key, value in given.items() if value}
    turn = services().guide.begin(
        question.talk,
        name,
        language=question.language,
        tools=_tools(question),
        intent=question.intent,
        known=known,
        country=question.named.country,
        text="" if question.is_button else question.text,
    )
    return [*remember(action, question, service=service), *tell(turn, question, say)]


def tell(turn: Turn, question: Question, say: Say) -> list[Any]:
    """Says what came of a turn and keeps it."""
    place = question.place
    if turn.result:
        place = _as_place(turn.result.place) or place
        _show(turn.result, place, turn.language, say)
    if turn.record:
        services().keep_registration(question.conversation_id, turn.record)
    done = booking.carry_out(turn, question, say) if turn.does else []
    say_all(turn, say)
    events = [*done, kept(turn), *_topic(turn)]
    if turn.outcome is Outcome.DONE and place:
        events.append(SlotSet("place", place.as_slot()))
    return events


def _topic(turn: Turn) -> list[Any]:
    """What was told last is what a follow-up goes on from, whatever was asked in between."""
    code = turn.result.service if turn.result else None
    service = services().facts.service(code) if code and code != _RULE_SERVICE else None
    if service is None:
        return []
    topic = {"action": _ACTION, "intent": service.intent, "aspects": [], "service": service.code}
    return [SlotSet(TOPIC_SLOT, topic)]


def say_all(turn: Turn, say: Say) -> None:
    """Says the dialogue's own messages."""
    for message in turn.messages:
        buttons = [{"title": b.title, "payload": b.payload} for b in message.buttons]
        say(
            text=message.text,
            buttons=buttons,
            asks_location=message.asks_location,
            language=turn.language,
        )


def kept(turn: Turn) -> Any:
    """The event that keeps the dialogues."""
    return SlotSet(GUIDED_SLOT, turn.talk.as_slot())


def _show(result: Result, place: Place, language: str, say: Say) -> None:
    facts = services().facts
    service = facts.service(result.service) if result.service else None
    notes = [note.text(language) for note in result.notes]
    if service is None:
        say(response="utter_personal_notes", notes="\n".join(notes), language=language)
        return
    if service.code == _RULE_SERVICE:
        say_rule(say, ABROAD, result.facts["destination"], language=language)
        if notes:
            say(response="utter_personal_notes", notes="\n".join(notes), language=language)
        return
    found = services().find_mission(place)
    answer = ServiceAnswer(
        service=personalised(service, result),
        related=(),
        found=found,
        fees=chosen_fees(result, lambda code: services().answer_service.fees(code, found)),
        is_charged=bool(facts.missions_with_fees(service.code)),
    )
    values = service_values(answer, (), language)
    note = answer.service.note
    values["note"] = note.text(language) if note else None
    response = "utter_service_card" if found.mission else "utter_service_card_anywhere"
    choices = [*form_choices(service.code), LEGAL_BASIS]
    say(response=response, choices=choices, language=language, **values)


def form_choices(service: str) -> list[dict[str, str]]:
    """The button that opens a service's form, if it has one."""
    return [{"title": "utter_button_form", "payload": "/fill_form"}] if service in FORMS else []


def checklist_choices(intent: str) -> list[dict[str, str]]:
    """The button that begins the personal checklist of what an intent asks, if it has one."""
    if services().guide.for_intent(intent) is None:
        return []
    return [{"title": "utter_button_checklist", "payload": "/personal_checklist"}]


def _tools(question: Question) -> Tools:
    def read_date(_text: str) -> date | None:
        found = question.entity("date")
        return date.fromisoformat(found) if found else None

    def lookup(table: str, country: str) -> str:
        look_up = {
            "visa_for_indonesians": services().facts.visa_for_indonesians,
            "visa_to_indonesia": services().facts.visa_to_indonesia,
        }.get(table)
        rule = look_up(country) if look_up else None
        return rule.requirement if rule else UNKNOWN

    return Tools(
        now=utc_now(),
        read_date=read_date,
        read_country=lambda _text: question.named.country,
        read_place=lambda _text: _as_text(question.named),
        lookup=lookup,
        options=booking.Choices(question),
    )


def _as_text(place: Place) -> str | None:
    return json.dumps(place.as_slot()) if place else None


def _as_place(text: str | None) -> Place:
    return Place.from_slot(json.loads(text)) if text else Place()
