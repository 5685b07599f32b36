"""Nobody hears us faster than the platform allows, and the urgent go first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.messages import Channel
from bot.services.loop_breaker import LoopBreaker
from bot.services.pace import Limits, Pace
from bot.storage.redis_client import open_redis
from bot.storage.shared_limit import RedisSharedLimit
from tests.fakes.redis_server import RedisServer

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
PER_SECOND = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


class NoLimit:
    """Nothing over all."""

    async def seconds_to_wait(self, name: str, per_second: float) -> float:
        return 0.0


async def _speak(
    pace: Pace, count: int, *, chat: str | None = None, is_urgent: bool = False
) -> list[float]:
    """The times at which each message may go."""

    async def one(number: int) -> float:
        await pace.turn(Channel.TELEGRAM, chat or f"c{number}", is_urgent=is_urgent)
        return time.monotonic()

    return sorted(await asyncio.gather(*(one(number) for number in range(count))))


async def test_all_workers_together_keep_the_limit_of_a_second(server: RedisServer) -> None:
    redis = open_redis(server.url)
    paces = [
        Pace({Channel.TELEGRAM: Limits(PER_SECOND)}, RedisSharedLimit(redis)) for _ in range(2)
    ]
    started = time.monotonic()
    await asyncio.gather(*(_speak(pace, 25) for pace in paces))
    await redis.close()
    # Twenty at once, twenty a second later, the last ten after two.
    assert 2 <= time.monotonic() - started < 10


async def test_the_urgent_do_not_queue_behind_the_rest(server: RedisServer) -> None:
    redis = open_redis(server.url)
    await redis.flushall()
    pace = Pace({Channel.TELEGRAM: Limits(PER_SECOND)}, RedisSharedLimit(redis))
    crowd = asyncio.create_task(_speak(pace, 80))
    await asyncio.sleep(0.2)
    started = time.monotonic()
    (urgent,) = await _speak(pace, 1, chat="z", is_urgent=True)
    assert urgent - started < 1.2
    assert not crowd.done()
    crowd.cancel()
    await asyncio.gather(crowd, return_exceptions=True)
    await redis.close()


async def test_without_redis_a_worker_keeps_the_limit_by_itself(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        pace = Pace({Channel.TELEGRAM: Limits(PER_SECOND)}, RedisSharedLimit(redis))
        server.kill()
        started = time.monotonic()
        await _speak(pace, 30)
        await redis.close()
    assert 1 <= time.monotonic() - started < 10


async def test_one_citizen_hears_three_at_once_and_then_one_a_second() -> None:
    limits = Limits(1000, chat_messages=3, chat_seconds=3.0)
    pace = Pace({Channel.TELEGRAM: limits}, NoLimit())
    started = time.monotonic()
    times = [each - started for each in await _speak(pace, 4, chat="a")]
    assert times[2] < 0.5
    assert 2.8 < times[3] < 4


async def test_one_citizen_does_not_hold_up_another() -> None:
    limits = Limits(1000, chat_messages=1, chat_seconds=5.0)
    pace = Pace({Channel.TELEGRAM: limits}, NoLimit())
    slow = asyncio.create_task(_speak(pace, 3, chat="a"))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await _speak(pace, 20)
    assert time.monotonic() - started < 1
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)


async def test_a_channel_without_a_limit_waits_for_nothing() -> None:
    await asyncio.wait_for(_speak(Pace({}, NoLimit()), 200, chat="a"), 1)


def test_the_sixth_time_in_five_minutes_a_text_is_not_said_again() -> None:
    breaker = LoopBreaker()
    said = [breaker.allows("c", "Maaf", now=START + timedelta(seconds=n)) for n in range(7)]
    assert said == [True] * 5 + [False] * 2
    assert breaker.allows("c", "Maaf", now=START + timedelta(minutes=6))


def test_two_texts_in_turn_are_a_loop_as_well() -> None:
    breaker = LoopBreaker()
    said = [breaker.allows("c", f"text {n % 2}", now=START) for n in range(20)]
    assert said.count(True) == 10


def test_other_citizens_may_hear_the_same() -> None:
    breaker = LoopBreaker()
    assert all(breaker.allows(f"c{n}", "Halo", now=START) for n in range(50))


def test_who_hears_many_different_things_is_no_machine() -> None:
    breaker = LoopBreaker()
    said = [breaker.allows("c", f"text {n % 6}", now=START) for n in range(60)]
    assert all(said)
