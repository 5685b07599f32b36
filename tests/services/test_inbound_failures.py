"""What fails is tried again, given up loudly, and never forgotten on the way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import AssistantUnavailable, TurnFailed
from bot.services.meter import NoMeter
from bot.services.ports import StreamEntry
from bot.workers import inbound
from bot.workers.inbound import InboundWorker
from bot.workers.outage import Outage
from tests.services.test_inbound_worker import Reader, until

DOWN = OperationalError("select", {}, Exception("server closed the connection"))


class DeadLetterBox:
    """Notes what was put aside."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def add(self, entry_id: str, *, conversation_id: str | None, reason: str) -> None:
        self.reasons.append(reason)


class World:
    """A worker whose turns fail as they are told, each text for itself."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.dead = DeadLetterBox()
        self.failures: dict[str, list[Exception]] = {}
        self.answered: list[str] = []
        self.given_up: list[str] = []
        self.looks = 0
        self.worker = InboundWorker(
            reader=self.reader,  # type: ignore[arg-type]
            take_turn=self.take_turn,
            help_now=self,
            dead_letters=self.dead,  # type: ignore[arg-type]
            give_up=self.give_up,
            outage=Outage(self.is_ready),
            meter=NoMeter(),
            acknowledge={},
        )

    def goes_first(self, entry: StreamEntry) -> bool:
        return False

    async def __call__(self, entry: StreamEntry) -> None:
        """Nothing is urgent here."""

    async def is_ready(self) -> bool:
        self.looks += 1
        return self.looks > 3

    async def take_turn(self, entry: StreamEntry) -> None:
        failures = self.failures.get(entry.message.text, [])
        if failures:
            raise failures.pop(0)
        self.answered.append(entry.message.text)

    async def give_up(self, entry: StreamEntry) -> None:
        self.given_up.append(entry.message.text)


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(inbound, "_FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(inbound, "_LONGEST_PAUSE_SECONDS", 0.02)
    made = World()
    running = asyncio.create_task(made.worker.run())
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_after_five_failures_people_get_the_message_and_the_next_one_is_answered(
    world: World,
) -> None:
    world.failures["rusak"] = [TurnFailed("rasa")] * 5
    world.reader.give("a", "rusak")
    world.reader.give("a", "baik")
    await until(lambda: world.answered == ["baik"])
    assert world.given_up == ["rusak"]
    assert world.dead.reasons == ["failed"]
    assert world.reader.acknowledged == ["rusak", "baik"]


async def test_four_failures_are_no_reason_to_give_up(world: World) -> None:
    world.failures["sulit"] = [TurnFailed("rasa")] * 4
    world.reader.give("a", "sulit")
    await until(lambda: world.answered == ["sulit"])
    assert world.given_up == []


@pytest.mark.parametrize("away", [AssistantUnavailable("rasa"), DOWN, ConnectionError()])
async def test_what_is_away_is_waited_for_however_long_it_takes(
    world: World, away: Exception
) -> None:
    world.failures["lama"] = [away] * 20
    world.reader.give("a", "lama")
    await until(lambda: world.answered == ["lama"])
    assert world.given_up == []


async def test_a_conversation_that_fails_holds_up_nobody_else(world: World) -> None:
    world.failures["macet"] = [AssistantUnavailable("rasa")] * 50
    world.reader.give("a", "macet")
    for number in range(40):
        world.reader.give(f"c{number}", str(number))
    await until(lambda: len(world.answered) == 40)
    assert "macet" not in world.answered


async def test_many_who_wait_for_the_assistant_let_one_ask_for_all(world: World) -> None:
    for number in range(30):
        text = str(number)
        world.failures[text] = [AssistantUnavailable("rasa")]
        world.reader.give(f"c{number}", text)
    await until(lambda: len(world.answered) == 30)
    assert world.looks < 12


async def test_a_lease_that_is_unsure_for_a_moment_loses_no_message(world: World) -> None:
    world.reader.is_unsure = True
    world.reader.give("a", "satu")
    world.reader.give("a", "dua")
    await asyncio.sleep(0.3)
    assert world.answered == []
    world.reader.is_unsure = False
    await until(lambda: world.answered == ["satu", "dua"])
    assert world.reader.acknowledged == ["satu", "dua"]


async def test_a_stop_ends_the_turns_that_have_begun(world: World) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(entry: StreamEntry) -> None:
        begun.set()
        await go_on.wait()
        world.answered.append(entry.message.text)

    world.worker._take_turn = slow
    world.reader.give("a", "satu")
    world.reader.give("a", "dua")
    await begun.wait()
    (running,) = [t for t in asyncio.all_tasks() if t.get_coro().__qualname__.endswith("er.run")]
    running.cancel()
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.wait([running])
    assert world.reader.acknowledged == ["satu"]
