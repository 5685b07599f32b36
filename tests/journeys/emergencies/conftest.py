"""Emergencies through the whole assistant: what is on record, who owns, what is broken."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.bootstrap.casework import CaseServices, case_services
from bot.casework.officers import Role
from bot.clock import utc_now
from bot.privacy import Privacy
from bot.settings import load
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from tests.journeys.conftest import Assistant

MESSAGES = yaml.safe_load((Path(__file__).parent / "messages.yml").read_text(encoding="utf-8"))
GUIDANCE = {
    row["kind"]: row
    for row in yaml.safe_load(Path("data/consular/guidance.yml").read_text("utf-8"))["guidance"]
}
KEMLU = "+6281290070027"


@dataclass
class Office:
    """What people of the missions see and do."""

    database: Path
    services: CaseServices
    officer_id: int

    def cases(self, conversation: str) -> list[dict[str, Any]]:
        """The cases of a conversation, oldest first."""
        query = "SELECT * FROM cases WHERE conversation_id = ? ORDER BY opened_at, reference"
        return self._rows(query, conversation)

    def owner(self, conversation: str) -> str:
        """Who has the conversation."""
        rows = self._rows("SELECT owner FROM conversations WHERE id = ?", conversation)
        return str(rows[0]["owner"])

    def said(self, reference: str) -> list[str]:
        """What the citizen said in a case."""
        entries = self.services.transcripts.entries(reference)
        return [entry.message.text for entry in entries if entry.author == "citizen"]  # type: ignore[union-attr]

    def claims(self, reference: str) -> None:
        """The officer takes a case."""
        self.services.claim(reference, self.officer_id)

    @contextlib.contextmanager
    def database_locked(self) -> Iterator[None]:
        """Nobody else can write to the database."""
        with contextlib.closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def _rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]


@pytest.fixture(scope="session")
def office(assistant: Assistant) -> Iterator[Office]:
    """The case desk of the running assistant, with one officer who may see everything."""
    settings = load({"DATA_DIR": str(assistant.data_dir)})
    engine = make_engine(settings.database_url)
    facts = SqlConsularFacts(engine)
    services = case_services(engine, Privacy(settings.secret_key), facts, clock=utc_now)
    missions = ("kemlu", *(mission.id for mission in facts.missions()))
    officer = services.add_officer("Rina", Role.ADMIN, missions=missions).officer
    yield Office(assistant.data_dir / "consular.db", services, officer.id)
    engine.dispose()


@pytest.fixture(scope="session")
def stopped(assistant: Assistant) -> Callable[[str], contextlib.AbstractContextManager[None]]:
    """`with stopped("rasa"):` a process neither dies nor answers."""

    @contextlib.contextmanager
    def pause(name: str) -> Iterator[None]:
        pid = assistant.children()[name]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    return pause


def until(is_so: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def assert_card(text: str, row: dict[str, Any], language: str) -> None:
    """What a person in danger must find in the first message."""
    card = text.split("\n\n\n")[0]
    assert row["mission"][language] in card
    assert row["police"] in card
    assert KEMLU in card.replace(" ", "").replace("-", "")
    guidance = GUIDANCE[row["kind"]]
    for step in guidance["steps"][:3]:
        assert step[language] in card
    assert guidance["mission_can"][language] in card
