"""Delivery keeps the order, obeys the platform and gives up loudly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.errors import SendFailed
from bot.messages import Channel, OutboundMessage, Sent
from bot.services.deliver import Deliver, DeliverSoon
from bot.services.loop_breaker import LoopBreaker
from bot.services.ports import OutboundRow

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)


class Rows:
    """An outbox in memory; only what delivery needs of it."""

    def __init__(self, *texts: str) -> None:
        self.rows = [
            OutboundRow(
                id=number,
                conversation_id="c",
                channel=Channel.TELEGRAM,
                address="1",
                message=OutboundMessage(text),
                attempts=0,
                due_at=START,
            )
            for number, text in enumerate(texts)
        ]
        self.sent: list[int] = []
        self.failed: dict[int, str] = {}
        self.dropped: set[int] = set()

    def queued(self, conversation_id: str) -> tuple[OutboundRow, ...]:
        return tuple(r for r in self.rows if r.id not in self.sent and r.id not in self.failed)

    def due_conversations(self, now: datetime) -> tuple[str, ...]:
        waiting = self.queued("c")
        return ("c",) if waiting and waiting[0].due_at <= now else ()

    def is_queued(self, outbound_id: int) -> bool:
        return outbound_id not in self.dropped

    def mark_sent(self, outbound_id: int, platform_ids: Sequence[str]) -> None:
        self.sent.append(outbound_id)

    def mark_waiting(self, outbound_id: int, *, code: str, due_at: datetime) -> None:
        row = self.rows[outbound_id]
        self.rows[outbound_id] = replace(row, attempts=row.attempts + 1, due_at=due_at)

    def mark_failed(self, outbound_id: int, code: str) -> None:
        self.failed[outbound_id] = code


class Platform:
    """A transport that fails as it is told."""

    channel = Channel.TELEGRAM

    def __init__(self, *failures: SendFailed) -> None:
        self.failures = list(failures)
        self.texts: list[str] = []

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        if self.failures:
            raise self.failures.pop(0)
        self.texts.append(message.text)
        return Sent((reference,))

    async def close(self) -> None:
        """Nothing to give back."""


class Hour:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def _deliver(rows: Rows, platform: Platform, clock: Hour) -> Deliver:
    return Deliver(
        outbox=rows,  # type: ignore[arg-type]
        transports={Channel.TELEGRAM: platform},
        clock=clock,
    )


async def test_messages_go_out_in_order() -> None:
    rows, platform = Rows("a", "b", "c"), Platform()
    await _deliver(rows, platform, Hour()).deliver("c")
    assert platform.texts == ["a", "b", "c"]


class Gated(Platform):
    """Takes a message only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.begun: list[str] = []

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        self.begun.append(message.text)
        await self.gate.wait()
        return await super().send(address, message, reference=reference)


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def test_whoever_comes_while_the_next_in_line_sends_does_not_send_the_same() -> None:
    rows, platform = Rows("a", "b"), Gated()
    later = rows.rows.pop()
    deliver = _deliver(rows, platform, Hour())
    first = asyncio.create_task(deliver.deliver("c"))
    await _until(lambda: platform.begun == ["a"])
    second = asyncio.create_task(deliver.deliver("c"))
    await asyncio.sleep(0.01)
    rows.rows.append(later)
    platform.gate.set()
    await first
    platform.gate.clear()
    await _until(lambda: platform.begun == ["a", "b"])
    third = asyncio.create_task(deliver.deliver("c"))
    await asyncio.sleep(0.1)
    assert await deliver.due() == ()
    platform.gate.set()
    await asyncio.gather(second, third)
    assert platform.texts == ["a", "b"]
    assert await deliver.due() == ()


async def test_a_message_that_must_wait_holds_up_the_later_ones() -> None:
    clock = Hour()
    rows, platform = Rows("a", "b"), Platform(SendFailed("network", retry=True))
    deliver = _deliver(rows, platform, clock)
    await deliver.deliver("c")
    assert platform.texts == []
    assert await deliver.deliver_due() == 0
    clock.now += timedelta(seconds=5)
    assert await deliver.deliver_due() == 1
    assert platform.texts == ["a", "b"]


async def test_the_platforms_own_waiting_time_is_obeyed() -> None:
    clock = Hour()
    limited = SendFailed("rate_limited", retry=True, retry_after_seconds=30)
    rows, platform = Rows("a"), Platform(limited)
    deliver = _deliver(rows, platform, clock)
    await deliver.deliver("c")
    clock.now += timedelta(seconds=29)
    await deliver.deliver("c")
    assert platform.texts == []
    clock.now += timedelta(seconds=1)
    await deliver.deliver("c")
    assert platform.texts == ["a"]


async def test_what_cannot_succeed_is_given_up_at_once_and_the_rest_goes_on() -> None:
    rows, platform = Rows("a", "b"), Platform(SendFailed("blocked", retry=False))
    await _deliver(rows, platform, Hour()).deliver("c")
    assert rows.failed == {0: "blocked"}
    assert platform.texts == ["b"]


async def test_after_many_tries_it_is_given_up_with_its_reason() -> None:
    clock = Hour()
    rows, platform = Rows("a"), Platform(*[SendFailed("timeout", retry=True)] * 300)
    deliver = _deliver(rows, platform, clock)
    for _ in range(300):
        await deliver.deliver("c")
        clock.now += timedelta(hours=1)
    assert rows.failed == {0: "timeout"}


async def test_a_channel_that_is_switched_off_keeps_its_messages() -> None:
    rows = Rows("a")
    deliver = Deliver(outbox=rows, transports={}, clock=Hour())  # type: ignore[arg-type]
    await deliver.deliver("c")
    assert rows.failed == {} and rows.sent == []


async def test_what_was_dropped_while_it_waited_for_its_turn_is_not_sent() -> None:
    rows, platform = Rows("a", "b", "c"), Platform()
    rows.dropped.add(1)
    await _deliver(rows, platform, Hour()).deliver("c")
    assert platform.texts == ["a", "c"]


async def test_only_who_has_the_conversation_speaks_in_it() -> None:
    rows, platform = Rows("a", "b"), Platform()
    mine = {"c"}
    deliver = Deliver(
        outbox=rows,  # type: ignore[arg-type]
        transports={Channel.TELEGRAM: platform},
        clock=Hour(),
        is_mine=mine.__contains__,
    )
    mine.clear()
    await deliver.deliver("c")
    assert platform.texts == []
    assert await deliver.due() == ()
    mine.add("c")
    assert await deliver.due() == ("c",)
    await deliver.deliver("c")
    assert platform.texts == ["a", "b"]


async def test_a_transport_that_breaks_is_tried_again_and_holds_up_no_other_citizen() -> None:
    class Broken(Platform):
        async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
            raise ZeroDivisionError

    clock = Hour()
    rows = Rows("a")
    deliver = _deliver(rows, Broken(), clock)
    for _ in range(10):
        await deliver.deliver("c")
        clock.now += timedelta(hours=1)
    assert rows.failed == {0: "broken"}


async def test_what_was_sent_while_the_database_fails_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.services.deliver._NOTE_AGAIN_SECONDS", 0.01)
    rows, platform = Rows("a", "b"), Platform()
    note, failures = rows.mark_sent, [ConnectionError(), ConnectionError()]

    def mark_sent(outbound_id: int, platform_ids: Sequence[str]) -> None:
        if failures:
            raise failures.pop()
        note(outbound_id, platform_ids)

    rows.mark_sent = mark_sent  # type: ignore[method-assign]
    await _deliver(rows, platform, Hour()).deliver("c")
    assert platform.texts == ["a", "b"]
    assert rows.sent == [0, 1]


async def test_a_slow_platform_holds_up_no_turn() -> None:
    class Slow(Platform):
        async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
            await asyncio.sleep(0.2)
            return await super().send(address, message, reference=reference)

    rows, platform = Rows("a", "b"), Slow()
    soon = DeliverSoon(_deliver(rows, platform, Hour()))
    started = time.monotonic()
    await soon.deliver("c")
    await soon.look()
    assert time.monotonic() - started < 0.1
    await soon.close(2)
    assert platform.texts == ["a", "b"]


async def test_the_same_text_again_and_again_is_stopped() -> None:
    rows, platform = Rows(*["Maaf"] * 7), Platform()
    deliver = Deliver(
        outbox=rows,  # type: ignore[arg-type]
        transports={Channel.TELEGRAM: platform},
        clock=Hour(),
        breaker=LoopBreaker(),
    )
    await deliver.deliver("c")
    assert platform.texts == ["Maaf"] * 5
    assert rows.failed == {5: "loop", 6: "loop"}
