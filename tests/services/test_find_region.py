"""A state that a citizen names leads to the consulate that is responsible for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.find_region import FindRegion
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts


@pytest.fixture(scope="module")
def find_region(tmp_path_factory: pytest.TempPathFactory) -> FindRegion:
    folder: Path = tmp_path_factory.mktemp("facts")
    engine = make_engine(f"sqlite:///{folder / 'facts.db'}")
    schema.upgrade(engine)
    seeding.seed(engine)
    return FindRegion(SqlConsularFacts(engine))


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [
        ("sy kerja di penang", None, "MY-07"),
        ("tinggal di Pulau Pinang", None, "MY-07"),
        ("sekarang di johor kak", None, "MY-01"),
        ("aku di Melaka", "MY", "MY-04"),
        ("i live in Western Australia", None, "AU-WA"),
        ("i live in Western Australia", "US", None),
        ("saya kerja di Sabah", None, "Pantai Barat (West Coast Division, Sabah)"),
        ("makan mie dulu", None, None),
        ("tinggal di Mie", "JP", "JP-24"),
        ("paspor saya hilang", None, None),
        ("", None, None),
    ],
)
def test_rows(find_region: FindRegion, text: str, country: str | None, region: str | None) -> None:
    found = find_region(text, country)
    assert (found.region if found else None) == region
