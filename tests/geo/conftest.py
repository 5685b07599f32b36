"""The real geography and the real facts, seeded into a SQLite database."""

from __future__ import annotations

import pytest

from bot.geo.geography import OfflineGeography
from bot.services.find_mission import FindMission
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.seeding import seed


@pytest.fixture(scope="session")
def geography() -> OfflineGeography:
    return OfflineGeography()


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> SqlConsularFacts:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('facts') / 'facts.db'}")
    schema.upgrade(engine)
    seed(engine)
    return SqlConsularFacts(engine)


@pytest.fixture(scope="session")
def find_mission(facts: SqlConsularFacts, geography: OfflineGeography) -> FindMission:
    return FindMission(facts, geography)
