"""Do status, appointment and looked-up texts read well and fit a phone, in both languages?"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.appointments.appointment import Appointment, AppointmentState
from bot.appointments.calendar import calendar_file
from bot.appointments.schedule import Slot
from bot.consular.facts import (
    Application,
    ApplicationStep,
    Bilingual,
    Confidence,
    ContactKind,
    ContactPoint,
    Mission,
    Provenance,
    Service,
)
from bot.consular.progress import Need, timeline
from bot.content.catalogue import Catalogue
from bot.content.faq import load_faq
from bot.content.record_cards import (
    appointment_values,
    calendar_event,
    day_values,
    locked_values,
    looked_up_values,
    status_values,
    time_values,
)
from bot.messages import Location
from bot.services.tell_status import ToldStatus

CATALOGUE = Catalogue.load()
FACT = Provenance("a list", "2025-10-17", Confidence.MEDIUM)
STARTS_AT = datetime(2026, 11, 30, 1, 0, tzinfo=timezone.utc)
MISSION = Mission(
    id="kjri-kota-kinabalu",
    kind="KJRI",
    name=Bilingual(
        "KJRI Kota Kinabalu", "Consulate General of the Republic of Indonesia in Kota Kinabalu"
    ),
    city="Kota Kinabalu",
    country="MY",
    address="Lorong Kemajuan, Karamunsing, PO Box 11595, Kota Kinabalu, Sabah, Malaysia",
    location=Location(5.9, 116.0),
    timezone="Asia/Kuching",
    working_hours=None,
    contacts=(
        ContactPoint(ContactKind.PHONE, "+6088218600", None, FACT),
        ContactPoint(ContactKind.EMAIL, "kotakinabalu.kjri@kemlu.go.id", None, FACT),
    ),
    provenance=FACT,
)
NAME = Bilingual(
    "Ganti paspor (habis masa berlaku atau penuh)", "Passport renewal (expired or full)"
)
SERVICE = Service("PASSPORT_REPLACE", "x", True, NAME, NAME, (), None, None, None, "", FACT)
APPOINTMENT = Appointment(
    reference="JT-261124-7Q4MX",
    conversation_id="web:x",
    mission_id=MISSION.id,
    service_code=SERVICE.code,
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(minutes=30),
    state=AppointmentState.BOOKED,
    version=3,
    booked_at=STARTS_AT,
    changed_at=STARTS_AT,
    remind_at=None,
)
LANGUAGES = ("id", "en")
CARD_CHARACTERS = 900
STATUSES = ("received", "needs_document", "document_received", "interviewed", "printed", "ready")


def told(*statuses: str) -> ToldStatus:
    steps = tuple(ApplicationStep(f"2026-11-{n:02}", s) for n, s in enumerate(statuses, start=1))
    application = Application("PGS-2610-0442", "X", MISSION.id, statuses[-1], steps)
    return ToldStatus(application, SERVICE, MISSION, timeline(application), Need.COLLECT)


def appointment_text(key: str, language: str, *, is_demo: bool = True) -> str:
    values = appointment_values(APPOINTMENT, MISSION, SERVICE, is_demo=is_demo, language=language)
    return CATALOGUE.text(key, language, **values)


def test_a_status_shows_what_was_done_and_what_is_to_come() -> None:
    values = status_values(told("received", "interviewed", "ready"), CATALOGUE, "id")
    text = CATALOGUE.text("utter_application_ready", "id", **values)
    at = text.index("Perjalanannya:")
    assert text[at:].splitlines()[1:5] == [
        "✔ Diterima, 1 Nov 2026",
        "✔ Foto dan wawancara, 2 Nov 2026",
        "✔ Bisa diambil, 3 Nov 2026",
        "◻ Diambil",
    ]
    english = status_values(told("received", "interviewed", "ready"), CATALOGUE, "en")
    assert "✔ Photo and interview, 2 Nov 2026" in english["timeline"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("last", [*STATUSES, "verified", "collected", "sent", "rejected"])
def test_the_longest_history_fits_a_phone(last: str, language: str) -> None:
    values = status_values(told(*STATUSES[:5], last), CATALOGUE, language)
    text = CATALOGUE.text(f"utter_application_{last}", language, **values)
    assert len(text) <= CARD_CHARACTERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lock_says_how_long_it_still_is(language: str) -> None:
    values = locked_values(STARTS_AT + timedelta(minutes=29, seconds=5), STARTS_AT)
    assert "30" in CATALOGUE.text("utter_application_locked", language, **values)
    assert locked_values(STARTS_AT, STARTS_AT) == {"locked_minutes": 1}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key",
    [
        "utter_appointment_booked",
        "utter_appointment_moved",
        "utter_appointment_reminder",
        "utter_appointment_own",
        "utter_appointment_already",
        "utter_appointment_confirm",
    ],
)
def test_an_appointment_says_where_and_when_in_local_time(key: str, language: str) -> None:
    text = appointment_text(key, language)
    assert MISSION.name.text(language) in text
    assert ("09.00" if language == "id" else "09:00") in text
    assert ("Senin, 30 November" if language == "id" else "Monday, 30 November") in text
    assert len(text) <= CARD_CHARACTERS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key", ["utter_appointment_booked", "utter_appointment_moved", "utter_appointment_reminder"]
)
def test_a_made_up_schedule_is_said_to_be_one_and_a_real_one_is_not(
    key: str, language: str
) -> None:
    warning = {"id": "bukan jadwal resmi", "en": "not an official one"}[language]
    assert warning in appointment_text(key, language)
    assert warning not in appointment_text(key, language, is_demo=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choice_of_a_day_and_a_time_is_in_words(language: str) -> None:
    days = day_values(
        [date(2026, 11, 30), date(2026, 12, 1)], MISSION, SERVICE, is_demo=False, language=language
    )
    text = CATALOGUE.text("utter_appointment_choose_day", language, **days)
    assert "• " + ("Senin, 30 November" if language == "id" else "Monday, 30 November") in text
    slot = Slot(MISSION.id, SERVICE.code, STARTS_AT, APPOINTMENT.ends_at, 2)
    times = time_values([slot], MISSION, language)
    text = CATALOGUE.text("utter_appointment_choose_time", language, **times)
    assert "• " + ("09.00" if language == "id" else "09:00") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendar_file_is_in_the_citizens_language(language: str) -> None:
    values = appointment_values(APPOINTMENT, MISSION, SERVICE, is_demo=True, language=language)
    event = calendar_event(
        APPOINTMENT,
        MISSION,
        values=values,
        catalogue=CATALOGUE,
        language=language,
        now=STARTS_AT,
    )
    assert event.summary.startswith(NAME.text(language))
    assert APPOINTMENT.reference in event.description
    assert (event.sequence, event.is_cancelled) == (3, False)
    assert "DTSTART:20261130T010000Z" in calendar_file(event)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", load_faq(), ids=lambda answer: answer.id)
def test_a_looked_up_text_stands_whole_with_source_and_date(answer: object, language: str) -> None:
    values = looked_up_values(answer, language)  # type: ignore[arg-type]
    text = CATALOGUE.text("utter_looked_up", language, **values)
    assert all(str(value) in text for value in values.values())
    assert len(text) <= CARD_CHARACTERS
