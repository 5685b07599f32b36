"""What is said to a citizen is written once, delivered in order, and its state moves forward."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.messages import (
    Button,
    Channel,
    DeliveryReport,
    DeliveryState,
    OutboundMessage,
)
from bot.privacy import Privacy
from bot.storage.conversations import SqlConversations
from bot.storage.outbox import SqlOutbox
from bot.storage.tables.conversations import conversations, outbound

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
PRIVACY = Privacy("a-secret-of-this-test")
CITIZEN = "telegram:abc"
ADDRESS = "700123"
HELLO = OutboundMessage("Halo Siti", buttons=(Button("Menu", "/help_menu"),))
BYE = OutboundMessage("Sampai jumpa")


@pytest.fixture
def outbox(engine: Engine) -> SqlOutbox:
    """An outbox with one conversation."""
    records = SqlConversations(engine, PRIVACY, lambda: NOW)
    records.open(CITIZEN, channel=Channel.TELEGRAM, address=ADDRESS)
    return SqlOutbox(engine, PRIVACY, lambda: NOW)


def test_a_conversation_is_recorded_once_and_keeps_its_language(engine: Engine) -> None:
    records = SqlConversations(engine, PRIVACY, lambda: NOW)
    records.open(CITIZEN, channel=Channel.TELEGRAM, address=ADDRESS)
    records.keep_language(CITIZEN, language="en", is_chosen=True)
    again = records.open(CITIZEN, channel=Channel.TELEGRAM, address=ADDRESS)
    assert (again.language, again.is_language_chosen) == ("en", True)


def test_neither_address_nor_words_stand_readable_in_the_database(
    engine: Engine, outbox: SqlOutbox
) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO])
    with engine.connect() as connection:
        stored = str(connection.execute(select(conversations)).all())
        stored += str(connection.execute(select(outbound)).all())
    assert ADDRESS not in stored
    assert "Siti" not in stored


def test_writing_the_same_replies_again_changes_nothing(outbox: SqlOutbox) -> None:
    for _ in range(2):
        outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO, BYE])
    assert [row.message for row in outbox.queued(CITIZEN)] == [HELLO, BYE]
    assert outbox.is_answered(CITIZEN, "u1")
    assert not outbox.is_answered(CITIZEN, "u2")


def test_rows_know_where_they_go(outbox: SqlOutbox) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO])
    (row,) = outbox.queued(CITIZEN)
    assert (row.channel, row.address, row.attempts) == (Channel.TELEGRAM, ADDRESS, 0)


def test_offers_are_the_latest_buttons_first(outbox: SqlOutbox) -> None:
    other = OutboundMessage("Pilih", buttons=(Button("Ya", "/affirm"),))
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO, BYE])
    outbox.write(CITIZEN, in_reply_to="u2", messages=[other])
    assert [offer.buttons for offer in outbox.offers(CITIZEN)] == [other.buttons, HELLO.buttons]


def test_a_message_that_waits_holds_its_conversation_up_until_it_is_due(
    outbox: SqlOutbox,
) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO, BYE])
    first, _ = outbox.queued(CITIZEN)
    later = NOW + timedelta(seconds=30)
    outbox.mark_waiting(first.id, code="rate_limited", due_at=later)
    assert outbox.due_conversations(NOW) == ()
    assert outbox.due_conversations(later) == (CITIZEN,)
    assert outbox.queued(CITIZEN)[0].attempts == 1


def test_what_is_sent_or_given_up_waits_no_longer(outbox: SqlOutbox) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO, BYE])
    first, second = outbox.queued(CITIZEN)
    outbox.mark_sent(first.id, ["901"])
    outbox.mark_failed(second.id, "blocked")
    assert outbox.queued(CITIZEN) == ()
    assert outbox.due_conversations(NOW) == ()


def test_a_platform_that_gives_a_number_again_does_not_stop_us(outbox: SqlOutbox) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO, BYE])
    for row in outbox.queued(CITIZEN):
        outbox.mark_sent(row.id, ["901"])
    assert outbox.queued(CITIZEN) == ()


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([DeliveryState.DELIVERED, DeliveryState.READ], "read"),
        ([DeliveryState.READ, DeliveryState.DELIVERED], "read"),
        ([DeliveryState.DELIVERED, DeliveryState.SENT], "delivered"),
        ([DeliveryState.FAILED], "failed"),
    ],
)
def test_delivery_reports_move_a_state_forward_only(
    engine: Engine,
    outbox: SqlOutbox,
    reports: list[DeliveryState],
    expected: str,
) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO])
    (row,) = outbox.queued(CITIZEN)
    outbox.mark_sent(row.id, ["SM1"])
    for state in reports:
        outbox.report(DeliveryReport("SM1", state))
    with engine.connect() as connection:
        assert connection.execute(select(outbound.c.state)).scalar_one() == expected


def test_what_waits_for_a_reason_is_due_when_the_reason_is_gone(outbox: SqlOutbox) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO])
    (row,) = outbox.queued(CITIZEN)
    outbox.mark_waiting(row.id, code="window_closed", due_at=NOW + timedelta(days=30))
    outbox.release(CITIZEN, code="rate_limited")
    assert outbox.due_conversations(NOW) == ()
    outbox.release(CITIZEN, code="window_closed")
    assert outbox.due_conversations(NOW) == (CITIZEN,)


def test_a_message_that_came_too_late_for_the_window_waits_again(outbox: SqlOutbox) -> None:
    outbox.write(CITIZEN, in_reply_to="u1", messages=[HELLO])
    (row,) = outbox.queued(CITIZEN)
    outbox.mark_sent(row.id, ["SM1"])
    late = DeliveryReport("SM1", DeliveryState.FAILED, error_code="window_closed")
    assert outbox.report(late) == CITIZEN
    assert [each.id for each in outbox.queued(CITIZEN)] == [row.id]
    other = DeliveryReport("SM1", DeliveryState.FAILED, error_code="blocked")
    assert outbox.report(other) is None
    assert outbox.queued(CITIZEN) == ()
