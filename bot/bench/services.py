"""How fast a database answer comes where the database is PostgreSQL and full."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from bot.bench.figures import Figures
from bot.bench.latency import converse
from bot.bench.ledger import percentile
from bot.bench.postgresql import PostgresServer
from bot.bench.registry import APPLICATIONS, APPOINTMENTS, BORN, LAST4, fill, reference
from bot.bench.stage import on_stage
from bot.bench.wording import Wording
from bot.privacy import Privacy
from bot.storage import schema, seeding
from bot.storage.engine import make_engine

_WORDING = Wording(5)


async def services(model: Path, *, log: Path, messages: int) -> Figures:
    """Fees, papers, places, and the status of an application with its identity check.

    Args:
        model: a trained model.
        messages: how many, one after the other.
    """
    figures = Figures("services on PostgreSQL")
    secret = secrets.token_hex(32)
    with (
        tempfile.TemporaryDirectory(prefix="consular-services-") as folder,
        PostgresServer(Path(folder) / "postgresql") as server,
    ):
        engine = make_engine(server.url)
        schema.upgrade(engine)
        seeding.seed(engine, privacy=Privacy(secret))
        fill(engine, Privacy(secret))
        engine.dispose()
        extra = {"DATABASE_URL": server.url, "SECRET_KEY": secret}
        async with on_stage(model, log=log, extra=extra) as stage:
            seconds = await converse(stage, messages, says=_asks)
    figures.add("applications", APPLICATIONS)
    figures.add("appointments", APPOINTMENTS)
    figures.milliseconds("reply p50", percentile(seconds, 0.5))
    figures.milliseconds("reply p95", percentile(seconds, 0.95), at_most=300)
    return figures


def _asks(number: int) -> str:
    """A question, an application, the identity that it asks for."""
    if number % 3 == 0:
        return _WORDING.question()
    if number % 3 == 1:
        return f"status permohonan {reference(number // 3)}"
    return f"{BORN:%d-%m-%Y} {LAST4}"
