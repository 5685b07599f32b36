"""Do the services on records work as they are put together for the program?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.bootstrap.records import RecordServices, appointment_reminders, record_services
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
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


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("records")
    made = make_engine(f"sqlite:///{folder / 'records.db'}")
    schema.upgrade(made)
    seeding.seed(made, privacy=PRIVACY)
    SqlConversations(made, PRIVACY, utc_now).open(CITIZEN, channel=Channel.WEB, address="x")
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


def test_a_question_without_an_intent_finds_an_approved_text(services: RecordServices) -> None:
    found = services.look_up("apa itu skpln?")
    assert found is not None
    assert found.id == "faq:skpln"
    assert services.look_up("resep nasi goreng") is None
