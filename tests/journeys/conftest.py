"""The whole assistant, started as a person starts it, with small servers in place of platforms."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.supervisor.run import free_port
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, FakeTwilio
from tests.journeys.citizens import TelegramCitizen, WebCitizen, WhatsAppCitizen

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-webhook-secret"
START_SECONDS = 120.0

GROUPS = {"kbri-oslo": "-1005550001", "kbri-helsinki": "-1005550002"}
"""Officers' forums."""


@dataclass
class Assistant:
    """A running assistant and the platforms it talks to."""

    url: str
    process: subprocess.Popen[str]
    telegram: FakeTelegram
    twilio: FakeTwilio
    data_dir: Path
    log: Path

    def web(self) -> WebCitizen:
        """A new citizen at the web chat."""
        return WebCitizen(self.url)

    def on_telegram(self) -> TelegramCitizen:
        """A new citizen on Telegram."""
        return TelegramCitizen(self.url, self.telegram, secret=SECRET)

    def on_whatsapp(self) -> WhatsAppCitizen:
        """A new citizen on WhatsApp."""
        return WhatsAppCitizen(self.url, self.twilio, public_url=self.url)

    def has_noted(self, platform_id: str) -> bool:
        """Whether the sender has written down a platform's id of a message."""
        query = "SELECT 1 FROM platform_messages WHERE platform_id = ?"
        with contextlib.closing(sqlite3.connect(self.data_dir / "consular.db")) as connection:
            return connection.execute(query, (platform_id,)).fetchone() is not None

    def children(self) -> dict[str, int]:
        """The process ids of the children by the module they run."""
        found = {}
        listing = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for line in listing.splitlines():
            pid, _, arguments = line.strip().partition(" ")
            for name in ("redis-server", "rasa run", "-m actions", "bot.workers", "bot.gateway"):
                if name in arguments:
                    found[name.split()[0] if name != "-m actions" else "actions"] = int(pid)
        return found


def environment(data_dir: Path, *, port: int, telegram: str, twilio: str) -> dict[str, str]:
    """What an operator would set."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "TWILIO"))}
    return {
        **inherited,
        "DATA_DIR": str(data_dir),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_BOT_TOKEN": "123456:journeys",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_API_URL": telegram,
        "TELEGRAM_DESK_GROUPS": ",".join(f"{desk}={group}" for desk, group in GROUPS.items()),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_URL": twilio,
    }


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[Assistant]:
    """Starts `python -m bot run` and stops it as a terminal would."""
    loop = asyncio.new_event_loop()
    telegram, twilio = FakeTelegram(), FakeTwilio()
    loop.run_until_complete(telegram.__aenter__())
    telegram.forums |= set(GROUPS.values())
    loop.run_until_complete(twilio.__aenter__())
    port = free_port()
    log = data_dir / "assistant.log"
    data_dir.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--port", str(port)],
            cwd=ROOT,
            env=environment(data_dir, port=port, telegram=telegram.url, twilio=twilio.url),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_until_ready(process, log)
            yield Assistant(
                f"http://127.0.0.1:{port}", process, telegram, twilio, data_dir=data_dir, log=log
            )
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            loop.run_until_complete(telegram.__aexit__(None, None, None))
            loop.run_until_complete(twilio.__aexit__(None, None, None))
            loop.close()


def _wait_until_ready(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not any(line.startswith("ready ") for line in log.read_text().splitlines()):
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.1)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for all journeys that do not break it."""
    with running(tmp_path_factory.mktemp("assistant")) as started:
        yield started
