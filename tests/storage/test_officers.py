"""Enrolment: one code, one account, five tries, a day; and nothing is left after a revocation."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.casework.case import CaseState, Function
from bot.casework.errors import InvalidWish, NotAllowed, UnknownCase
from bot.casework.officers import Officer, Role, RosterShift
from bot.conversation.session import Owner
from bot.messages import Channel
from bot.services.enrol_officer import NotEnrolled
from bot.storage.tables.casework import audit
from bot.storage.tables.officers import enrolment_codes, officer_accounts
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE, START, Desk


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def added(desk: Desk, **changes: object):  # type: ignore[no-untyped-def]
    values = {"missions": (SINGAPORE.id,), **changes}
    return desk.services.add_officer("Rina", Role.OFFICER, **values)  # type: ignore[arg-type]


def enrol(desk: Desk, code: str, address: str = "9001") -> Officer | NotEnrolled:
    return desk.services.enrol(code, channel=Channel.TELEGRAM, address=address)


def wrong(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "C")


def test_a_code_makes_an_account_an_officers(desk: Desk) -> None:
    new = added(desk, languages=("id", "en"), functions=(Function.LABOUR,))
    assert enrol(desk, new.code.lower().replace("-", " ")) == new.officer
    account = PRIVACY.conversation_id("telegram", "9001")
    assert desk.services.officers.by_account(account) == new.officer
    assert [a.conversation_id for a in desk.services.officers.accounts(new.officer.id)] == [account]


def test_neither_code_nor_address_stands_readable_in_the_database(desk: Desk) -> None:
    new = added(desk)
    enrol(desk, new.code, "62899001")
    with desk.engine.connect() as connection:
        stored = "".join(
            str(connection.execute(select(table)).all())
            for table in (enrolment_codes, officer_accounts, audit)
        )
    assert new.code.replace("-", "")[4:] not in stored
    assert "62899001" not in stored


def test_a_code_works_once(desk: Desk) -> None:
    new = added(desk)
    enrol(desk, new.code)
    assert enrol(desk, new.code, "9002") == NotEnrolled("used")


def test_an_officer_gets_a_second_account_with_another_code(desk: Desk) -> None:
    new = added(desk)
    enrol(desk, new.code)
    code = desk.services.add_officer.new_code(new.officer.id).code
    whatsapp = desk.services.enrol(code, channel=Channel.WHATSAPP, address="whatsapp:+65")
    assert whatsapp == new.officer
    assert len(desk.services.officers.accounts(new.officer.id)) == 2


def test_a_new_code_ends_the_unused_one(desk: Desk) -> None:
    new = added(desk)
    desk.services.add_officer.new_code(new.officer.id)
    assert isinstance(enrol(desk, new.code), NotEnrolled)


@pytest.mark.parametrize(("hours", "works"), [(23.9, True), (24, False), (48, False)])
def test_a_code_lives_a_day(desk: Desk, hours: float, works: bool) -> None:
    new = added(desk)
    desk.clock.forward(hours=hours)
    assert isinstance(enrol(desk, new.code), Officer) is works


def test_five_wrong_tries_from_anywhere_end_a_code(desk: Desk) -> None:
    new = added(desk)
    for number in range(5):
        assert enrol(desk, wrong(new.code), f"80{number}") == NotEnrolled("unknown")
    assert enrol(desk, new.code) == NotEnrolled("expired")


def test_a_sender_who_guesses_is_locked_out_for_a_day(desk: Desk) -> None:
    for number in range(5):
        assert enrol(desk, f"AAAA-CCCC-DDD{'EFGHJ'[number]}") == NotEnrolled("unknown")
    new = added(desk)
    assert enrol(desk, new.code) == NotEnrolled("locked")
    desk.clock.forward(hours=24, seconds=1)
    code = desk.services.add_officer.new_code(new.officer.id).code
    assert enrol(desk, code) == new.officer


def test_an_account_belongs_to_one_officer(desk: Desk) -> None:
    enrol(desk, added(desk).code)
    assert enrol(desk, added(desk).code) == NotEnrolled("taken")


def test_every_try_is_audited(desk: Desk) -> None:
    new = added(desk)
    enrol(desk, wrong(new.code))
    enrol(desk, new.code)
    query = select(audit.c.result).where(audit.c.action == "enrol").order_by(audit.c.id)
    with desk.engine.connect() as connection:
        assert list(connection.execute(query).scalars()) == ["unknown", "done"]


def test_a_revoked_officer_has_nothing_left(desk: Desk) -> None:
    new, citizen = added(desk), desk.citizen()
    enrol(desk, new.code)
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, new.officer.id)
    assert desk.services.revoke(new.officer.id) == (reference,)
    account = PRIVACY.conversation_id("telegram", "9001")
    assert desk.services.officers.by_account(account) is None
    case = desk.services.cases.get(reference)
    assert case is not None and case.state is CaseState.QUEUED
    assert desk.owner(citizen) is Owner.QUEUE
    with pytest.raises(UnknownCase):
        desk.services.claim(reference, new.officer.id)
    with pytest.raises(InvalidWish):
        desk.services.add_officer.new_code(new.officer.id)
    assert desk.services.revoke(new.officer.id) == ()


def test_a_code_of_a_revoked_officer_is_worth_nothing(desk: Desk) -> None:
    new = added(desk)
    desk.services.revoke(new.officer.id)
    assert enrol(desk, new.code) == NotEnrolled("unknown")


def test_an_account_can_be_another_officers_after_a_revocation(desk: Desk) -> None:
    first = added(desk)
    enrol(desk, first.code)
    desk.services.revoke(first.officer.id)
    second = added(desk)
    assert enrol(desk, second.code) == second.officer


def test_heads_add_and_revoke_in_their_mission_only(desk: Desk) -> None:
    head = desk.officer("Head", Role.HEAD)
    plain = desk.officer("Plain")
    stranger = desk.officer("Eva", mission=FRANKFURT.id)
    assert added(desk, by=head).code
    desk.services.revoke(plain, by=head)
    for wish in (
        lambda: added(desk, by=head, missions=(FRANKFURT.id,)),
        lambda: added(desk, by=stranger),
        lambda: desk.services.revoke(stranger, by=head),
        lambda: desk.services.add_officer.new_code(stranger, by=head),
    ):
        with pytest.raises(NotAllowed):
            wish()
    with desk.engine.connect() as connection:
        refused = connection.execute(select(audit).where(audit.c.result == "not_allowed")).all()
    assert len(refused) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"missions": ()},
        {"missions": ("kbri-atlantis",)},
        {"functions": ()},
        {"languages": ("Bahasa",)},
        {"languages": ()},
    ],
)
def test_an_officer_that_cannot_be_is_refused(desk: Desk, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidWish):
        added(desk, **changes)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b"])
def test_a_name_must_be_one(desk: Desk, name: str) -> None:
    with pytest.raises(InvalidWish):
        desk.services.add_officer(name, Role.OFFICER, missions=(SINGAPORE.id,))


def test_duty_and_absence_are_kept(desk: Desk) -> None:
    rina = desk.officer()
    shifts = (RosterShift(1, time(8), time(14)), RosterShift(5, time(18, 30), time(22)))
    desk.services.officers.set_roster(rina, shifts)
    assert desk.services.officers.roster(rina) == shifts
    officer = desk.services.officers.get(rina)
    assert officer is not None and desk.services.recipients.is_on_duty(officer)
    desk.services.officers.set_away(rina, START + timedelta(hours=1))
    away = desk.services.officers.get(rina)
    assert away is not None and not desk.services.recipients.is_on_duty(away)
    desk.services.officers.set_roster(rina, ())
    assert desk.services.officers.roster(rina) == ()
