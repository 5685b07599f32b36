"""The facts of the running assistant, to hold its cards against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.settings import load
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from tests.journeys.conftest import Assistant


@pytest.fixture(scope="session")
def facts(assistant: Assistant) -> Iterator[SqlConsularFacts]:
    """What its database says."""
    engine = make_engine(load({"DATA_DIR": str(assistant.data_dir)}).database_url)
    yield SqlConsularFacts(engine)
    engine.dispose()
