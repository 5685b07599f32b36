"""Does what is old go, and only that, on both databases?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Engine

from bot.casework.case import Case, Context, Outcome
from bot.commands.registrations import export
from bot.content.retention import load_retention
from bot.conversation.retention import Kind
from bot.guided.record import Record
from bot.messages import Channel, Location, OutboundMessage
from bot.services.clear_old import ClearOld
from bot.services.meter import NoMeter
from bot.storage import old_data, schema
from bot.storage.engine import make_engine
from bot.storage.old_data import SqlOldData
from bot.storage.old_words import Found
from bot.storage.registrations import SqlRegistrations
from bot.storage.tables.casework import audit, case_events, case_messages, case_notes, timers
from bot.storage.tables.conversations import cases, conversations, outbound, platform_messages
from bot.storage.tables.desk import desk_links, desk_sessions
from bot.storage.tables.officers import enrolment_codes
from bot.storage.tables.records import appointments
from bot.storage.tables.registrations import registrations
from tests.storage.desk import PRIVACY, SECRET, START, Desk

HELLO = OutboundMessage("Selamat pagi")


class Counted(NoMeter):
    """Remembers what is counted."""

    def __init__(self) -> None:
        self.deleted: Counter[str] = Counter()

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        assert name == "deleted"
        self.deleted[labels["kind"]] += number


class Old:
    """A desk whose data grows old."""

    def __init__(self, engine: Engine) -> None:
        self.desk = Desk(engine)
        self.engine = engine

    async def clear(self, **days: str) -> Counter[str]:
        """One round; what was deleted. Doors stay unless they are what is looked at."""
        days = {"access": "never", **days}
        counted = Counted()
        clock = self.desk.clock
        store = SqlOldData(self.engine, clock)
        await ClearOld(
            store, load_retention(days.items()), meter=counted, clock=clock, rest_seconds=0.0
        )()
        return counted.deleted

    def says(self, conversation: str, key: str, *, state: str = "sent") -> int:
        """The bot says something; returns its number."""
        self.desk.outbox.write(conversation, in_reply_to=key, messages=[HELLO])
        with self.engine.begin() as connection:
            number: int = connection.execute(select(func.max(outbound.c.id))).scalar_one()
            connection.execute(
                insert(platform_messages).values(platform_id=f"p{number}", outbound_id=number)
            )
            connection.execute(update(outbound).where(outbound.c.id == number).values(state=state))
        return number

    def case_with_words(self, citizen: str, officer: int) -> Case:
        """A case in which everything is said that can be; open."""
        services = self.desk.services
        case = self.desk.asks(
            citizen, context=Context("ringkasan"), location=Location(1.29, longitude=103.85)
        )
        services.claim(case.reference, officer)
        services.from_citizen(citizen, self.desk.message("paspor saya"))
        services.from_officer(officer, HELLO, key=case.reference)
        services.note(case.reference, officer, text="perlu diperiksa")
        with self.engine.begin() as connection:
            connection.execute(update(outbound).values(state="sent"))
        return case

    def count(self, table) -> int:  # type: ignore[no-untyped-def]
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def old(engine: Engine) -> Old:
    return Old(engine)


async def test_words_go_after_their_days_and_what_waits_stays(old: Old) -> None:
    citizen = old.desk.citizen()
    old.says(citizen, "m1")
    old.says(citizen, "m2", state="failed")
    old.says(citizen, "m3", state="dropped")
    waiting = old.says(citizen, "m4", state="queued")
    old.desk.clock.forward(days=1)
    young = old.says(citizen, "m5")
    old.desk.clock.forward(days=89, minutes=-1)
    assert not await old.clear()
    old.desk.clock.forward(minutes=2)
    assert await old.clear() == {"outbound": 3, "platform_messages": 3}
    with old.engine.connect() as connection:
        left = connection.execute(select(outbound.c.id).order_by(outbound.c.id)).scalars().all()
    assert left == [waiting, young]
    assert not await old.clear()


async def test_batches_go_on_past_what_is_kept(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.clear_old._AT_ONCE", 2)
    citizen = old.desk.citizen()
    for number in range(7):
        old.says(citizen, f"m{number}", state="queued" if number in (0, 1, 4) else "sent")
    old.desk.clock.forward(days=91)
    deleted = await old.clear()
    assert deleted["outbound"] == 4
    assert old.count(outbound) == 3


async def test_nothing_of_an_open_case_goes_however_old_it_is(old: Old) -> None:
    citizen, rina = old.desk.citizen(), old.desk.officer()
    old.case_with_words(citizen, rina)
    old.says(citizen, "meanwhile")
    old.desk.clock.forward(days=5000)
    assert not await old.clear()
    assert old.count(case_messages) == 2


async def test_a_closed_case_is_emptied_and_its_course_stays(old: Old) -> None:
    services = old.desk.services
    citizen, rina = old.desk.citizen(), old.desk.officer()
    case = old.case_with_words(citizen, rina)
    services.close(case.reference, rina, outcome=Outcome.RESOLVED)
    old.desk.clock.forward(minutes=1)
    old.says(citizen, "afterwards")
    events, lines = old.count(case_events), old.count(audit)
    old.desk.clock.forward(days=100)
    # What was said in the case stays with its record, what was said after it does not.
    assert await old.clear() == {"outbound": 1, "platform_messages": 1}
    assert len(services.transcripts.entries(case.reference)) >= 3
    old.desk.clock.forward(days=631)
    deleted = await old.clear()
    assert (deleted["cases"], deleted["case_messages"], deleted["case_notes"]) == (1, 2, 1)
    assert old.count(outbound) == old.count(timers) == old.count(case_notes) == 0
    kept = services.cases.get(case.reference)
    assert kept is not None
    assert (kept.location, kept.outcome) == (None, Outcome.RESOLVED)
    assert services.cases.context(case.reference) == Context()
    assert services.transcripts.entries(case.reference) == ()
    assert old.count(case_events) == events
    assert old.count(audit) == lines + 1
    assert not await old.clear()


async def test_a_case_that_is_opened_again_holds_a_record_anew(old: Old) -> None:
    services = old.desk.services
    citizen, rina = old.desk.citizen(), old.desk.officer()
    case = old.case_with_words(citizen, rina)
    services.close(case.reference, rina, outcome=Outcome.RESOLVED)
    old.desk.clock.forward(days=731)
    await old.clear()
    services.reopen(case.reference, rina)
    services.claim(case.reference, rina)
    services.note(case.reference, rina, text="lagi")
    old.says(citizen, "meanwhile")
    old.desk.clock.forward(days=1000)
    assert not await old.clear()
    services.close(case.reference, rina, outcome=Outcome.RESOLVED)
    old.desk.clock.forward(days=731)
    assert (await old.clear())["case_notes"] == 1


async def test_a_registration_goes_after_its_export_only(old: Old) -> None:
    citizen = old.desk.citizen()
    kept = SqlRegistrations(old.engine, PRIVACY)
    at = START.isoformat()
    for _ in range(2):
        kept.keep(citizen, Record("lapor_diri_form", {}, {}, consented_at=at, submitted_at=at))
    first, _ = kept.all()
    kept.mark_exported([first], START)
    kept.mark_exported([first], START + timedelta(days=100))
    old.desk.clock.forward(days=181)
    assert await old.clear() == {"registrations": 1}
    old.desk.clock.forward(days=5000)
    assert old.count(registrations) == 1
    kept.mark_exported(kept.all(), START)
    assert (await old.clear())["registrations"] == 1


def test_the_export_is_what_marks_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    engine = make_engine(f"sqlite:///{tmp_path / 'consular.db'}")
    schema.upgrade(engine)
    citizen, at = Desk(engine).citizen(), START.isoformat()
    kept = SqlRegistrations(engine, PRIVACY)
    kept.keep(citizen, Record("lapor_diri_form", {}, {}, consented_at=at, submitted_at=at))
    exported = select(registrations.c.exported_at)
    with pytest.raises(OSError, match="nowhere"):
        export(str(tmp_path), tmp_path / "nowhere" / "forms.csv")
    with engine.connect() as connection:
        assert connection.execute(exported).scalar() is None
    assert export(str(tmp_path), tmp_path / "forms.csv")["registrations"] == 1
    with engine.connect() as connection:
        assert connection.execute(exported).scalar() is not None
    engine.dispose()


def _over(old: Old, at: datetime) -> None:
    """One appointment, code, link and session that end then."""
    citizen, rina = old.desk.citizen(), old.desk.officer()
    name = f"{at:%y%m%d%H%M}"
    rows = {
        appointments: {
            "reference": name,
            "conversation_id": citizen,
            "mission_id": name,
            "service_code": "SPLP",
            "starts_at": at - timedelta(hours=1),
            "ends_at": at,
            "place": 1,
            "state": "booked",
            "version": 1,
            "booked_at": at - timedelta(days=9),
            "changed_at": at - timedelta(days=9),
        },
        enrolment_codes: {
            "selector": name[-8:],
            "code_hash": "x",
            "officer_id": rina,
            "tries_left": 5,
            "expires_at": at,
        },
        desk_links: {
            "selector": name,
            "secret_hash": "x",
            "officer_id": rina,
            "expires_at": at,
        },
        desk_sessions: {
            "selector": name,
            "secret_hash": "x",
            "officer_id": rina,
            "seen_at": at,
            "ends_at": at,
        },
    }
    with old.engine.begin() as connection:
        for table, row in rows.items():
            connection.execute(insert(table).values(row))


async def test_appointments_and_doors_go_after_their_end(old: Old) -> None:
    for days in (0, 10):
        _over(old, START + timedelta(days=days))
    tables = (appointments, enrolment_codes, desk_links, desk_sessions)
    with old.engine.begin() as connection:
        connection.execute(delete(enrolment_codes).where(enrolment_codes.c.code_hash != "x"))
    old.desk.clock.forward(days=30, minutes=1)
    assert await old.clear(access="30") == {
        "enrolment_codes": 1,
        "desk_links": 1,
        "desk_sessions": 1,
    }
    old.desk.clock.forward(days=335)
    assert await old.clear(access="30") == {table.name: 1 for table in tables}
    assert [old.count(table) for table in tables] == [1, 0, 0, 0]


async def test_an_address_goes_when_nothing_else_is_kept(old: Old) -> None:
    desk = old.desk
    rina = desk.officer()
    stranger, writer, with_case = (desk.citizen(address) for address in ("1", "2", "3"))
    officers = desk.citizen("4")
    code = desk.services.add_officer.new_code(rina).code
    desk.services.enrol(code, channel=Channel.TELEGRAM, address="4")
    case = old.case_with_words(with_case, rina)
    desk.services.close(case.reference, rina, outcome=Outcome.RESOLVED)
    desk.clock.forward(days=364)
    old.says(writer, "m1")
    await old.clear()
    assert old.count(conversations) == 4
    desk.clock.forward(days=2)
    assert (await old.clear())["conversations"] == 1
    with old.engine.connect() as connection:
        left = set(connection.execute(select(conversations.c.id)).scalars())
    assert left == {writer, with_case, officers}
    assert stranger not in left


async def test_somebody_who_writes_in_that_moment_is_kept(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = old.desk.citizen()
    find, remove = old_data._CONNECTED[Kind.CONVERSATIONS]

    def find_and_hear(*args: Any) -> Found:
        found = find(*args)
        assert found.keys
        old.says(citizen, "m1")
        return found

    changed = {**old_data._CONNECTED, Kind.CONVERSATIONS: (find_and_hear, remove)}
    monkeypatch.setattr(old_data, "_CONNECTED", changed)
    old.desk.clock.forward(days=400)
    assert not await old.clear()
    assert old.count(conversations) == old.count(outbound) == 1


async def test_never_means_never(old: Old) -> None:
    citizen = old.desk.citizen()
    old.says(citizen, "m1")
    old.desk.clock.forward(days=5000)
    assert not await old.clear(chat="never")
    assert old.count(cases) == 0
