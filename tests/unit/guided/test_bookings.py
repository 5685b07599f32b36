"""Appointments as a guided dialogue: choices that change from day to day, then a confirmation."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.consular.facts import Bilingual
from bot.guided.dialogue import Choice
from bot.guided.state import Talk
from bot.guided.turn import Outcome, Utterance
from tests.unit.guided.talking import TOOLS, guide


def _choices(*values):
    return tuple(Choice(value, Bilingual(value, value)) for value in values)


class Desk:
    """What can be chosen: two missions in Malaysia, one elsewhere; days and times by service."""

    def __init__(self):
        self.days = ["2026-11-30", "2026-12-01"]
        self.times = {"2026-11-30": ["t0900", "t0930"], "2026-12-01": ["t1000"]}
        self.services = ["PASSPORT_REPLACE", "LEGALIZATION"]
        self.appointments = ["JT-261124-AAAAA"]

    def __call__(self, source, facts):
        if source == "missions":
            return _choices(*(["kbri-kl", "kjri-penang"] if facts["place"] == "MY" else ["kbri-x"]))
        if source == "services":
            return _choices(*self.services)
        if source == "days":
            return _choices(*self.days)
        if source == "times":
            return _choices(*self.times[facts["day"]])
        return _choices(*self.appointments)


class Booking:
    def __init__(self, name="appointment_book", *, language="id", **known):
        self.desk = Desk()
        self.tools = replace(TOOLS, options=self.desk)
        self.turn = guide().begin(
            Talk(), name, language=language, tools=self.tools, intent=name, known=known
        )

    def say(self, text="", **said):
        talk = Talk.from_slot(json.loads(json.dumps(self.turn.talk.as_slot())))
        self.turn = guide().take(talk, Utterance(text=text, **said), tools=self.tools)
        return self

    def press(self, title):
        buttons = {b.title: b.payload for m in self.turn.messages for b in m.buttons}
        return self.say(token=json.loads(buttons[title].removeprefix("/guided"))["answer"])

    @property
    def asking(self):
        return self.turn.talk.open.asking if self.turn.talk.open else None

    @property
    def text(self):
        return "\n".join(m.text for m in self.turn.messages)


def test_only_what_is_not_known_is_asked():
    booking = Booking(place="JP", service="LEGALIZATION")
    assert booking.asking == "day"


def test_a_place_with_several_missions_is_asked_which():
    assert Booking(place="MY").asking == "mission"
    assert Booking(place="JP").asking == "service"
    assert Booking().asking == "place"


def test_days_then_times_are_buttons_and_nothing_is_done_before_the_confirmation():
    booking = Booking(place="JP", service="LEGALIZATION").press("2026-11-30")
    assert [b.title for b in booking.turn.messages[-1].buttons] == ["t0900", "t0930"]
    booking.press("t0930")
    assert booking.turn.outcome is Outcome.CONFIRM
    assert not booking.turn.does
    booking.press("Ya, pesan")
    assert booking.turn.does == "book"
    assert booking.turn.facts["time"] == "t0930"
    assert booking.turn.record is None
    assert booking.turn.talk.open is None


def test_a_day_that_is_named_is_taken():
    booking = Booking(place="JP", service="LEGALIZATION").say("besok lusa", day="2026-12-01")
    assert booking.asking == "time"
    assert booking.say("t1000").turn.facts == {} and booking.turn.outcome is Outcome.CONFIRM


def test_a_changed_day_asks_for_a_time_again():
    booking = Booking(place="JP", service="LEGALIZATION").press("2026-11-30").press("t0900")
    booking.say("ubah hari").press("2026-12-01")
    assert booking.asking == "time"


def test_changing_the_mission_asks_for_the_city():
    booking = Booking(place="JP", service="LEGALIZATION").press("2026-11-30").press("t0900")
    booking.say("ubah kantor")
    assert booking.asking == "place"
    booking.say("Malaysia")
    assert booking.asking == "mission"


def test_a_question_waits_for_no_appointment_and_the_dialogue_goes_on():
    booking = Booking(place="JP", service="LEGALIZATION")
    booking.say("berapa biaya paspor?", is_question=True)
    assert booking.turn.outcome is Outcome.NOT_MINE
    booking.say("lanjut")
    assert booking.asking == "day"


@pytest.mark.parametrize("name", ["appointment_book", "appointment_change"])
def test_batal_leaves_and_says_what_became_of_it(name):
    booking = Booking(name, place="JP").say("batal")
    assert booking.turn.outcome is Outcome.CANCELLED
    assert booking.turn.talk.open is None
    assert "janji temu" in booking.text.lower()


def test_a_time_that_is_gone_is_asked_again():
    booking = Booking(place="JP", service="LEGALIZATION").press("2026-11-30").press("t0900")
    booking.desk.times["2026-11-30"] = ["t0930"]
    booking.press("Ya, pesan")
    assert not booking.turn.does
    assert booking.asking == "time"


@pytest.mark.parametrize(("gone", "missing"), [("services", "service"), ("days", "day")])
def test_nothing_to_choose_from_ends_the_dialogue_with_what_is_known(gone, missing):
    booking = Booking(place="MY", service="LEGALIZATION")
    setattr(booking.desk, gone, [])
    booking.press("kjri-penang")
    assert booking.turn.outcome is Outcome.STUCK
    assert booking.turn.does == "book"
    assert booking.turn.facts["mission"] == "kjri-penang"
    assert missing not in booking.turn.facts
    assert booking.turn.talk.open is None


def test_the_only_appointment_is_not_asked_for():
    booking = Booking("appointment_change")
    assert booking.asking == "change"
    booking.press("Tidak jadi datang").press("Ya, lakukan")
    assert booking.turn.does == "change"
    assert booking.turn.facts == {"appointment": "JT-261124-AAAAA", "change": "cancel"}


def test_an_appointment_is_moved_in_english():
    booking = Booking("appointment_change", language="en").say("another time")
    booking.press("2026-12-01").press("t1000").press("Yes, do it")
    assert booking.turn.facts["time"] == "t1000"
    assert booking.turn.language == "en"


def test_without_an_appointment_the_change_ends():
    booking = Booking("appointment_change").say("batal")
    booking.desk.appointments = []
    booking.turn = guide().begin(
        Talk(), "appointment_change", language="id", tools=booking.tools, intent="x"
    )
    assert booking.turn.outcome is Outcome.STUCK
    assert booking.turn.facts == {}
