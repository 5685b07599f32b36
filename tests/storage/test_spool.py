"""Does the spool keep what Redis cannot take, in order, and give it back once? On real disks."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.errors import NotStored, SetupError
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.storage.redis_client import open_redis
from bot.storage.serialise import inbound_from_json
from bot.storage.spool import SpooledStream
from bot.storage.streams import PARTITIONS, RedisInboundStream, stream_key
from tests.fakes.redis_server import RedisServer

SECRET = "a secret of the tests"
PRIVACY = Privacy(SECRET)
NOW = datetime(2026, 3, 4, tzinfo=timezone.utc)
QUOTA = 1_000_000

# A gateway that takes messages while Redis is away and is then killed.
_VICTIM = f"""
import asyncio, sys
from datetime import datetime, timezone
from pathlib import Path
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.storage.redis_client import open_redis
from bot.storage.spool import SpooledStream
from bot.storage.streams import RedisInboundStream

async def main():
    privacy = Privacy({SECRET!r})
    real = RedisInboundStream(open_redis(sys.argv[1]), privacy)
    spool = SpooledStream(real, privacy, folder=Path(sys.argv[2]), quota_bytes=100_000)
    await spool.start()
    now = datetime(2026, 3, 4, tzinfo=timezone.utc)
    for number in range(5):
        await spool.append(InboundMessage(Channel.TELEGRAM, "77", f"u{{number}}", now, text="x"))
    print("taken", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with RedisServer(folder) as running:
        yield running


def message(number: int, chat: str = "77") -> InboundMessage:
    return InboundMessage(Channel.TELEGRAM, chat, f"u{number}", NOW, text=f"pesan {number}")


@asynccontextmanager
async def spooling(
    server: RedisServer, folder: Path, *, quota: int = QUOTA
) -> AsyncIterator[SpooledStream]:
    redis = open_redis(server.url)
    spool = SpooledStream(
        RedisInboundStream(redis, PRIVACY), PRIVACY, folder=folder, quota_bytes=quota
    )
    await spool.start()
    try:
        yield spool
    finally:
        await spool.close()
        await redis.close()


async def stored(server: RedisServer) -> list[str]:
    """The ids in the stream, in order, each partition after the other."""
    redis = open_redis(server.url)
    found = []
    for partition in range(PARTITIONS):
        for _, fields in await redis.xrange(stream_key(partition)):
            found.append(inbound_from_json(PRIVACY.unseal(fields["message"])).message_id)
    await redis.close()
    return found


async def until_drained(spool: SpooledStream, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while spool.size or spool.bytes_used:
        assert time.monotonic() < end, "the spool was not drained"
        await asyncio.sleep(0.02)


async def test_messages_go_straight_to_redis_while_it_is_there(
    server: RedisServer, tmp_path: Path
) -> None:
    async with spooling(server, tmp_path / "spool") as spool:
        assert await spool.append(message(1))
        assert not await spool.append(message(1))
        assert spool.bytes_used == 0
    assert await stored(server) == ["u1"]


async def test_what_comes_while_redis_is_down_is_taken_and_brought_in_later_in_order(
    server: RedisServer, tmp_path: Path
) -> None:
    async with spooling(server, tmp_path / "spool") as spool:
        await spool.append(message(1))
        server.kill()
        for number in range(2, 8):
            assert await spool.append(message(number))
        assert spool.size == 6
        server.start()
        await spool.append(message(8))
        await until_drained(spool)
        await spool.append(message(9))
    assert await stored(server) == [f"u{number}" for number in range(1, 10)]


async def test_a_platform_that_repeats_itself_during_the_outage_is_answered_once(
    server: RedisServer, tmp_path: Path
) -> None:
    async with spooling(server, tmp_path / "spool") as spool:
        server.kill()
        for _ in range(3):
            assert await spool.append(message(1))
        server.start()
        await until_drained(spool)
    assert await stored(server) == ["u1"]


async def test_a_redis_that_does_not_answer_counts_as_down(
    server: RedisServer, tmp_path: Path
) -> None:
    async with spooling(server, tmp_path / "spool") as spool:
        server.pause()
        started = time.monotonic()
        await asyncio.gather(*(spool.append(message(n, chat=str(n))) for n in range(20)))
        assert time.monotonic() - started < 4
        server.resume()
        await until_drained(spool)
    assert sorted(await stored(server)) == sorted(f"u{n}" for n in range(20))


async def test_a_full_quota_refuses_and_takes_again_when_redis_is_back(
    server: RedisServer, tmp_path: Path
) -> None:
    async with spooling(server, tmp_path / "spool", quota=2_000) as spool:
        server.kill()
        taken = 0
        with pytest.raises(NotStored):
            for number in range(20):
                await spool.append(message(number))
                taken += 1
        assert 0 < taken < 20
        server.start()
        await until_drained(spool)
        for number in range(taken, 20):
            assert await spool.append(message(number))
    assert await stored(server) == [f"u{number}" for number in range(20)]


async def test_what_a_killed_gateway_had_taken_is_brought_in_by_the_next(
    server: RedisServer, tmp_path: Path
) -> None:
    folder = tmp_path / "spool"
    server.kill()
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", _VICTIM, server.url, str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"taken\n"
    victim.kill()
    await victim.wait()
    server.start()
    async with spooling(server, folder) as spool:
        await spool.append(message(5))
        await until_drained(spool)
    assert await stored(server) == [f"u{number}" for number in range(6)]
    assert list(folder.iterdir()) == []


async def test_half_a_line_of_a_crash_spoils_nothing(server: RedisServer, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    server.kill()
    async with spooling(server, folder) as spool:
        await spool.append(message(1))
    (left,) = folder.iterdir()
    with left.open("ab") as file:
        file.write(b"gAAAAA-half")
    server.start()
    async with spooling(server, folder) as spool:
        await spool.append(message(2))
        await until_drained(spool)
    assert await stored(server) == ["u1", "u2"]


async def test_nothing_on_the_disk_can_be_read(server: RedisServer, tmp_path: Path) -> None:
    async with spooling(server, tmp_path / "spool") as spool:
        server.kill()
        await spool.append(message(1, chat="628123456789"))
        kept = b"".join(path.read_bytes() for path in (tmp_path / "spool").iterdir())
        assert kept
        assert b"pesan" not in kept
        assert b"628123456789" not in kept


@pytest.mark.parametrize("kind", ["a file", "a folder of somebody else"])
def test_a_spool_that_cannot_be_written_stops_the_start(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "spool"
    if kind == "a file":
        folder.write_text("in the way")
    else:
        folder = Path("/proc/spool")
    stream = RedisInboundStream(open_redis("redis://127.0.0.1:1/0"), PRIVACY)
    with pytest.raises(SetupError, match="DATA_DIR"):
        SpooledStream(stream, PRIVACY, folder=folder, quota_bytes=QUOTA)
