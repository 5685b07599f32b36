"""Is an application told only to whoever proves that it is theirs, on both databases?"""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.privacy import Privacy
from bot.services.record_ports import Outcome
from bot.services.tell_status import StatusAnswer, TellStatus
from bot.storage import schema, seeding
from bot.storage.applications import SqlApplications
from bot.storage.engine import make_engine
from bot.storage.fact_files import InvalidFacts
from bot.storage.facts import SqlConsularFacts
from bot.storage.tables.casework import audit
from bot.storage.tables.facts import applications

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
PRIVACY = Privacy("a key for tests, long enough")
REFERENCE, BORN, DOCUMENT = "PGS-2610-0442", date(1990, 5, 3), "7719"
WRONG_ANSWERS = [
    (REFERENCE, date(1990, 3, 5), DOCUMENT),
    (REFERENCE, BORN, "7718"),
    ("PGS-2610-9999", BORN, DOCUMENT),
    (REFERENCE, BORN, "9"),
    ("", BORN, DOCUMENT),
    ("' OR 1=1 --", BORN, DOCUMENT),
]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seeded(engine: Engine) -> Engine:
    seeding.seed(engine, privacy=PRIVACY)
    return engine


@pytest.fixture
def tell(seeded: Engine, clock: Clock) -> TellStatus:
    return teller(seeded, clock)


def teller(engine: Engine, clock: Clock) -> TellStatus:
    records = SqlApplications(engine)
    facts = SqlConsularFacts(engine, clock)
    return TellStatus(facts, records, audit=records, privacy=PRIVACY, clock=clock)


def ask(
    tell: TellStatus,
    *,
    conversation: str = "web:one",
    reference: str = REFERENCE,
    born: date = BORN,
    document: str = DOCUMENT,
) -> StatusAnswer:
    return tell(conversation, reference=reference, born=born, document=document)


def audited(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).all()
    return [(row.actor, row.result) for row in rows]


def test_whoever_knows_all_three_is_told_the_history_and_what_is_next(tell: TellStatus) -> None:
    told = ask(tell, reference="pgs-2610-0442", document="B 123 7719").told
    assert told is not None
    assert told.application.status == "ready"
    assert [stage.status for stage in told.stages] == [
        "received",
        "interviewed",
        "printed",
        "ready",
        "collected",
    ]
    assert told.need.value == "collect"
    assert told.mission is not None
    assert told.mission.id == "kjri-penang"


@pytest.mark.parametrize(("reference", "born", "document"), WRONG_ANSWERS)
def test_every_wrong_answer_gets_the_same_reply(
    tell: TellStatus, reference: str, born: date, document: str
) -> None:
    answer = ask(tell, reference=reference, born=born, document=document)
    assert answer == StatusAnswer(Outcome.WRONG)


def test_the_fifth_wrong_answer_locks_the_reference_even_for_the_right_one(
    tell: TellStatus, clock: Clock
) -> None:
    for _ in range(4):
        assert ask(tell, document="0000").locked_until is None
        clock.now += timedelta(minutes=10)
    fifth = ask(tell, document="0000")
    assert fifth == StatusAnswer(Outcome.WRONG, locked_until=clock.now + timedelta(hours=1))
    assert ask(tell).outcome is Outcome.LOCKED
    clock.now += timedelta(minutes=59)
    assert ask(tell).told is None
    clock.now += timedelta(minutes=1)
    assert ask(tell).outcome is Outcome.RIGHT


def test_a_lock_is_for_every_conversation_and_for_that_reference_alone(tell: TellStatus) -> None:
    for number in range(5):
        ask(tell, conversation=f"web:{number}", document="0000")
    assert ask(tell, conversation="telegram:other").outcome is Outcome.LOCKED
    other = ask(tell, reference="SGP-2611-0107", born=date(1984, 11, 21), document="3056")
    assert other.outcome is Outcome.RIGHT


def test_a_reference_that_does_not_exist_is_locked_just_the_same(tell: TellStatus) -> None:
    answers = [ask(tell, reference="ZZZ-0000-0000") for _ in range(6)]
    assert [a.outcome for a in answers] == [Outcome.WRONG] * 5 + [Outcome.LOCKED]


def test_right_answers_and_tries_while_locked_do_not_lengthen_a_lock(
    tell: TellStatus, clock: Clock
) -> None:
    for _ in range(5):
        ask(tell, document="0000")
    until = ask(tell).locked_until
    clock.now += timedelta(minutes=30)
    for _ in range(10):
        assert ask(tell, document="0000").locked_until == until


def test_every_attempt_is_audited_without_a_word_of_what_was_answered(
    tell: TellStatus, seeded: Engine
) -> None:
    ask(tell)
    ask(tell, conversation="web:two", document="8642")
    for _ in range(5):
        ask(tell, conversation="web:two", document="8642")
    outcomes = [result for _, result in audited(seeded)]
    assert outcomes == ["right"] + ["wrong"] * 5 + ["locked"]
    with seeded.connect() as connection:
        everything = str(connection.execute(select(audit)).all())
    for word in (REFERENCE, "7719", "8642", "1990"):
        assert word not in everything


def test_guessing_from_many_sides_at_once_gets_five_tries_in_all(
    tell: TellStatus, seeded: Engine
) -> None:
    threads = [
        threading.Thread(
            target=ask, args=(tell,), kwargs={"conversation": f"web:{n}", "document": "0000"}
        )
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes = [result for _, result in audited(seeded)]
    assert (outcomes.count("wrong"), outcomes.count("locked")) == (5, 15)


def test_neither_birth_date_nor_document_is_stored_or_exported(
    seeded: Engine, tmp_path: Path
) -> None:
    with seeded.connect() as connection:
        stored = str(connection.execute(select(applications)).all())
    exported = "".join(
        path.read_text("utf-8")
        for path in seeding.export(seeded, tmp_path)
        if "applic" in path.name
    )
    for word in ("1990-05-03", "7719", "1984-11-21", "3056"):
        assert word not in stored + exported


def test_an_export_comes_back_with_its_identities_and_a_clear_import_gives_the_same(
    seeded: Engine, clock: Clock, tmp_path: Path
) -> None:
    seeding.export(seeded, tmp_path / "out")
    clear = tmp_path / "applications.csv"
    clear.write_text(
        "reference,service_code,mission_id,identity_hash,is_demo,birth_date,document_last4\n"
        "PGS-2610-0442,PASSPORT_REPLACE,kjri-penang,,yes,1990-05-03,7719\n",
        encoding="utf-8",
    )
    assert seeding.import_file(seeded, clear, privacy=PRIVACY).total == 0
    other = make_engine(f"sqlite:///{tmp_path / 'other.db'}")
    schema.upgrade(other)
    seeding.import_file(other, tmp_path / "out")
    assert ask(teller(other, clock)).outcome is Outcome.RIGHT
    other.dispose()


def test_without_the_key_nobody_can_prove_an_identity(engine: Engine, clock: Clock) -> None:
    seeding.seed(engine)
    tell = teller(engine, clock)
    assert ask(tell).outcome is Outcome.WRONG
    seeding.seed(engine, privacy=PRIVACY)
    assert ask(tell).outcome is Outcome.RIGHT


def test_a_step_can_be_imported_without_its_application(
    seeded: Engine, clock: Clock, tmp_path: Path
) -> None:
    whole = tmp_path / "applications.csv"
    whole.write_text(
        "reference,service_code,mission_id,identity_hash,is_demo,birth_date,document_last4\n"
        "KUL-2612-0001,SPLP,kbri-kuala-lumpur,,no,1990-05-03,7719\n",
        encoding="utf-8",
    )
    seeding.import_file(seeded, whole, privacy=PRIVACY)
    step = tmp_path / "application_steps.csv"
    step.write_text(
        "reference,position,at,status\nKUL-2612-0001,1,2026-12-01,received\n", encoding="utf-8"
    )
    assert seeding.import_file(seeded, step).added == 1
    told = ask(teller(seeded, clock), reference="KUL-2612-0001").told
    assert told is not None
    assert told.application.status == "received"
    step.write_text(
        "reference,position,at,status\nKUL-2612-0002,1,2026-12-01,received\n", encoding="utf-8"
    )
    with pytest.raises(InvalidFacts, match="is not in applications"):
        seeding.import_file(seeded, step)
