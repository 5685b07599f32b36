"""Citizens and officers who write, what each of them reads, and a clock that is moved by hand."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Engine

from bot.bootstrap.desk_chat import DeskChat, Ringing, desk_chat, serve_waiting, windowed
from bot.casework.case import Case
from bot.casework.desk_groups import DeskGroups
from bot.casework.officers import Role
from bot.consular.facts import Mission
from bot.content.catalogue import Catalogue
from bot.conversation.session import Session
from bot.errors import SendFailed
from bot.messages import (
    Attachment,
    Channel,
    InboundMessage,
    Location,
    OutboundMessage,
    Sent,
)
from bot.services.deliver import Deliver
from bot.services.help_now import Help
from bot.services.open_case import Opening
from bot.services.ports import Answer, StreamEntry
from bot.services.take_turn import TakeTurn
from bot.services.understand_input import Input
from bot.storage.redis_client import open_redis
from bot.storage.windows import RedisWindowLook
from bot.workers.desk import Bell
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE, Desk

CATALOGUE = Catalogue.load()
PUBLIC_URL = "https://consular.example.org"
WANTS_PERSON, IN_DANGER = "petugas", "darurat"
_numbers = itertools.count(1)


class Missions:
    """Two missions."""

    def mission(self, mission_id: str) -> Mission | None:
        return {each.id: each for each in self.missions()}.get(mission_id)

    def missions(self) -> tuple[Mission, ...]:
        return (SINGAPORE, FRANKFURT)


@dataclass
class Platform:
    """One channel's platform."""

    channel: Channel
    sent: list[tuple[str, OutboundMessage, str]] = field(default_factory=list)
    failure: SendFailed | None = None
    gone: set[str] = field(default_factory=set)

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        if self.failure and not message.template:
            raise self.failure
        if address in self.gone:
            raise SendFailed("bad_request", retry=False)
        self.sent.append((address, message, reference))
        return Sent((f"{self.channel.value}-{len(self.sent)}",))

    async def close(self) -> None:
        """Nothing to give back."""


class Forums:
    """The platform's topics, by address."""

    def __init__(self) -> None:
        self.open: dict[str, bool] = {}
        self.titles: list[str] = []
        self.failure: SendFailed | None = None

    async def open_topic(self, chat: str, title: str) -> str:
        if self.failure:
            raise self.failure
        self.titles.append(title)
        address = f"{chat}/{len(self.open) + 2}"
        self.open[address] = True
        return address

    async def close_topic(self, address: str) -> None:
        self.open[address] = False

    async def reopen_topic(self, address: str) -> None:
        self.open[address] = True


class Assistant:
    """Answers everything, and hands over when asked for a person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.asked: list[str] = []

    async def answer(
        self, session: Session, meant: Input, *, message_id: str, is_redelivered: bool
    ) -> Answer:
        said = meant.payload or meant.text
        self.asked.append(said)
        opening = Opening(
            session.conversation_id,
            "emergency_arrest" if meant.text == IN_DANGER else "talk_to_officer",
            language="id",
            mission=SINGAPORE,
            message_id=message_id,
        )
        if meant.text == WANTS_PERSON:
            self._desk.services.escalate(opening)
        elif meant.text == IN_DANGER:
            self._desk.services.open_case.open(opening)
        return Answer((OutboundMessage(f"bot: {said}"),), "id", is_language_chosen=False)


async def no_emergency(entry: StreamEntry, **_: object) -> Help:
    """Emergencies come by the assistant here."""
    return Help(False)


class NoHelp:
    """What the worker asks before anything else."""

    def goes_first(self, entry: StreamEntry) -> bool:
        return True

    async def __call__(self, entry: StreamEntry) -> object:
        raise AssertionError("an officer is no citizen in danger")


class World:
    """Everything between citizens and officers."""

    def __init__(
        self, engine: Engine, redis_url: str, groups: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.forums = Forums()
        self.desk = Desk(engine)
        self.clock = self.desk.clock
        self.redis = open_redis(redis_url)
        self.platforms = {
            channel: Platform(channel)
            for channel in (Channel.TELEGRAM, Channel.WHATSAPP, Channel.WEB)
        }
        self.outbox = self.desk.outbox
        self.known = windowed(
            engine,
            PRIVACY,
            redis=self.redis,
            outbox=self.outbox,
            transports=self.platforms,
            clock=self.clock,
        )
        self.deliver = Deliver(
            outbox=self.outbox,
            transports=self.platforms,
            clock=self.clock,
            window=self.known.window,
        )
        self.assistant = Assistant(self.desk)
        facts: Any = Missions()
        bell = Bell()
        services = self.desk.services
        take_turn = TakeTurn(
            conversations=self.desk.conversations,
            outbox=self.outbox,
            help_now=no_emergency,
            relay=Ringing(services.from_citizen, bell),
            assistant=self.assistant,
            deliveries=self.deliver,
            keyboard={},
            waiting=serve_waiting(services, CATALOGUE, facts, outbox=self.outbox),
        )
        self.chat: DeskChat = desk_chat(
            PUBLIC_URL,
            services,
            engine=engine,
            privacy=PRIVACY,
            facts=facts,
            catalogue=CATALOGUE,
            redis=self.redis,
            known=self.known,
            window=RedisWindowLook(redis_url, self.clock),
            conversations=self.desk.conversations,
            outbox=self.outbox,
            deliveries=self.deliver,
            bell=bell,
            help_now=NoHelp(),
            take_turn=take_turn,
            give_up=take_turn,
            groups=DeskGroups(groups),
            forums=self.forums,
            clock=self.clock,
        )

    def person(self, channel: Channel) -> Person:
        """Somebody who writes for the first time."""
        address = f"whatsapp:+65{next(_numbers):08d}" if channel is Channel.WHATSAPP else None
        return Person(self, channel, address or str(9000 + next(_numbers)))

    async def officer(
        self,
        name: str = "Rina",
        channel: Channel = Channel.TELEGRAM,
        *,
        role: Role = Role.OFFICER,
        mission: str = SINGAPORE.id,
        languages: tuple[str, ...] = ("id",),
    ) -> Person:
        """An enrolled officer."""
        added = self.desk.services.add_officer(name, role, missions=(mission,), languages=languages)
        person = self.person(channel)
        person.officer_id = added.officer.id
        await person.writes(f"/enrol {added.code}")
        person.reads()
        return person

    async def waiting(self, channel: Channel = Channel.TELEGRAM) -> tuple[Person, Case]:
        """A citizen who waits for an officer."""
        citizen = self.person(channel)
        await citizen.writes(WANTS_PERSON)
        citizen.reads()
        return citizen, self.case_of(citizen)

    def case_of(self, citizen: Person) -> Case:
        """A citizen's latest case."""
        return self.desk.services.cases.of_conversation(citizen.conversation)[-1]

    async def settle(self) -> None:
        """Lets everything happen that is due now."""
        while await self.chat.timers():
            pass
        await self.chat.troubles()
        await self.chat.lost_topics()
        await self.deliver.deliver_due()

    async def passes(self, **span: float) -> None:
        """Time goes by."""
        self.clock.forward(**span)
        await self.settle()


@dataclass
class Person:
    """Somebody with one account."""

    world: World
    channel: Channel
    address: str
    officer_id: int = 0
    seen: int = 0

    @property
    def conversation(self) -> str:
        return PRIVACY.conversation_id(self.channel.value, self.address)

    @property
    def got(self) -> list[OutboundMessage]:
        """Everything that came, templates included."""
        return [m for address, m, _ in self._deliveries() if address == self.address]

    def reads(self) -> list[str]:
        """What came since the last time."""
        new = self.got[self.seen :]
        self.seen += len(new)
        return [message.text for message in new]

    async def writes(self, text: str = "", **content: Any) -> list[str]:
        """Writes; what was read before is gone through first."""
        self.reads()
        await self.world.chat.reception(self.entry(text, **content))
        await self.world.settle()
        return self.reads()

    async def taps(self, title: str) -> list[str]:
        """Taps the latest button with this title."""
        return await self.writes(payload=self.button(title))

    def button(self, title: str) -> str:
        """What the latest button with this title sends."""
        for address, message, reference in reversed(self._deliveries()):
            titles = [button.title for button in message.buttons]
            if address == self.address and title in titles:
                return f"#{reference}:{titles.index(title)}"
        raise AssertionError(f"no button {title}")

    def platform_id(self, part: str) -> str:
        """The platform's id of the latest message that has this in it."""
        number = next(
            n
            for n, (address, message, _) in reversed(list(enumerate(self._deliveries(), 1)))
            if address == self.address and part in message.text
        )
        return f"{self.channel.value}-{number}"

    def entry(self, text: str = "", *, message_id: str = "", **content: Any) -> StreamEntry:
        """A message in the stream."""
        message = InboundMessage(
            self.channel,
            self.address,
            message_id or f"m{next(_numbers)}",
            received_at=self.world.clock(),
            text=text,
            **content,
        )
        return StreamEntry("0:1", self.conversation, message=message, attempts=1)

    def _deliveries(self) -> list[tuple[str, OutboundMessage, str]]:
        return self.world.platforms[self.channel].sent


def attached(kind: Any, reference: str = "file-1") -> tuple[Attachment, ...]:
    """One file."""
    return (Attachment(kind, reference),)


def reference_in(text: str) -> str:
    """The first case that a text names."""
    match = re.search(r"KSL-\d{6}-\w{4}", text)
    assert match, text
    return match[0]


HERE = Location(1.29, 103.85)
