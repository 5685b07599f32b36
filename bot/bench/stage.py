"""A real assistant in a folder of its own, with the fake platform where Telegram would be."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot import settings as settings_module
from bot.bench.crowd import WEBHOOK_SECRET, Crowd
from bot.bench.ledger import Ledger
from bot.bench.platform import ACCOUNT_SID, AUTH_TOKEN, BOT_TOKEN, SENDER, FakePlatform
from bot.bench.wording import Wording
from bot.errors import SetupError
from bot.privacy import Privacy
from bot.settings import Settings
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.supervisor.children import Child
from bot.supervisor.fleet import Fleet
from bot.supervisor.processes import ONE_EACH, Copies, free_port
from bot.supervisor.redis_server import redis_url

_HOST = "127.0.0.1"


@dataclass
class Stage:
    """What every measurement works with.

    Args:
        urls: of every gateway.
        start_seconds: from the start of the first process until it was ready.
    """

    urls: tuple[str, ...]
    settings: Settings
    platform: FakePlatform
    session: aiohttp.ClientSession
    fleet: Fleet
    start_seconds: float
    _seeds: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The first gateway's."""
        return self.urls[0]

    def crowd(self, *, repeats: float = 0.0) -> Crowd:
        """New citizens; what the platform gets from now on goes to their ledger."""
        self._seeds.append(len(self._seeds) + 1)
        crowd = Crowd(
            self.session,
            self.urls,
            ledger=Ledger(),
            wording=Wording(self._seeds[-1]),
            repeats=repeats,
        )
        self.platform.on_delivered = crowd.delivered
        return crowd

    def child(self, name: str) -> Child:
        """One of the supervised processes."""
        return next(child for child in self.fleet.children if child.command.name == name)

    def redis_url(self) -> str:
        """Where the assistant's own Redis is found, whose port was chosen at the start."""
        for line in (self.settings.data_dir / "redis" / "redis.conf").read_text().splitlines():
            if line.startswith("port "):
                return redis_url(int(line.split()[1]), Privacy(self.settings.secret_key))
        raise SetupError("the embedded Redis is not in use")

    def pids(self) -> dict[str, int]:
        """The process ids by name."""
        return {child.command.name: child.pid for child in self.fleet.children if child.pid}


def environment(platform_url: str, *, port: int, extra: Mapping[str, str]) -> dict[str, str]:
    """What an operator would set, for an assistant that talks to the fake platform."""
    return {
        "PUBLIC_URL": f"http://{_HOST}:{port}",
        "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "TELEGRAM_API_URL": platform_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_URL": platform_url,
        "LOG_LEVEL": "WARNING",
        **extra,
    }


@contextlib.asynccontextmanager
async def on_stage(
    model: Path,
    *,
    log: Path,
    extra: Mapping[str, str] | None = None,
    copies: Copies = ONE_EACH,
) -> AsyncIterator[Stage]:
    """Starts an assistant and stops it.

    Args:
        model: a trained model.
        log: what the processes say goes here.
        extra: further variables, such as `DATABASE_URL`.
        copies: how many of each process.

    Raises:
        SetupError: it does not start.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="consular-bench-") as folder:
        async with FakePlatform() as platform:
            given = environment(platform.url, port=port, extra=extra or {})
            settings = settings_module.load({**given, "DATA_DIR": folder})
            _prepare(settings)
            fleet = Fleet(settings, host=_HOST, port=port, copies=copies)
            started = time.perf_counter()
            # A child that dies is started again with the standard error of that moment.
            with (
                log.open("w") as output,
                contextlib.redirect_stderr(output),
                contextlib.redirect_stdout(output),
            ):
                try:
                    await fleet.start(model)
                    start_seconds = time.perf_counter() - started
                    connector = aiohttp.TCPConnector(limit=0)
                    async with aiohttp.ClientSession(connector=connector) as session:
                        yield Stage(
                            fleet.urls,
                            settings,
                            platform=platform,
                            session=session,
                            fleet=fleet,
                            start_seconds=start_seconds,
                        )
                finally:
                    await fleet.stop()


def _prepare(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    seeding.seed(engine)
    engine.dispose()
