"""The desk in a chat on a real database and a real Redis, with played platforms and assistant."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage import schema
from bot.storage.engine import make_engine
from tests.fakes.redis_server import RedisServer
from tests.services.desk_chat.world import World


@pytest.fixture(scope="session")
def chat_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for all tests here; each begins with an empty one."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
async def world(
    request: pytest.FixtureRequest,
    chat_redis: RedisServer,
    empty_database: Path,
    tmp_path: Path,
) -> AsyncIterator[World]:
    """Citizens, officers and everything between them; a parameter names officers' groups."""
    copy = shutil.copy(empty_database, tmp_path / "desk.db")
    engine = make_engine(f"sqlite:///{copy}")
    made = World(engine, chat_redis.url, groups=getattr(request, "param", ()))
    await made.redis.flushall()
    yield made
    await made.redis.close()
    engine.dispose()
