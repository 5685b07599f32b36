"""What an emergency must not lose: its state, reports that wait, and the last known facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.casework.case import Outcome, Priority
from bot.consular.place import Place
from bot.emergency.emergency import Ask, Emergency
from bot.emergency.kinds import Kind, Tone, Who, Wish
from bot.guided.record import Record
from bot.messages import Channel, InboundMessage, Location
from bot.privacy import Privacy
from bot.services.emergency_ports import EmergencyReport
from bot.storage import seeding
from bot.storage.conversations import SqlConversations
from bot.storage.emergencies import RedisEmergencies
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.facts_copy import FactsCopy
from bot.storage.redis_client import open_redis
from bot.storage.registered_places import RegisteredPlaces
from bot.storage.registrations import SqlRegistrations
from bot.storage.tables.facts import facts_state
from tests.fakes.redis_server import RedisServer

NOW = datetime(2026, 11, 24, 9, tzinfo=timezone.utc)
PRIVACY = Privacy("a-secret-of-the-tests")
SECRET_WORDS = "tolong saya dikurung"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
async def records(server: RedisServer) -> AsyncIterator[RedisEmergencies]:
    redis = open_redis(server.url)
    await redis.flushall()
    yield RedisEmergencies(redis, PRIVACY)
    await redis.close()


def an_emergency() -> Emergency:
    return Emergency(
        kind=Kind.TRAFFICKING,
        subject="emergency_trafficking",
        tone=Tone.DISCREET,
        priority=Priority.P1,
        language="id",
        opened_at=NOW,
        heard_at=NOW,
        handled=("m1", "m2"),
        original=SECRET_WORDS,
        who=Who.WRITER,
        place=Place(location=Location(1.5, longitude=103.7)),
        wishes=(Wish.NO_CALL,),
        asked=(Ask.PLACE,),
        awaits=Ask.COMPANY,
        answered_at=NOW,
        offers=(("e12", (("Selesai", "/emergency_answer{}"),)),),
    )


def a_report(message_id: str, outcome: Outcome | None = None) -> EmergencyReport:
    return EmergencyReport(
        conversation_id="web:a",
        message=InboundMessage(
            Channel.WEB, address="a", message_id=message_id, received_at=NOW, text=SECRET_WORDS
        ),
        subject="emergency_trafficking",
        priority=Priority.P1,
        language="id",
        at=NOW,
        mission_id="kjri-johor-bahru",
        location=Location(1.5, longitude=103.7),
        for_whom="child",
        wishes=("no_call", "discreet"),
        summary="TRAFFICKING · child",
        place="Johor Bahru, MY",
        map_link="https://example.com",
        outcome=outcome,
    )


async def test_an_emergency_comes_back_as_it_was_kept(records: RedisEmergencies) -> None:
    await records.save("web:a", an_emergency())
    assert await records.load("web:a") == an_emergency()
    assert await records.load("web:b") is None


async def test_what_is_kept_cannot_be_read_without_the_key(
    records: RedisEmergencies, server: RedisServer
) -> None:
    await records.save("web:a", an_emergency())
    await records.postpone(a_report("m1"))
    redis = open_redis(server.url)
    kept = [await redis.get("emergency:web:a"), *await redis.lrange("emergencies:postponed", 0, -1)]
    assert len(kept) == 2
    assert all(SECRET_WORDS not in str(each) for each in kept)
    assert 0 < await redis.ttl("emergency:web:a") <= 72 * 3600
    await redis.close()
    other = RedisEmergencies(open_redis(server.url), Privacy("another-secret-entirely"))
    assert await other.load("web:a") is None
    assert (await other.next_postponed() or ("", a_report("x")))[1] is None


async def test_reports_come_back_in_order_until_they_are_done(records: RedisEmergencies) -> None:
    reports = [a_report("m1"), a_report("m2", Outcome.FALSE_ALARM)]
    for report in reports:
        await records.postpone(report)
    found = []
    while waiting := await records.next_postponed():
        assert await records.next_postponed() == waiting
        found.append(waiting[1])
        await records.done(waiting[0])
    assert found == reports


def test_the_copy_of_the_facts_answers_when_the_database_does_not(
    seeded: Engine, tmp_path: Path
) -> None:
    copy = FactsCopy(tmp_path / "facts.copy.db")
    assert not copy.lend(SqlConsularFacts(seeded))
    assert copy.refresh(seeded)
    assert not copy.refresh(seeded)
    nowhere = make_engine(f"sqlite:///{tmp_path / 'no' / 'such.db'}", must_answer=False)
    facts = SqlConsularFacts(nowhere)
    assert FactsCopy(tmp_path / "facts.copy.db").lend(facts)
    seen = SqlConsularFacts(seeded)
    assert facts.missions() == seen.missions()
    assert facts.emergency_numbers("MY") == seen.emergency_numbers("MY")
    assert facts.guidance("ARREST") == seen.guidance("ARREST")
    assert facts.jurisdictions("MY") == seen.jurisdictions("MY")
    assert facts.official_contact("PWNI_HOTLINE") == seen.official_contact("PWNI_HOTLINE")


def test_a_change_of_the_facts_reaches_the_copy(engine: Engine, tmp_path: Path) -> None:
    seeding.seed(engine)
    copy = FactsCopy(tmp_path / "facts.copy.db")
    copy.refresh(engine)
    with engine.begin() as connection:
        connection.execute(update(facts_state).values(version=facts_state.c.version + 1))
    assert copy.refresh(engine)


def test_a_broken_copy_is_no_copy(seeded: Engine, tmp_path: Path) -> None:
    path = tmp_path / "facts.copy.db"
    path.write_bytes(b"not a database at all, but long enough to look like something" * 50)
    assert not FactsCopy(path).lend(SqlConsularFacts(seeded))


def test_a_citizens_registered_place_is_the_latest_of_their_own(engine: Engine) -> None:
    conversations = SqlConversations(engine, PRIVACY, lambda: NOW)
    conversations.open("web:a", channel=Channel.WEB, address="a")
    registered = RegisteredPlaces(engine, PRIVACY)
    assert registered("web:a") == Place()
    kept = SqlRegistrations(engine, PRIVACY)
    for about, writer in (
        ({"event": "arrival", "country": "SG", "city": "Singapore"}, {}),
        ({"event": "move", "country": "MY", "city": "Penang"}, {}),
        ({"event": "arrival", "country": "JP", "city": "Tokyo"}, {"writer_name": "Ani"}),
    ):
        at = NOW.isoformat()
        kept.keep(
            "web:a", Record("lapor_diri_form", about, writer, consented_at=at, submitted_at=at)
        )
    assert registered("web:a") == Place(country="MY", city="Penang")
    kept.keep("web:a", Record("lapor_diri_form", {"event": "return"}, {}, at, submitted_at=at))
    assert registered("web:a") == Place()
