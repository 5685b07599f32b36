"""Does the way from gateway to worker keep every message, once and in order? On a real Redis."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import NotStored
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.services.ports import StreamEntry
from bot.storage.redis_client import open_redis
from bot.storage.stream_reader import PoisonEntry, StreamReader
from bot.storage.streams import (
    DEDUPE_SECONDS,
    PARTITIONS,
    RedisInboundStream,
    partition_of,
    stream_key,
)
from tests.fakes.cable import Cable
from tests.fakes.redis_server import PASSWORD, RedisServer

PRIVACY = Privacy("a secret of the tests")
NOW = datetime(2026, 3, 4, tzinfo=timezone.utc)
LEASE_SECONDS = 0.8
TAKEOVER_SECONDS = 2.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest_asyncio.fixture
async def redis(server: RedisServer) -> AsyncIterator[Any]:
    client = open_redis(server.url)
    await client.flushall()
    yield client
    await client.close()


def message(
    number: int | str, *, chat: str = "77", channel: Channel = Channel.TELEGRAM
) -> InboundMessage:
    return InboundMessage(channel, chat, f"{chat}-{number}", NOW, text=f"pesan {number}")


@asynccontextmanager
async def reading(redis: Any, worker: str = "w1") -> AsyncIterator[StreamReader]:
    reader = StreamReader(redis, PRIVACY, worker_id=worker, lease_seconds=LEASE_SECONDS)
    await reader.start()
    try:
        yield reader
    finally:
        await reader.close()


async def collect(reader: StreamReader, count: int, seconds: float = 5.0) -> list[Any]:
    found: list[Any] = []
    until = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < until:
        found += await reader.read()
    return found


async def until(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


async def test_a_message_comes_out_as_it_went_in(redis: Any) -> None:
    sent = message(1)
    async with reading(redis) as reader:
        waiting = asyncio.create_task(collect(reader, 1))
        await asyncio.sleep(0.05)
        assert await RedisInboundStream(redis, PRIVACY).append(sent)
        (entry,) = await waiting

        assert entry.message == sent
        assert entry.conversation_id == PRIVACY.conversation_id("telegram", "77")
        assert entry.attempts == 1
        assert reader.holds(entry)
        assert await reader.ack(entry)
        assert not reader.holds(entry)


async def test_the_same_message_is_stored_once(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)

    assert [await stream.append(message(1)) for _ in range(3)] == [True, False, False]
    async with reading(redis) as reader:
        assert len(await collect(reader, 2, seconds=0.6)) == 1


async def test_once_even_when_many_try_at_the_same_time(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)

    results = await asyncio.gather(*(stream.append(message(1)) for _ in range(40)))

    assert sorted(results) == [False] * 39 + [True]


async def test_the_same_id_in_another_conversation_is_another_message(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    first = InboundMessage(Channel.WEB, "one", "1", NOW)
    second = InboundMessage(Channel.WEB, "two", "1", NOW)

    assert await stream.append(first)
    assert await stream.append(second)


async def test_a_message_is_known_for_two_days_and_not_for_ever(redis: Any) -> None:
    moment = NOW
    stream = RedisInboundStream(redis, PRIVACY, clock=lambda: moment)
    assert await stream.append(message(1))

    for hours in (1, 24, 47):
        moment = NOW + timedelta(hours=hours)
        assert not await stream.append(message(1)), hours
        assert await stream.append(message(f"later {hours}"))
    moment = NOW + timedelta(hours=100)
    assert await stream.append(message(1))


async def test_gateways_whose_clocks_differ_know_of_each_other(redis: Any) -> None:
    span = int(NOW.timestamp()) // DEDUPE_SECONDS * DEDUPE_SECONDS
    before, after = (
        RedisInboundStream(redis, PRIVACY, clock=lambda at=at: at)  # type: ignore[misc]
        for at in (datetime.fromtimestamp(span + s, timezone.utc) for s in (-1, 1))
    )
    assert await after.append(message(1))
    assert not await before.append(message(1))
    assert await before.append(message(2))
    assert not await after.append(message(2))


async def test_what_was_seen_takes_little_and_ends_by_itself(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    for number in range(200):
        assert await stream.append(message(number))
    (key,) = await redis.keys("inbound:seen:*")

    assert await redis.memory_usage(key) < 200 * 12
    assert DEDUPE_SECONDS < await redis.ttl(key) <= 2 * DEDUPE_SECONDS


async def test_a_message_and_its_key_survive_a_killed_redis(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        stream = RedisInboundStream(redis, PRIVACY)
        assert await stream.append(message(1))

        server.kill()
        with pytest.raises(NotStored):
            await stream.append(message(2))
        server.start()

        assert not await stream.append(message(1))
        assert await stream.append(message(2))
        async with reading(redis) as reader:
            entries = await collect(reader, 2)
        assert [each.message for each in entries] == [message(1), message(2)]
        await redis.close()


async def test_a_write_that_fails_leaves_no_key_behind(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    conversation = PRIVACY.conversation_id("telegram", "77")
    place = stream_key(partition_of(conversation, PARTITIONS))
    await redis.set(place, "in the way")

    with pytest.raises(NotStored):
        await stream.append(message(1))
    await redis.delete(place)

    assert await stream.append(message(1)), "the platform's next try must be taken"


async def test_nothing_of_a_citizen_can_be_read_in_redis(server: RedisServer, redis: Any) -> None:
    await RedisInboundStream(redis, PRIVACY).append(
        InboundMessage(Channel.WHATSAPP, "whatsapp:+628119", "SM1", NOW, text="tolong saya")
    )

    everything = ""
    for key in await redis.keys("*"):
        read = {"stream": redis.xrange, "set": redis.smembers}[await redis.type(key)]
        everything += f"{key} {await read(key)}"

    assert PRIVACY.conversation_id("whatsapp", "whatsapp:+628119") in everything
    assert "SM1" not in everything
    assert "628119" not in everything
    assert "tolong" not in everything


async def test_conversations_are_spread_and_each_has_one_place() -> None:
    ids = [PRIVACY.conversation_id("web", str(number)) for number in range(400)]
    places = [partition_of(each, PARTITIONS) for each in ids]

    assert places == [partition_of(each, PARTITIONS) for each in ids]
    assert min(places.count(number) for number in range(PARTITIONS)) > 20


async def test_a_place_never_changes_between_versions() -> None:
    assert [partition_of(f"web:{name}", 8) for name in ("a", "b", "c", "d")] == [2, 0, 6, 5]


async def test_order_within_a_conversation_is_kept_across_two_workers(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    seen: dict[str, list[int]] = defaultdict(list)

    async def work(reader: StreamReader) -> None:
        async for entry in reader.entries():
            assert isinstance(entry, StreamEntry)
            seen[entry.message.address].append(int(entry.message.text.split()[1]))
            await reader.ack(entry)

    async with reading(redis, "w1") as one, reading(redis, "w2") as two:
        tasks = [asyncio.create_task(work(reader)) for reader in (one, two)]
        for number in range(20):
            await asyncio.gather(*(stream.append(message(number, chat=f"c{c}")) for c in range(12)))
        await until(lambda: sum(map(len, seen.values())) >= 240)
        for task in tasks:
            task.cancel()

    assert all(numbers == list(range(20)) for numbers in seen.values())
    assert len(seen) == 12


async def test_workers_share_the_partitions_and_one_that_stops_leaves_at_once(redis: Any) -> None:
    async with reading(redis, "w1") as one:
        assert one.partitions == frozenset(range(PARTITIONS))
        async with reading(redis, "w2") as two:
            await until(lambda: len(one.partitions) == len(two.partitions) == PARTITIONS // 2)
            assert not one.partitions & two.partitions
        await until(lambda: len(one.partitions) == PARTITIONS, seconds=LEASE_SECONDS)


async def test_what_a_dead_worker_had_goes_to_another_first_and_in_order(
    server: RedisServer, redis: Any
) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    async with Cable(server.port) as cable:
        dead = open_redis(f"redis://:{PASSWORD}@127.0.0.1:{cable.port}")
        victim = StreamReader(dead, PRIVACY, worker_id="victim", lease_seconds=LEASE_SECONDS)
        await victim.start()
        waiting = asyncio.create_task(collect(victim, 5))
        await asyncio.sleep(0.05)
        for number in range(5):
            await stream.append(message(number))
        taken = await waiting
        assert [each.attempts for each in taken] == [1] * 5
        await victim.ack(taken[0])
        cable.cut()
        await stream.append(message(5))

        async with reading(redis, "heir") as heir:
            begun = time.monotonic()
            entries = await collect(heir, 5)
            assert time.monotonic() - begun < TAKEOVER_SECONDS

        numbers = [each.message.text for each in entries]
        assert numbers == [f"pesan {number}" for number in range(1, 6)]
        assert [each.attempts for each in entries] == [2] * 5
        await victim.close()
        await dead.close()


async def test_a_worker_that_lost_its_lease_can_neither_take_nor_acknowledge(
    server: RedisServer, redis: Any
) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    await stream.append(message(1))
    async with Cable(server.port) as cable:
        far = open_redis(f"redis://:{PASSWORD}@127.0.0.1:{cable.port}")
        async with reading(far, "paused") as paused:
            (stale,) = await collect(paused, 1)
            cable.cut()
            async with reading(redis, "heir") as heir:
                (again,) = await collect(heir, 1)
                cable.mend()
                await stream.append(message(2))

                assert not paused.holds(stale)
                assert not await paused.ack(stale)
                assert await paused.retry(stale) is None
                (second,) = await collect(heir, 1)
                assert second.message == message(2)
                assert heir.holds(again)
                assert await heir.ack(again)
        await far.close()


async def test_a_try_that_failed_is_counted_for_the_next_worker_too(redis: Any) -> None:
    async with reading(redis, "w1") as first:
        waiting = asyncio.create_task(collect(first, 1))
        await asyncio.sleep(0.05)
        await RedisInboundStream(redis, PRIVACY).append(message(1))
        (entry,) = await waiting
        again = await first.retry(entry)
        assert again is not None
        assert again.attempts == 2
        assert not first.holds(entry), "only the latest delivery counts"
        assert first.holds(again)

    async with reading(redis, "w2") as second:
        (entry,) = await collect(second, 1)
        assert entry.attempts == 3


async def test_what_a_worker_left_is_handed_out_whole_and_once(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    for number in range(150):
        await stream.append(message(number))

    async with reading(redis) as reader:
        await stream.append(message(150))
        found: list[Any] = []
        while len(found) < 151:
            found += await reader.read(limit=40)
        assert [each.message.text for each in found] == [f"pesan {n}" for n in range(151)]
        assert all([await reader.ack(each) for each in found])
        assert await reader.read() == []
    assert [key for key in await redis.keys("inbound:*") if "seen" not in key] == [
        stream_key(partition_of(found[0].conversation_id, PARTITIONS))
    ]


async def test_an_entry_that_cannot_be_read_is_reported_and_holds_up_nobody(redis: Any) -> None:
    await redis.xadd(stream_key(0), {"conversation": "web:x", "message": "not sealed"})
    await redis.xadd(stream_key(0), {"something": "else"})
    await redis.xadd(stream_key(0), {"conversation": "web:x", "message": PRIVACY.seal("{}")})
    await RedisInboundStream(redis, PRIVACY).append(message(1))

    async with reading(redis) as reader:
        entries = await collect(reader, 4)
        poison = [each for each in entries if isinstance(each, PoisonEntry)]
        assert [each.conversation_id for each in poison] == ["web:x", None, "web:x"]
        assert [await reader.ack(each) for each in entries] == [True] * 4
    assert await redis.xlen(stream_key(0)) == 0


async def test_the_reader_waits_for_redis_and_goes_on(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        stream = RedisInboundStream(redis, PRIVACY)
        async with reading(redis) as reader:
            waiting = asyncio.create_task(collect(reader, 1, seconds=10))
            await asyncio.sleep(0.1)
            server.kill()
            await asyncio.sleep(LEASE_SECONDS)
            server.start()
            await stream.append(message(1))
            (entry,) = await waiting
            assert entry.message == message(1)
        await redis.close()


async def test_a_read_that_is_cancelled_loses_nothing(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    seen: list[str] = []
    async with reading(redis) as reader:
        for number in range(60):
            task = asyncio.create_task(reader.read())
            await stream.append(message(number))
            await asyncio.sleep(0.0002 * (number % 12))
            task.cancel()
            for entry in (await asyncio.gather(task, return_exceptions=True))[0:1]:
                if isinstance(entry, list):
                    seen += [each.message.text for each in entry]
        seen += [each.message.text for each in await collect(reader, 60 - len(seen))]

    assert seen == [f"pesan {number}" for number in range(60)]


async def test_a_waiting_worker_wakes_at_once(redis: Any) -> None:
    stream = RedisInboundStream(redis, PRIVACY)
    seconds = []
    async with reading(redis) as reader:
        for number in range(30):
            waiting = asyncio.create_task(collect(reader, 1))
            await asyncio.sleep(0.01)
            await stream.append(message(number))
            begun = time.perf_counter()
            (entry,) = await waiting
            seconds.append(time.perf_counter() - begun)
            await reader.ack(entry)

    assert sorted(seconds)[15] < 0.25
