"""Do the services on records work as they are put together for the program?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.appointments.appointment import new_appointment
from bot.appointments.schedule import Slot
from bot.bootstrap.records import (
    RecordServices,
    appointment_reminders,
    appointment_words,
    make_calendar,
    record_services,
)
from bot.channels.kinds import CALENDAR, kind_of
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.conversation.language import LANGUAGES
from bot.messages import Channel
from bot.privacy import Privacy
from bot.services.record_ports import Outcome
from bot.storage import schema, seeding
from bot.storage.conversations import SqlConversations
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox

PRIVACY = Privacy("a key for tests, long enough")
CITIZEN = "web:citizen"
OTHER = "web:another"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("records")
    made = make_engine(f"sqlite:///{folder / 'records.db'}")
    schema.upgrade(made)
    seeding.seed(made, privacy=PRIVACY)
    conversations = SqlConversations(made, PRIVACY, utc_now)
    conversations.open(CITIZEN, channel=Channel.WEB, address="x")
    conversations.open(OTHER, channel=Channel.WEB, address="y")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def facts(engine: Engine) -> SqlConsularFacts:
    return SqlConsularFacts(engine)


@pytest.fixture(scope="module")
def services(engine: Engine, facts: SqlConsularFacts) -> RecordServices:
    return record_services(
        engine, PRIVACY, facts, catalogue=Catalogue.load(), public_url=None, clock=utc_now
    )


def test_a_status_is_told(services: RecordServices) -> None:
    answer = services.tell_status(
        CITIZEN, reference="pgs-2610-0442", born=date(1990, 5, 3), document="7719"
    )
    assert answer.outcome is Outcome.RIGHT


def test_an_appointment_is_booked_moved_reminded_of_and_cancelled(
    services: RecordServices, engine: Engine, facts: SqlConsularFacts
) -> None:
    mission, service = "kjri-penang", "PASSPORT_REPLACE"
    offer = services.offer_slots(mission, service)
    first, last = offer.slots[0].slot.starts_at, offer.slots[-1].slot.starts_at
    booked = services.book(CITIZEN, mission_id=mission, service_code=service, starts_at=first)
    moved = services.move(CITIZEN, reference=booked.reference, starts_at=last)
    assert moved.remind_at is not None
    outbox = SqlOutbox(engine, PRIVACY, utc_now)
    remind = appointment_reminders(
        engine,
        PRIVACY,
        facts,
        public_url=None,
        conversations=SqlConversations(engine, PRIVACY, utc_now),
        outbox=outbox,
        catalogue=Catalogue.load(),
        clock=lambda: moved.remind_at or utc_now(),
    )
    assert remind() == (CITIZEN,)
    said = [row.message for row in outbox.queued(CITIZEN)]
    assert len(said) == 1
    assert booked.reference in said[0].text
    assert "KJRI Penang" in said[0].text
    services.cancel(CITIZEN, reference=booked.reference)
    assert services.appointments.of_citizen(CITIZEN, now=utc_now()) == ()


async def test_a_calendar_file_tells_the_time_of_now_and_ends_with_the_appointment(
    services: RecordServices, engine: Engine, facts: SqlConsularFacts
) -> None:
    mission, service = "kjri-penang", "PASSPORT_REPLACE"
    slots = services.offer_slots(mission, service).slots
    first, last = slots[0].slot.starts_at, slots[-1].slot.starts_at
    booked = services.book(OTHER, mission_id=mission, service_code=service, starts_at=first)
    file = services.appointment_words.file(booked, "id")
    moved = services.move(OTHER, reference=booked.reference, starts_at=last)

    async def content(now: datetime) -> bytes | None:
        make = make_calendar(
            engine,
            PRIVACY,
            facts,
            public_url=None,
            catalogue=Catalogue.load(),
            clock=lambda: now,
        )
        return await make(file.reference)

    found = await content(utc_now())
    assert found is not None
    assert f"DTSTART:{moved.starts_at:%Y%m%dT%H%M%SZ}" in found.decode()
    assert kind_of(found) is CALENDAR
    assert await content(moved.ends_at) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_file_can_be_sent_its_address_is_said_if_there_is_one(
    engine: Engine, facts: SqlConsularFacts, language: str
) -> None:
    slot = Slot("kjri-penang", "PASSPORT_REPLACE", utc_now(), utc_now(), 1)
    appointment = new_appointment(
        slot, CITIZEN, mission_timezone="Asia/Kuala_Lumpur", now=utc_now()
    )

    def said(public_url: str | None) -> str:
        words = appointment_words(PRIVACY, public_url, facts=facts, catalogue=Catalogue.load())
        return words.instead_of_file(appointment, language)

    assert f"https://bot.example/calendar/{language}/{appointment.reference}/" in said(
        "https://bot.example"
    )
    assert said(None) and "http" not in said(None)


def test_a_question_without_an_intent_finds_an_approved_text(services: RecordServices) -> None:
    found = services.look_up("apa itu skpln?")
    assert found is not None
    assert found.id == "faq:skpln"
    assert services.look_up("resep nasi goreng") is None
