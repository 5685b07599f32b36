"""The desk as it runs: a real uvicorn before a real database, with a clock moved by hand."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from bot.bootstrap.desk import desk
from bot.consular.facts import Mission
from bot.errors import SendFailed
from bot.gateway.answers import http_error
from bot.gateway.server import GatewayServer
from bot.gateway.shield import Shield
from bot.messages import Attachment
from bot.services.windows import Window
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.tables.casework import audit
from tests.desk.browser import Browser
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE, START, Desk, Facts


class TwoMissions(Facts):
    """The facts that the desk needs."""

    def missions(self) -> tuple[Mission, ...]:
        return (FRANKFURT, SINGAPORE)


class Drawer:
    """Files by their reference, in place of the platforms and of our own store."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        key = f"kept-{len(self.files)}"
        self.files[key] = content
        return key

    async def fetch(self, attachment: Attachment) -> bytes:
        if attachment.reference not in self.files:
            raise SendFailed("bad_request", retry=False)
        return self.files[attachment.reference]


class Office(Desk):
    """The desk's server, its database, and who works there."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.url = ""
        self.files = Drawer()
        self.windows: dict[str, Window] = {}

    def sign_in(self, officer_id: int, language: str = "en") -> Browser:
        """A browser with a session."""
        browser = Browser(self.url, language)
        entered = browser.enter(self.link(officer_id))
        assert entered.status_code == 200, entered.text
        return browser

    def link(self, officer_id: int) -> str:
        return self.services.enter_desk.link(officer_id, self.url)

    def audited(self, action: str) -> list[tuple[str, str, str]]:
        """Actor, subject and result of every such line."""
        query = select(audit).where(audit.c.action == action).order_by(audit.c.id)
        with self.engine.connect() as connection:
            return [(row.actor, row.subject, row.result) for row in connection.execute(query)]

    def outbound(self, conversation: str) -> list[str]:
        """Texts that wait for delivery."""
        return [row.message.text for row in self.outbox.queued(conversation)]

    @contextmanager
    def served(self, public_url: str | None = None) -> Iterator[str]:
        """Runs the server."""
        facts: Any = TwoMissions()
        made = desk(
            self.engine,
            PRIVACY,
            facts,
            clock=self.clock,
            public_url=public_url,
            files=self.files,
            keep=self.files,
            window=self.windows.get,
        )
        app = Starlette(
            routes=list(made.routes),
            middleware=[Middleware(Shield)],
            exception_handlers={HTTPException: http_error},
        )
        server = GatewayServer(app, made.pulse, host="127.0.0.1", port=0)
        running = threading.Thread(target=server.run)
        running.start()
        while not server.started:
            assert running.is_alive(), "the desk did not start"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        running.join(10)
        assert not running.is_alive()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Path, Path]]:
    """One server for all tests: its pages and catalogues are read once."""
    folder = tmp_path_factory.mktemp("desk")
    empty, path = folder / "empty.db", folder / "desk.db"
    engine = make_engine(f"sqlite:///{empty}")
    schema.upgrade(engine)
    engine.dispose()
    engine = make_engine(f"sqlite:///{path}")
    made = Office(engine)
    with made.served() as url:
        made.url = url
        yield made, empty, path
    engine.dispose()


@pytest.fixture
def office(server: tuple[Office, Path, Path]) -> Office:
    """The desk with an empty database, at the beginning of time."""
    made, empty, path = server
    made.engine.dispose()
    # A new file, not the old one overwritten: somebody may still have that open.
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(empty, path)
    made.clock.now = START
    made.files.files.clear()
    made.windows.clear()
    return made


@pytest.fixture
def rina(office: Office) -> int:
    """An officer in Singapore."""
    return office.officer("Rina")


@pytest.fixture
def browser(office: Office, rina: int) -> Browser:
    """Rina's."""
    return office.sign_in(rina)


@pytest.fixture
def case(office: Office) -> str:
    """The reference of a waiting case in Singapore, about a lost passport."""
    return office.asks(office.citizen(), "passport_lost").reference


@pytest.fixture
def held(office: Office, rina: int, case: str) -> str:
    """The same, claimed by Rina."""
    office.services.claim(case, rina)
    return case
