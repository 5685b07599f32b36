"""What was offered and said to officers is found again, and only by whom it was said to."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.casework.officers import Role
from bot.messages import Author, Button, Channel, DeliveryState, OutboundMessage
from bot.services.chat_ports import NEWS, ForeignButton, Shown
from bot.services.keep_window import WINDOW_CLOSED
from bot.storage.desk_lines import SqlDeskLines
from tests.storage.desk import PRIVACY, START, Desk

CARD = OutboundMessage("KSL-261124-7Q4M: kasus baru", buttons=(Button("Ambil", "/desk{}"),))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A desk with one officer's conversation."""
    return Desk(engine)


@pytest.fixture
def lines(engine: Engine) -> SqlDeskLines:
    """What is tested."""
    return SqlDeskLines(engine, PRIVACY)


def _told(desk: Desk, conversation: str, key: str, *, platform_id: str) -> str:
    desk.outbox.write(conversation, in_reply_to=key, messages=[CARD], author=Author.SYSTEM)
    row = desk.outbox.queued(conversation)[-1]
    desk.outbox.mark_sent(row.id, [platform_id])
    return str(row.id)


def test_a_button_is_known_to_its_own_conversation_only(desk: Desk, lines: SqlDeskLines) -> None:
    mine, other = desk.citizen("1"), desk.citizen("2")
    number = _told(desk, mine, "m1", platform_id="p1")
    assert lines.chosen(mine, number, 0) == "/desk{}"
    assert lines.chosen(mine, number, 1) is None
    for unknown in ("99", "x", "", "9" * 30, "-1"):
        assert lines.chosen(mine, unknown, 0) is None
    with pytest.raises(ForeignButton):
        lines.chosen(other, number, 0)


def test_a_quotation_is_known_to_its_own_conversation_only(desk: Desk, lines: SqlDeskLines) -> None:
    mine, other = desk.citizen("1"), desk.citizen("2")
    _told(desk, mine, "m1", platform_id="p1")
    _told(desk, mine, f"{NEWS}7", platform_id="p2")
    assert lines.quoted(mine, "p1") == Shown(CARD, is_news=False)
    assert lines.quoted(mine, "p2") == lines.latest(mine) == Shown(CARD, is_news=True)
    assert lines.quoted(other, "p1") is None
    assert lines.latest(other) is None


def test_an_account_is_reachable_once_it_has_written(desk: Desk, lines: SqlDeskLines) -> None:
    added = desk.services.add_officer("Rina", Role.OFFICER, missions=("kbri-singapore",))
    rina = added.officer
    desk.services.enrol(added.code, channel=Channel.TELEGRAM, address="1")
    assert lines.accounts() == {PRIVACY.conversation_id("telegram", "1")}
    assert lines.reachable(rina.id) == ()
    desk.citizen("1")
    assert [each.officer_id for each in lines.reachable(rina.id)] == [rina.id]
    desk.services.revoke(rina.id)
    assert lines.accounts() == frozenset()


def test_words_that_failed_or_wait_for_a_window_are_found(desk: Desk, lines: SqlDeskLines) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    case = desk.asks(citizen)
    desk.services.claim(case.reference, rina)
    for key in ("a", "b", "c"):
        desk.services.from_officer(rina, OutboundMessage(key), key=key)
    failed, waits, _ = desk.outbox.queued(citizen)
    desk.outbox.mark_failed(failed.id, "blocked")
    desk.outbox.mark_waiting(waits.id, code=WINDOW_CLOSED, due_at=START)
    since = START.replace(year=2025)
    found = [(each.outbound, each.state, each.code) for each in lines.troubles(since)]
    assert found == [
        (failed.id, DeliveryState.FAILED, "blocked"),
        (waits.id, DeliveryState.QUEUED, WINDOW_CLOSED),
    ]
    assert lines.troubles(START.replace(year=2027)) == ()
