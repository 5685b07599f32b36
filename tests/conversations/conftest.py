"""One assistant for all conversations in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from actions.wiring import services
from bot import settings as settings_module
from bot.clock import utc_now
from bot.commands.train import train
from bot.messages import Channel
from bot.privacy import Privacy
from bot.storage import schema, seeding
from bot.storage.conversations import SqlConversations
from bot.storage.engine import make_engine
from bot.supervisor.run import free_port
from tests.conversations.dialogue import Assistant
from tests.fakes.redis_server import RedisServer


@pytest.fixture(scope="package")
def model() -> Path:
    """The trained model, as it is or made anew."""
    return train(quiet=True)


@pytest.fixture(scope="package")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture(scope="package")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop, model: Path
) -> Iterator[Assistant]:
    """The trained model on a database and a Redis of its own."""
    folder = tmp_path_factory.mktemp("walks")
    with pytest.MonkeyPatch.context() as patch, RedisServer(folder) as redis:
        patch.setenv("DATA_DIR", str(folder))
        patch.setenv("REDIS_URL", redis.url)
        patch.setenv("CONSULAR_ACTIONS_URL", f"http://127.0.0.1:{free_port()}")
        found = settings_module.load()
        engine = make_engine(found.database_url)
        schema.upgrade(engine)
        seeding.seed(engine)
        services.cache_clear()
        sessions = SqlConversations(engine, Privacy(found.secret_key), utc_now)
        open_session = partial(sessions.open, channel=Channel.WEB, address="web")
        yield loop.run_until_complete(Assistant.load(str(model), open_session))
        services.cache_clear()
        engine.dispose()
