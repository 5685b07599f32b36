"""What can be chosen for an appointment, and what is done once it is confirmed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import PLACE_SLOT, TOPIC_SLOT, Question, Say
from actions.mission_card import say_mission
from actions.wiring import services
from bot.appointments.appointment import (
    AlreadyBooked,
    Appointment,
    AppointmentChanged,
    NoAppointment,
    NoSuchSlot,
    SlotTaken,
)
from bot.clock import utc_now
from bot.consular.facts import Bilingual
from bot.consular.place import Place
from bot.content.appointment_choices import (
    appointment_choice,
    day_choice,
    service_title,
    time_choice,
)
from bot.content.cards import mission_values
from bot.content.words import day_name
from bot.guided.dialogue import Choice
from bot.guided.guide import Turn
from bot.services.offer_slots import Offer
from bot.storage.serialise import attachment_to_json

BOOK, CHANGE = "book", "change"
_WITH_FILE = ("utter_appointment_booked", "utter_appointment_moved")
_DAYS_SHOWN = 8
_TIMES_SHOWN = 12
_START = "%Y%m%dT%H%MZ"
_REFUSALS: Mapping[type[Exception], str] = {
    SlotTaken: "utter_appointment_taken",
    NoSuchSlot: "utter_appointment_not_offered",
    NoAppointment: "utter_appointment_none",
    AppointmentChanged: "utter_appointment_changed_meanwhile",
}


class Choices:
    """The choices of one turn (`bot.guided.dialogue.Options`); each slot is looked up once."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._offers: dict[tuple[str, str], Offer] = {}
        self._own: tuple[Appointment, ...] | None = None

    def __call__(self, source: str, facts: Mapping[str, str]) -> tuple[Choice, ...]:
        """The choices of a source named in `data/guided/appointments.yml`.

        Raises:
            KeyError: no such source.
        """
        return {
            "missions": self._missions,
            "services": self._services,
            "days": self._days,
            "times": self._times,
            "appointments": self._appointments,
        }[source](facts)

    def _missions(self, facts: Mapping[str, str]) -> tuple[Choice, ...]:
        found = services().find_mission(Place.from_slot(json.loads(facts["place"])))
        missions = (found.mission, *found.others) if found.mission else ()
        return tuple(Choice(each.id, Bilingual(each.name.id, each.name.id)) for each in missions)

    def _services(self, facts: Mapping[str, str]) -> tuple[Choice, ...]:
        codes = services().records.offer_slots.services(facts["mission"])
        known = [each for code in codes if (each := services().facts.service(code))]
        asked = Counter(each.intent for each in known)
        return tuple(
            Choice(
                each.code,
                service_title(services().catalogue, each, is_only=asked[each.intent] == 1),
                hints=(each.name.id, each.name.en),
            )
            for each in known
        )

    def _days(self, facts: Mapping[str, str]) -> tuple[Choice, ...]:
        days = self._offer(facts).days()
        return tuple(
            day_choice(day, is_hidden=number >= _DAYS_SHOWN) for number, day in enumerate(days)
        )

    def _times(self, facts: Mapping[str, str]) -> tuple[Choice, ...]:
        offer = self._offer(facts)
        if offer.schedule is None:
            return ()
        zone, day = offer.schedule.timezone, date.fromisoformat(facts["day"])
        starts = [each.slot.starts_at for each in offer.slots if each.day == day]
        return tuple(
            time_choice(f"{at:{_START}}", at, timezone=zone, is_hidden=number >= _TIMES_SHOWN)
            for number, at in enumerate(starts)
        )

    def _appointments(self, _facts: Mapping[str, str]) -> tuple[Choice, ...]:
        return tuple(
            appointment_choice(each, mission)
            for each in self._booked()
            if (mission := services().facts.mission(each.mission_id))
        )

    def _booked(self) -> tuple[Appointment, ...]:
        if self._own is None:
            self._own = services().records.appointments.of_citizen(
                self._question.conversation_id, now=utc_now()
            )
        return self._own

    def _offer(self, facts: Mapping[str, str]) -> Offer:
        mission, service = facts.get("mission"), facts.get("service")
        for each in self._booked() if "appointment" in facts else ():
            if each.reference == facts["appointment"]:
                mission, service = each.mission_id, each.service_code
        if mission is None or service is None:
            return Offer(None)
        if (mission, service) not in self._offers:
            offered = services().records.offer_slots(mission, service)
            self._offers[mission, service] = offered
        return self._offers[mission, service]


def carry_out(turn: Turn, question: Question, say: Say) -> list[Any]:
    """Does what was confirmed, or says why it cannot be done.

    Args:
        turn: the end of a dialogue that does something.
        question: the turn's question.
        say: says a response.
    """
    question = replace(question, language=turn.language)
    return (_book if turn.does == BOOK else _change)(turn.facts, question, say)


def _book(facts: Mapping[str, str], question: Question, say: Say) -> list[Any]:
    if "service" not in facts:
        place = Place.from_slot(json.loads(facts["place"]))
        if "mission" in facts:
            place = Place(mission_id=facts["mission"])
        say_mission("utter_appointment_book", replace(question, place=place), say)
        return [SlotSet(PLACE_SLOT, place.as_slot())]
    if "time" not in facts:
        return _full(facts["mission"], facts["service"], question, say)
    starts_at = _start(facts["time"])
    try:
        booked = services().records.book(
            question.conversation_id,
            mission_id=facts["mission"],
            service_code=facts["service"],
            starts_at=starts_at,
        )
    except AlreadyBooked as error:
        # The same turn is taken again where its answer was lost on the way.
        is_this = error.appointment.starts_at == starts_at
        key = "utter_appointment_booked" if is_this else "utter_appointment_already"
        return _told(key, error.appointment, question, say)
    except (SlotTaken, NoSuchSlot) as error:
        return _refused(error, question, say)
    return _told("utter_appointment_booked", booked, question, say)


def _change(facts: Mapping[str, str], question: Question, say: Say) -> list[Any]:
    reference = facts.get("appointment")
    if reference is None:
        if question.place:
            say_mission("utter_appointment_change", question, say)
        else:
            say(response="utter_appointment_none", language=question.language)
        return []
    records = services().records
    try:
        if facts["change"] == "cancel":
            gone = records.cancel(question.conversation_id, reference=reference)
            return _told("utter_appointment_cancelled", gone, question, say)
        if "time" not in facts:
            current = records.appointments.by_reference(reference)
            if current is None:
                raise NoAppointment
            return _full(current.mission_id, current.service_code, question, say)
        moved = records.move(
            question.conversation_id, reference=reference, starts_at=_start(facts["time"])
        )
    except (SlotTaken, NoSuchSlot, NoAppointment, AppointmentChanged) as error:
        return _refused(error, question, say)
    return _told("utter_appointment_moved", moved, question, say)


def _refused(error: Exception, question: Question, say: Say) -> list[Any]:
    say(response=_REFUSALS[type(error)], language=question.language)
    return []


def _told(key: str, appointment: Appointment, question: Question, say: Say) -> list[Any]:
    words, language = services().records.appointment_words, question.language
    files: dict[str, Any] = {}
    if key in _WITH_FILE:
        files["attachments"] = [attachment_to_json(words.file(appointment, language))]
        files["instead_of_files"] = words.instead_of_file(appointment, language)
    say(response=key, language=language, **words.values(appointment, language), **files)
    service = services().facts.service(appointment.service_code)
    topic = {
        "action": "action_answer_service",
        "intent": service.intent if service else question.intent,
        "aspects": [],
        "service": appointment.service_code,
    }
    place = Place(mission_id=appointment.mission_id)
    return [SlotSet(PLACE_SLOT, place.as_slot()), SlotSet(TOPIC_SLOT, topic)]


def _full(mission_id: str, service_code: str, question: Question, say: Say) -> list[Any]:
    """Every place is taken."""
    mission, service = services().facts.mission(mission_id), services().facts.service(service_code)
    schedule = services().records.offer_slots(mission_id, service_code).schedule
    if mission is None or service is None or schedule is None:
        say(response="utter_appointment_not_offered", language=question.language)
        return []
    values = mission_values(mission, question.language)
    values["service"] = service.name.text(question.language)
    values["until"] = day_name(schedule.last_day(utc_now()), question.language)
    say(response="utter_appointment_full", language=question.language, **values)
    return []


def _start(value: str) -> datetime:
    return datetime.strptime(value, _START).replace(tzinfo=timezone.utc)
