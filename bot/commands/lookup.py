"""The set-up step of the look-up: works the vectors of the approved texts out once."""

from __future__ import annotations

from bot import settings
from bot.bootstrap.records import approved_index
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts


def prepare_lookup(data_dir: str | None) -> dict[str, int]:
    """Makes the index ready, so that no citizen waits for it; a second time costs nothing.

    Returns:
        How many `vectors` it has.

    Raises:
        SetupError: the database does not fit, or the encoder cannot be built.
    """
    engine = make_engine(settings.load(data_dir=data_dir).database_url)
    schema.check(engine)
    return {"vectors": approved_index(SqlConsularFacts(engine)).prepare()}
