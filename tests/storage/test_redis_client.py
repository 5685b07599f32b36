"""Does our Redis client bear what happens to connections?"""

from __future__ import annotations

import asyncio
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
        assert await client.get("a") == "1", "the pooled connection had been closed meanwhile"
        await client.close()


async def test_a_task_that_is_busy_with_redis_can_be_ended_at_any_moment(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        client = open_redis(server.url)

        async def busy() -> None:
            while True:
                await client.incr("count")

        for turn in range(150):
            task = asyncio.create_task(busy())
            await asyncio.sleep(0.0001 * (turn % 20))
            await asyncio.wait_for(end(task), 3)
            assert task.cancelled()
        await client.close()


def test_every_kind_of_address_is_taken() -> None:
    for url in ("redis://:p@host:1/2", "rediss://host", "unix:///tmp/x.sock?db=1"):
        assert open_redis(url).connection_pool.make_connection() is not None
