"""Messages in order within a conversation, side by side across them, and the urgent ones first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.errors import AssistantUnavailable
from bot.messages import Channel, InboundMessage
from bot.services.meter import NoMeter
from bot.services.ports import StreamEntry
from bot.workers import inbound
from bot.workers.inbound import InboundWorker
from bot.workers.outage import Outage

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
URGENT = "tolong"


class Reader:
    """Hands out what it is given, once."""

    def __init__(self) -> None:
        self._entries: asyncio.Queue[StreamEntry] = asyncio.Queue()
        self.acknowledged: list[str] = []
        self.is_unsure = False

    def give(self, conversation: str, text: str) -> None:
        message = InboundMessage(
            Channel.WEB, address=conversation, message_id=text, received_at=NOW, text=text
        )
        entry_id = f"0:{conversation}-{text}"
        self._entries.put_nowait(StreamEntry(entry_id, conversation, message=message, attempts=1))

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def read(self) -> list[StreamEntry]:
        return [await self._entries.get()]

    def has_in_hand(self, entry: StreamEntry) -> bool:
        return True

    def holds(self, entry: StreamEntry) -> bool:
        return not self.is_unsure

    async def ack(self, entry: StreamEntry) -> bool:
        self.acknowledged.append(entry.message.text)
        return True

    async def retry(self, entry: StreamEntry) -> StreamEntry:
        return replace(entry, attempts=entry.attempts + 1)


class World:
    """A worker whose assistant can be slow or away; `events` tells what happened in which order."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.events: list[str] = []
        self.is_away = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.worker = InboundWorker(
            reader=self.reader,  # type: ignore[arg-type]
            take_turn=self.take_turn,
            help_now=self,
            dead_letters=None,  # type: ignore[arg-type]
            give_up=self.take_turn,
            outage=Outage(self.is_ready),
            meter=NoMeter(),
            acknowledge={},
        )

    def goes_first(self, entry: StreamEntry) -> bool:
        return entry.message.text.startswith(URGENT)

    async def __call__(self, entry: StreamEntry) -> None:
        self.events.append(f"helped {entry.message.text}")

    async def is_ready(self) -> bool:
        return not self.is_away

    async def take_turn(self, entry: StreamEntry) -> None:
        if not self.goes_first(entry):
            await self.gate.wait()
            if self.is_away:
                raise AssistantUnavailable("test")
        self.events.append(f"answered {entry.message.text}")


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(inbound, "_OVERTAKE_SECONDS", 0.1)
    made = World()
    running = asyncio.create_task(made.worker.run())
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come about")


async def test_a_conversation_is_answered_in_order(world: World) -> None:
    for text in ("satu", "dua", f"{URGENT} tiga", "empat"):
        world.reader.give("a", text)
    await until(lambda: len(world.events) == 4)
    assert [event.split()[-1] for event in world.events] == ["satu", "dua", "tiga", "empat"]


async def test_a_cry_does_not_queue_behind_a_hundred_others(world: World) -> None:
    world.gate.clear()
    for number in range(100):
        world.reader.give(f"c{number}", "jam buka")
    world.reader.give("z", URGENT)
    await until(lambda: world.events == [f"answered {URGENT}"])
    world.gate.set()
    await until(lambda: len(world.events) == 101)


async def test_a_cry_overtakes_earlier_words_that_wait_for_something_broken(world: World) -> None:
    world.is_away = True
    world.reader.give("a", "jam buka")
    world.reader.give("a", URGENT)
    await until(lambda: world.events == [f"helped {URGENT}"])
    assert world.reader.acknowledged == []
    world.is_away = False
    await until(lambda: world.reader.acknowledged == ["jam buka", URGENT])


async def test_a_cry_whose_turn_has_come_is_not_helped_twice(world: World) -> None:
    world.reader.give("a", "jam buka")
    world.reader.give("a", URGENT)
    await until(lambda: len(world.events) == 2)
    await asyncio.sleep(0.2)
    assert world.events == ["answered jam buka", f"answered {URGENT}"]
