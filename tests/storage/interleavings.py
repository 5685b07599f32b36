"""A citizens', officers' and workers' world in which everything may happen in any order.

Real: stream (Redis), database, `TakeTurn`, `Deliver`, every service of the desk. Played: the
platform, and an assistant that always answers, which is the worst one to keep quiet.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot.casework.case import Outcome
from bot.casework.errors import CaseError, UnknownCase
from bot.casework.events import TOLD
from bot.casework.ownership import is_bots_turn, owner_of
from bot.conversation.session import Owner, Session
from bot.errors import AssistantUnavailable, SendFailed
from bot.messages import Channel, InboundMessage, OutboundMessage, Sent
from bot.services.deliver import Deliver
from bot.services.help_now import Help
from bot.services.open_case import Opening
from bot.services.ports import Answer, StreamEntry
from bot.services.take_turn import TakeTurn
from bot.services.understand_input import Input
from bot.storage.case_rows import case_of, event_of
from bot.storage.redis_client import open_redis
from bot.storage.serialise import outbound_from_json
from bot.storage.stream_reader import StreamReader
from bot.storage.streams import RedisInboundStream
from bot.storage.tables.casework import audit, case_events, case_messages, case_notes, timers
from bot.storage.tables.conversations import (
    cases,
    conversations,
    outbound,
    platform_messages,
)
from bot.storage.tables.officers import enrolment_codes, officers
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE, START, Desk

Result = TypeVar("Result")
WANTS_PERSON, IN_DANGER = "petugas", "darurat"
LEASE_SECONDS = 30.0


async def no_emergency(entry: StreamEntry, **_: object) -> Help:
    """Emergencies come by the assistant here."""
    return Help(False)


class Faults:
    """Makes the database fail at a statement (or commit) to come; as if it had gone away."""

    def __init__(self, engine: Engine) -> None:
        self.after: int | None = None
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._count)

    def _statement(self, *_: object) -> None:
        self._count()

    def _count(self, *_: object) -> None:
        if self.after is None:
            return
        self.after -= 1
        if self.after < 0:
            self.after = None
            raise OperationalError("the database has gone away", None, ConnectionError())


class Platform:
    """Delivers to citizens; notes who owned the conversation at that moment."""

    channel = Channel.TELEGRAM

    def __init__(self, world: World) -> None:
        self._world = world
        self.failure: SendFailed | None = None
        self.interruption: Callable[[], None] | None = None
        self.sent: list[tuple[str, str]] = []

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        if self.failure:
            raise self.failure
        if message.text.startswith("bot"):
            owner, _ = self._world.owner(self._world.by_address[address])
            assert owner is not Owner.OFFICER, "the bot talked over an officer"
        self.sent.append((address, message.text))
        if self.interruption:
            interrupt, self.interruption = self.interruption, None
            await asyncio.to_thread(interrupt)
        return Sent((f"p{len(self.sent)}",))

    async def close(self) -> None:
        """Nothing to give back."""


class Assistant:
    """Answers everything; asks for people when told to; remembers what it has answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.may_answer: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._asked: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.is_down = False
        self.interruption: Callable[[], None] | None = None
        self.known: dict[str, Answer] = {}

    async def asked(self, conversation: str) -> None:
        """Waits until it thinks about an answer."""
        await self._asked[conversation].wait()

    async def answer(
        self, session: Session, meant: Input, *, message_id: str, is_redelivered: bool
    ) -> Answer:
        conversation = session.conversation_id
        owner, handed_over_by = self._world.owner(conversation)
        assert is_bots_turn(owner, message_id, handed_over_by=handed_over_by), "not its turn"
        if self.is_down:
            raise AssistantUnavailable("down")
        self._asked[conversation].set()
        try:
            await self.may_answer[conversation].wait()
        finally:
            self._asked[conversation].clear()
        if is_redelivered and message_id in self.known:
            return self.known[message_id]
        await asyncio.to_thread(self._act, conversation, meant.text, message_id)
        if self.interruption:
            interrupt, self.interruption = self.interruption, None
            await asyncio.to_thread(interrupt)
        answer = Answer(
            (OutboundMessage(f"bot 1 {message_id}"), OutboundMessage(f"bot 2 {message_id}")),
            language="id",
            is_language_chosen=False,
        )
        self.known[message_id] = answer
        return answer

    def _act(self, conversation: str, text: str, message_id: str) -> None:
        opening = Opening(
            conversation,
            "emergency_arrest" if text == IN_DANGER else "talk_to_officer",
            language="id",
            mission=SINGAPORE,
            message_id=message_id,
        )
        if text == WANTS_PERSON:
            self._world.desk.services.escalate(opening)
        elif text == IN_DANGER:
            self._world.desk.services.open_case.open(opening)


_TABLES = (
    timers,
    case_events,
    case_notes,
    case_messages,
    cases,
    platform_messages,
    outbound,
    conversations,
    enrolment_codes,
    officers,
    audit,
)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in _TABLES:
            connection.execute(table.delete())


class World:
    """Two citizens, three officers of Singapore, one of Frankfurt, one worker."""

    def __init__(self, desk: Desk, redis_url: str, faults: Faults) -> None:
        self.engine, self.faults = desk.engine, faults
        _empty(desk.engine)
        self.loop = asyncio.new_event_loop()
        self.redis = open_redis(redis_url)
        self.run(self.redis.flushall())
        self.desk = desk
        desk.clock.now = START
        desk.loudspeaker.told.clear()
        self.timers = desk.timers()
        self.addresses = ["7001", "7002"]
        self.citizens = [self.desk.citizen(address) for address in self.addresses]
        self.by_address = dict(zip(self.addresses, self.citizens, strict=True))
        self.officers = [self.desk.officer(name) for name in ("Rina", "Budi", "Sari")]
        self.stranger = self.desk.officer("Eva", mission=FRANKFURT.id)
        self.platform, self.assistant = Platform(self), Assistant(self)
        self.deliver = Deliver(
            outbox=self.desk.outbox,
            transports={Channel.TELEGRAM: self.platform},
            clock=self.desk.clock,
        )
        self.take_turn = TakeTurn(
            conversations=self.desk.conversations,
            outbox=self.desk.outbox,
            help_now=no_emergency,
            relay=self.desk.services.from_citizen,
            assistant=self.assistant,
            deliveries=self.deliver,
            keyboard={},
        )
        self.stream = RedisInboundStream(self.redis, PRIVACY)
        self.workers = 0
        self.reader = self._new_reader()
        self.waiting: dict[str, list[StreamEntry]] = defaultdict(list)
        self.turns: dict[str, asyncio.Task[None]] = {}
        self.sent: dict[str, list[str]] = defaultdict(list)
        self.acknowledged: set[str] = set()
        self.said: dict[str, list[str]] = defaultdict(list)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def _new_reader(self) -> StreamReader:
        self.workers += 1
        reader = StreamReader(
            self.redis, PRIVACY, worker_id=f"w{self.workers}", lease_seconds=LEASE_SECONDS
        )
        self.run(reader.start())
        return reader

    # What citizens and the gateway do.

    def writes(self, citizen: int, text: str, *, again: bool) -> None:
        conversation, address = self.citizens[citizen], self.addresses[citizen]
        message_id = f"{address}-{len(self.sent[conversation])}"
        message = InboundMessage(
            Channel.TELEGRAM,
            address,
            message_id,
            received_at=self.desk.clock(),
            text=text,
        )
        assert self.run(self.stream.append(message))
        self.sent[conversation].append(message_id)
        if again:
            assert not self.run(self.stream.append(message))

    # What the worker does.

    def _read(self) -> None:
        in_hand = {e.message.message_id for queue in self.waiting.values() for e in queue}
        all_sent = {each for sent in self.sent.values() for each in sent}
        while all_sent - self.acknowledged - in_hand:
            for entry in self.run(self.reader.read()):
                assert isinstance(entry, StreamEntry)
                self.waiting[entry.conversation_id].append(entry)
                in_hand.add(entry.message.message_id)

    def begins_turn(self, citizen: int) -> None:
        conversation = self.citizens[citizen]
        self._read()
        if conversation in self.turns or not self.waiting[conversation]:
            return
        entry = self.waiting[conversation][0]
        self.assistant.may_answer[conversation].clear()
        task = self.loop.create_task(self.take_turn(entry))
        self.turns[conversation] = task
        self.run(self._until_asked(task, conversation))
        if task.done():
            self._ends(conversation, is_acknowledged=True)

    async def _until_asked(self, task: asyncio.Task[None], conversation: str) -> None:
        asked = asyncio.ensure_future(self.assistant.asked(conversation))
        await asyncio.wait([task, asked], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()

    def ends_turn(self, citizen: int, *, is_acknowledged: bool) -> None:
        conversation = self.citizens[citizen]
        if conversation not in self.turns:
            return
        self.assistant.may_answer[conversation].set()
        self.run(asyncio.wait([self.turns[conversation]]))
        self._ends(conversation, is_acknowledged=is_acknowledged)

    def is_interrupted(
        self, citizen: int, officer: int, *, number: int, is_acknowledged: bool
    ) -> None:
        """An officer comes after the bot has begun to think, and before it has answered."""
        conversation = self.citizens[citizen]
        if conversation not in self.turns:
            self.writes(citizen, "halo", again=False)
            self.begins_turn(citizen)
        self.acts("claim", officer, citizen, number=number)
        self.ends_turn(citizen, is_acknowledged=is_acknowledged)

    def crashes(self) -> None:
        """The worker dies with everything in hand; another one takes over."""
        for task in self.turns.values():
            task.cancel()
        if self.turns:
            self.run(asyncio.wait(list(self.turns.values())))
        self.turns.clear()
        self.waiting.clear()
        self.run(self.reader.close())
        self.reader = self._new_reader()

    def _ends(self, conversation: str, *, is_acknowledged: bool) -> None:
        task = self.turns.pop(conversation)
        entry = self.waiting[conversation][0]
        failure = task.exception()
        if failure is not None and not isinstance(
            failure, (AssistantUnavailable, OperationalError)
        ):
            raise failure
        if failure is None:
            self._check_turn(entry)
        if failure is None and is_acknowledged:
            assert self.run(self.reader.ack(entry))
            self.acknowledged.add(entry.message.message_id)
            self.waiting[conversation].pop(0)
            return
        again = self.run(self.reader.retry(entry))
        assert again is not None
        self.waiting[conversation][0] = again

    def _check_turn(self, entry: StreamEntry) -> None:
        """What was written in somebody else's time is dropped, and nothing else."""
        owner, handed_over_by = self.owner(entry.conversation_id)
        key = entry.message.message_id
        query = select(outbound.c.state).where(
            outbound.c.conversation_id == entry.conversation_id, outbound.c.in_reply_to == key
        )
        with self._well(), self.engine.connect() as connection:
            states = list(connection.execute(query).scalars())
        if "queued" in states:
            allowed = is_bots_turn(owner, key, handed_over_by=handed_over_by)
            assert allowed or owner is Owner.QUEUE, "a bot's words wait behind an officer"

    def delivers(self) -> None:
        self._tolerant(self.deliver.deliver_due())

    def runs_timers(self) -> None:
        self._tolerant(self.timers())

    def _tolerant(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            self.run(work)
        except OperationalError:
            return

    # What officers do.

    def case_of(self, citizen: int, number: int) -> str | None:
        known = self.desk.services.cases.of_conversation(self.citizens[citizen])
        still_open = [case for case in known if case.is_open]
        chosen = still_open if still_open and number else known
        return chosen[number % len(chosen)].reference if chosen else None

    def acts(self, action: str, officer: int, citizen: int, *, number: int) -> None:
        """Something that an officer tries; whether it is granted is not the question here."""
        services, who = self.desk.services, self.officers[officer]
        colleague = self.officers[(officer + 1) % len(self.officers)]
        try:
            reference = self.case_of(citizen, number)
            if reference is None:
                return
            if action == "claim":
                services.claim(reference, who)
            elif action == "release":
                services.release(reference, who)
            elif action == "close":
                services.close(reference, who, outcome=Outcome.RESOLVED)
            elif action == "reopen":
                services.reopen(reference, who)
            elif action == "hand":
                services.transfer(reference, who, to_officer=colleague)
            elif action == "requeue":
                services.transfer(reference, who, mission_id=SINGAPORE.id, note="lanjutkan")
            elif action == "withdraw":
                services.close.by_citizen(self.citizens[citizen], reference)
            elif action == "rate":
                services.rate(self.citizens[citizen], reference, stars=4)
            else:
                self._says(reference, who, citizen)
        except (CaseError, OperationalError):
            return

    def _says(self, reference: str, officer: int, citizen: int) -> None:
        conversation = self.citizens[citizen]
        text = f"officer {len(self.said[conversation])}"
        for attempt in range(3):
            try:
                self.desk.services.from_officer(
                    officer, OutboundMessage(text), key=text + reference, reference=reference
                )
                break
            except OperationalError:
                if attempt == 2:
                    raise
        self.said[conversation].append(text)

    def closes_all(self, citizen: int, *, is_long_ago: bool) -> None:
        """Every matter of the citizen comes to its end; the bot has the conversation again."""
        services = self.desk.services
        try:
            for case in services.cases.of_conversation(self.citizens[citizen]):
                if case.is_open:
                    who = case.claimed_by or self.officers[0]
                    services.claim(case.reference, who)
                    services.close(case.reference, who, outcome=Outcome.RESOLVED)
        except (CaseError, OperationalError):
            return
        if is_long_ago:
            self.desk.clock.forward(hours=73)

    def stranger_tries(self, citizen: int, number: int) -> None:
        services = self.desk.services
        try:
            reference = self.case_of(citizen, number)
            if reference is None:
                return
            for wish in (
                lambda: services.claim(reference, self.stranger),
                lambda: services.see(reference, self.stranger),
                lambda: services.from_officer(
                    self.stranger, OutboundMessage("x"), key="x", reference=reference
                ),
            ):
                try:
                    wish()
                except UnknownCase:
                    continue
                raise AssertionError("a stranger was let in")
        except OperationalError:
            return

    # What must hold.

    def owner(self, conversation: str) -> tuple[Owner, str | None]:
        query = select(conversations.c.owner, conversations.c.handed_over_by).where(
            conversations.c.id == conversation
        )
        with self._well(), self.engine.connect() as connection:
            row = connection.execute(query).one()
        return Owner(row.owner), row.handed_over_by

    def check_owners(self) -> None:
        with self._well(), self.engine.connect() as connection:
            owners = dict(
                tuple(row)
                for row in connection.execute(select(conversations.c.id, conversations.c.owner))
            )
            known = [case_of(row, PRIVACY) for row in connection.execute(select(cases))]
        for conversation in self.citizens:
            mine = [case for case in known if case.conversation_id == conversation]
            holders = {case.claimed_by for case in mine if case.claimed_by is not None}
            assert len(holders) <= 1, "two owners"
            assert owners[conversation] == owner_of(mine).value

    @contextmanager
    def _well(self) -> Iterator[None]:
        """What looks from outside does not fail."""
        after, self.faults.after = self.faults.after, None
        yield
        self.faults.after = after

    def settle(self) -> None:
        """Everything is well again, and all that waits is worked off."""
        self.faults.after = None
        self.platform.failure = None
        self.assistant.is_down = False
        for citizen in range(len(self.citizens)):
            conversation = self.citizens[citizen]
            self.ends_turn(citizen, is_acknowledged=True)
            self._read()
            while self.waiting[conversation]:
                self.begins_turn(citizen)
                self.ends_turn(citizen, is_acknowledged=True)
        for _ in range(4):
            self.desk.clock.forward(minutes=6)
            while self.run(self.deliver.deliver_due()):
                pass
            while self.run(self.timers()):
                pass

    def check_everything(self) -> None:
        self.check_owners()
        for conversation in self.citizens:
            self._check_inbound(conversation)
            self._check_outbound(conversation)
        self._check_told()

    def _check_inbound(self, conversation: str) -> None:
        with self.engine.connect() as connection:
            heard = list(
                connection.execute(
                    select(case_messages.c.message_id)
                    .where(
                        case_messages.c.conversation_id == conversation,
                        case_messages.c.direction == "in",
                    )
                    .order_by(case_messages.c.id)
                ).scalars()
            )
            replies = connection.execute(
                select(outbound.c.in_reply_to, outbound.c.state).where(
                    outbound.c.conversation_id == conversation, outbound.c.author == "bot"
                )
            ).all()
        assert len(heard) == len(set(heard)), "heard twice"
        assert heard == [each for each in self.sent[conversation] if each in set(heard)]
        answered = {row.in_reply_to for row in replies if row.state in ("sent", "failed")}
        dropped = {row.in_reply_to for row in replies if row.state == "dropped"}
        overtaken = self._overtaken(conversation)
        assert set(self.sent[conversation]) <= answered | set(heard) | overtaken, "lost"
        assert dropped <= set(heard) | answered | overtaken, "lost"

    def _overtaken(self, conversation: str) -> set[str]:
        """Answered in the bot's own time; the officer came before they went out, and sees them."""
        query = select(outbound.c.in_reply_to).where(
            outbound.c.conversation_id == conversation, outbound.c.code == "officer_came"
        )
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def _check_outbound(self, conversation: str) -> None:
        query = (
            select(outbound)
            .where(outbound.c.conversation_id == conversation)
            .order_by(outbound.c.id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        assert {row.state for row in rows} <= {"sent", "failed", "dropped"}
        assert all(row.code for row in rows if row.state in ("failed", "dropped"))
        assert not any(row.state == "dropped" for row in rows if row.author == "officer")
        said = [
            outbound_from_json(PRIVACY.unseal(row.body_sealed)).text.split("\n")[-1]
            for row in rows
            if row.author == "officer"
        ]
        assert said == self.said[conversation], "an officer's words: each once, in order"

    def _check_told(self) -> None:
        for conversation in self.citizens:
            for case in self.desk.services.cases.of_conversation(conversation):
                query = (
                    select(case_events)
                    .where(case_events.c.case_reference == case.reference)
                    .order_by(case_events.c.id)
                )
                with self.engine.connect() as connection:
                    happened = [event_of(row) for row in connection.execute(query)]
                wanted = [each.id for each in happened if each.kind in TOLD]
                told = [e.id for ref, e in self.desk.loudspeaker.told if ref == case.reference]
                assert list(dict.fromkeys(told)) == wanted, "told in order, nothing left out"

    def close(self) -> None:
        self.crashes()
        self.run(self.reader.close())
        self.run(self.redis.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
