"""Does our Redis client bear what happens to connections?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.storage.redis_client import REDIS_DOWN, end, open_redis
from tests.fakes.redis_server import RedisServer


async def test_the_first_command_after_a_restart_of_redis_works(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        client = open_redis(server.url)
        await client.set("a", "1")
        server.kill()
        with pytest.raises(REDIS_DOWN):
            await client.get("a")
        server.start()
        assert await client.get("a") == "1"

        server.kill()
        server.start()
        await asyncio.sleep(0.05)
        assert await client.get("a") == "1", "the pooled connection had been closed meanwhile"
        await client.close()


async def test_a_task_that_is_busy_with_redis_can_be_ended_at_any_moment(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        client = open_redis(server.url)

        async def busy() -> None:
            while True:
                await client.incr("count")

        for turn in range(100):
            task = asyncio.create_task(busy())
            for _ in range(turn % 25):
                await asyncio.sleep(0)
            task.cancel()
            done, _ = await asyncio.wait({task}, timeout=2)
            assert done, "one cancellation must do"
        await client.close()


async def test_a_task_that_does_not_hear_the_first_time_is_asked_again() -> None:
    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task), 5)

    assert task.cancelled()
    await end(None)


async def test_a_redis_that_stands_still_is_given_up(tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = open_redis(f"redis://127.0.0.1:{port}", reply_seconds=0.2)
    with pytest.raises(REDIS_DOWN):
        await client.get("a")
    await client.close()
    server.close()


def test_every_kind_of_address_is_taken() -> None:
    for url in ("redis://:p@host:1/2", "rediss://host", "unix:///tmp/x.sock?db=1"):
        assert open_redis(url).connection_pool.make_connection() is not None
