"""Officers of the running assistant, enrolled as they enrol themselves."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import pytest

from bot.bootstrap.casework import CaseServices, case_services
from bot.casework.officers import Role
from bot.clock import utc_now
from bot.privacy import Privacy
from bot.settings import load
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from tests.journeys.conftest import Assistant
from tests.journeys.officers.people import DESK, KINDS, TELEGRAM, Person
from tests.journeys.officers.screens import Screens, screens
from tests.journeys.officers.views import AtDesk, InChat, View

Someone = TypeVar("Someone", bound=Person)


@dataclass
class Bureau:
    """The desk of the running assistant, from behind."""

    assistant: Assistant
    services: CaseServices
    screens: Screens
    privacy: Privacy

    def code(self, name: str, mission: str) -> str:
        """A one-time code of a new officer."""
        return self.services.add_officer(name, Role.OFFICER, missions=(mission,)).code

    def officer(self, name: str, channel: str, mission: str) -> Person:
        """An officer who has just enrolled."""
        person = KINDS[channel](self.assistant)
        self.enrols(person, name, mission)
        return person

    def view(self, name: str, channel: str, mission: str) -> View:
        """An officer who has just enrolled, where they work."""
        if channel != DESK:
            return InChat(self.officer(name, channel, mission))
        phone = self.officer(name, TELEGRAM, mission)
        return AtDesk(phone, self.screens.screen(), self.assistant.url)

    def enrols(self, person: Someone, name: str, mission: str) -> Someone:
        """Somebody becomes an officer."""
        person.says(f"/enrol {self.code(name, mission)}")
        person.reads(f"Selamat datang, {name}")
        return person

    def citizen(self, channel: str) -> Person:
        """Somebody who never wrote before."""
        return KINDS[channel](self.assistant)

    def audited(self) -> list[tuple[str, str]]:
        """What stands in the audit: action and result."""
        path = self.assistant.data_dir / "consular.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return list(connection.execute("SELECT action, result FROM audit ORDER BY id"))


@pytest.fixture(scope="session")
def bureau(assistant: Assistant) -> Iterator[Bureau]:
    """The desk."""
    settings = load({"DATA_DIR": str(assistant.data_dir)})
    engine = make_engine(settings.database_url)
    privacy = Privacy(settings.secret_key)
    services = case_services(engine, privacy, SqlConsularFacts(engine), clock=utc_now)
    with screens() as opened:
        yield Bureau(assistant, services, opened, privacy=privacy)
    engine.dispose()
