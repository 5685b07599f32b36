"""The case desk on a real database, with a clock that is moved by hand and two missions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.engine import Engine

from bot.bootstrap.casework import CaseServices, case_services, timer_runner
from bot.casework.case import Case
from bot.casework.events import Event
from bot.casework.officers import Role
from bot.consular.facts import Bilingual, Confidence, Mission, Provenance
from bot.conversation.session import Owner
from bot.messages import Channel, InboundMessage, Location
from bot.privacy import Privacy
from bot.services.open_case import Opening
from bot.services.run_timers import RunTimers
from bot.storage.conversations import SqlConversations
from bot.storage.outbox import SqlOutbox

SECRET = "a-secret-of-the-desk-tests"
PRIVACY = Privacy(SECRET)
START = datetime(2026, 11, 24, 2, 0, tzinfo=timezone.utc)  # a Tuesday, 10:00 in Singapore


class HandClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def _mission(mission_id: str, country: str, zone: str) -> Mission:
    return Mission(
        id=mission_id,
        kind="KBRI",
        name=Bilingual(mission_id, mission_id),
        city="",
        country=country,
        address="",
        location=Location(0.0, 0.0),
        timezone=zone,
        working_hours=None,
        contacts=(),
        provenance=Provenance("test", "2026", Confidence.LOW),
    )


SINGAPORE = _mission("kbri-singapore", "SG", "Asia/Singapore")
FRANKFURT = _mission("kjri-frankfurt", "DE", "Europe/Berlin")


class Facts:
    """Only the two missions."""

    def mission(self, mission_id: str) -> Mission | None:
        return {each.id: each for each in (SINGAPORE, FRANKFURT)}.get(mission_id)


class Loudspeaker:
    """An announcer that notes what people are told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Event]] = []
        self.failures = 0

    async def announce(self, event: Event, case: Case) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("test")
        self.told.append((case.reference, event))

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for _, event in self.told]


class Desk:
    """Everything that a test of the desk needs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = HandClock()
        self.services: CaseServices = case_services(
            engine,
            PRIVACY,
            Facts(),
            clock=self.clock,  # type: ignore[arg-type]
        )
        self.conversations = SqlConversations(engine, PRIVACY, self.clock)
        self.outbox = SqlOutbox(engine, PRIVACY, self.clock)
        self.loudspeaker = Loudspeaker()
        self._messages = 0

    def timers(self, worker_id: str = "w1") -> RunTimers:
        return timer_runner(
            self.engine,
            PRIVACY,
            Facts(),  # type: ignore[arg-type]
            clock=self.clock,
            announcer=self.loudspeaker,
            worker_id=worker_id,
        )

    def officer(
        self, name: str = "Rina", role: Role = Role.OFFICER, *, mission: str = SINGAPORE.id
    ) -> int:
        return self.services.add_officer(name, role, missions=(mission,)).officer.id

    def citizen(self, address: str = "7001") -> str:
        conversation = PRIVACY.conversation_id("telegram", address)
        self.conversations.open(conversation, channel=Channel.TELEGRAM, address=address)
        return conversation

    def message(self, text: str = "halo", **changes: Any) -> InboundMessage:
        self._messages += 1
        values: dict[str, Any] = {
            "channel": Channel.TELEGRAM,
            "address": "7001",
            "message_id": f"m{self._messages}",
            "received_at": self.clock.now,
            "text": text,
            **changes,
        }
        return InboundMessage(**values)

    def asks(self, conversation: str, subject: str = "talk_to_officer", **changes: Any) -> Case:
        """The citizen wants a person; the conversation is handed over."""
        values: dict[str, Any] = {"mission": SINGAPORE, **changes}
        done = self.services.escalate(Opening(conversation, subject, language="id", **values))
        assert done.case is not None
        return done.case

    def owner(self, conversation: str, address: str = "7001") -> Owner:
        return self.conversations.open(
            conversation, channel=Channel.TELEGRAM, address=address
        ).owner
