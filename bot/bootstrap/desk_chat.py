"""The officers' desk in a chat put together: who hears officers, who tells them, who keeps time."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap.casework import CaseServices, timer_runner
from bot.casework.desk_groups import DeskGroups
from bot.casework.officers import Officer
from bot.clock import Clock, utc_now
from bot.content.canned import load_canned
from bot.content.case_words import CatalogueCaseWords
from bot.content.casework import load_phrases, load_timetables
from bot.content.catalogue import Catalogue
from bot.desk_chat.act import Act
from bot.desk_chat.announce import Announce
from bot.desk_chat.cards import Cards
from bot.desk_chat.hand_on import HandOn
from bot.desk_chat.hear import HearOfficer
from bot.desk_chat.hear_topic import HearTopic
from bot.desk_chat.lost_topics import LeaveLostTopics
from bot.desk_chat.reception import Accounts, CitizensOnly, Reception, UrgentFirst
from bot.desk_chat.speak import Speak
from bot.desk_chat.topics import CaseTopics
from bot.desk_chat.troubles import TellTroubles
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.services.chat_ports import Forums
from bot.services.keep_window import KeepWindow
from bot.services.ports import (
    Conversations,
    Deliveries,
    Outbox,
    StreamEntry,
    Transport,
)
from bot.services.relay_from_citizen import Relay, Relayed
from bot.services.run_timers import RunTimers
from bot.services.serve_waiting import ServeWaiting
from bot.services.set_duty import SetDuty
from bot.services.windows import WindowLook
from bot.storage.desk_lines import SqlDeskLines
from bot.storage.desk_memory import RedisDeskMemory
from bot.storage.facts import SqlConsularFacts
from bot.storage.topics import SqlTopics
from bot.storage.windows import RedisWindows
from bot.workers.desk import Bell, keep_knowing, keep_telling_troubles, keep_time

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_Turn = Callable[[StreamEntry], Awaitable[None]]


class Ringing:
    """The owner gate, which lets the timers look at once when a case has heard something."""

    def __init__(self, relay: Relay, bell: Bell) -> None:
        self._relay = relay
        self._bell = bell

    def __call__(
        self,
        conversation_id: str,
        message: InboundMessage,
        *,
        reopens: bool = True,
        is_urgent: bool = False,
    ) -> Relayed:
        """See `bot.services.relay_from_citizen.RelayFromCitizen`."""
        relayed = self._relay(conversation_id, message, reopens=reopens, is_urgent=is_urgent)
        if relayed.case is not None:
            self._bell.ring()
        return relayed


@dataclass(frozen=True)
class Windowed:
    """What is needed before messages can be delivered."""

    accounts: Accounts
    window: KeepWindow
    lines: SqlDeskLines


@dataclass(frozen=True)
class DeskChat:
    """The desk in a chat.

    Args:
        reception: takes every message first.
        help_now: help in an emergency, for citizens only.
        timers: does what is due and tells people.
        troubles: tells officers of words that have not arrived.
        lost_topics: leaves topics in which nothing can be said.
        tasks: what runs beside the messages, for ever: timers and troubles among them.
    """

    reception: Reception
    help_now: CitizensOnly
    timers: RunTimers
    troubles: TellTroubles
    lost_topics: LeaveLostTopics
    tasks: tuple[Callable[[], Awaitable[None]], ...]


def windowed(
    engine: Engine,
    privacy: Privacy,
    *,
    redis: Redis,
    outbox: Outbox,
    transports: Mapping[Channel, Transport],
    clock: Clock = utc_now,
) -> Windowed:
    """Puts together who officers are and when WhatsApp lets us speak."""
    lines = SqlDeskLines(engine, privacy)
    accounts = Accounts(lines)
    with contextlib.suppress(SQLAlchemyError):
        accounts.refresh()
    window = KeepWindow(
        outbox,
        RedisWindows(redis, clock),
        transports=transports,
        is_officers=accounts.__contains__,
        clock=clock,
    )
    return Windowed(accounts, window, lines=lines)


def serve_waiting(
    desk: CaseServices, catalogue: Catalogue, facts: SqlConsularFacts, *, outbox: Outbox
) -> ServeWaiting:
    """Puts together what the desk itself says to citizens."""
    return ServeWaiting(
        desk.cases,
        outbox,
        close=desk.close,
        rate=desk.rate,
        words=CatalogueCaseWords(catalogue, facts),
        phrases=load_phrases(),
    )


def desk_chat(
    public_url: str | None,
    desk: CaseServices,
    *,
    engine: Engine,
    privacy: Privacy,
    facts: SqlConsularFacts,
    catalogue: Catalogue,
    redis: Redis,
    known: Windowed,
    window: WindowLook,
    conversations: Conversations,
    outbox: Outbox,
    deliveries: Deliveries,
    bell: Bell,
    help_now: UrgentFirst,
    take_turn: _Turn,
    give_up: _Turn,
    groups: DeskGroups,
    forums: Forums | None,
    clock: Clock = utc_now,
) -> DeskChat:
    """Puts the desk together.

    Args:
        public_url: where the web desk is found.
        window: how long a citizen on WhatsApp can still be written to.
        help_now, take_turn, give_up: what is done with citizens' messages.
        groups, forums: officers' groups, and the platform that has them.

    Raises:
        SetupError: a file of `data/casework` is wrong.
    """
    words = CatalogueCaseWords(catalogue, facts)
    memory = RedisDeskMemory(redis, privacy)
    cards = _cards(desk, catalogue, facts, words=words, window=window, clock=clock)
    hear = HearOfficer(
        desk,
        conversations=conversations,
        outbox=outbox,
        lines=known.lines,
        memory=memory,
        act=Act(
            desk,
            cards,
            hand_on=HandOn(desk, cards, facts=facts, words=words),
            duty=SetDuty(desk.officers, desk.audit),
            canned=load_canned(),
            link=_links(public_url, desk),
            clock=clock,
        ),
        speak=Speak(desk, cards),
        cards=cards,
        deliveries=deliveries,
        tell=bell.ring,
    )
    topics = SqlTopics(engine)
    hear_topic = HearTopic(
        desk,
        topics=topics,
        groups=groups,
        name=privacy.conversation_id,
        hear=hear,
        cards=cards,
        outbox=outbox,
        deliveries=deliveries,
    )
    reception = Reception(
        desk,
        accounts=known.accounts,
        hear=hear,
        hear_topic=hear_topic,
        cards=cards,
        lines=known.lines,
        conversations=conversations,
        outbox=outbox,
        deliveries=deliveries,
        window=known.window,
        take_turn=take_turn,
        give_up=give_up,
    )
    announcer = Announce(
        desk,
        outbox=outbox,
        lines=known.lines,
        memory=memory,
        cards=cards,
        words=words,
        deliveries=deliveries,
        topics=CaseTopics(
            topics,
            forums,
            groups=groups,
            conversations=conversations,
            cards=cards,
            name=privacy.conversation_id,
        ),
        groups=groups,
    )
    timers = timer_runner(
        engine,
        privacy,
        facts,
        clock=clock,
        announcer=announcer,
        worker_id=secrets.token_hex(8),
    )
    troubles = TellTroubles(
        desk,
        outbox=outbox,
        lines=known.lines,
        memory=memory,
        cards=cards,
        deliveries=deliveries,
        clock=clock,
    )
    lost_topics = LeaveLostTopics(
        desk,
        topics,
        outbox=outbox,
        lines=known.lines,
        cards=cards,
        view=announcer.view,
        deliveries=deliveries,
    )
    return DeskChat(
        reception,
        CitizensOnly(help_now, known.accounts, known.window),
        timers=timers,
        troubles=troubles,
        lost_topics=lost_topics,
        tasks=(
            partial(keep_time, timers, bell),
            partial(keep_telling_troubles, troubles),
            partial(keep_telling_troubles, lost_topics),
            partial(keep_knowing, known.accounts.refresh),
        ),
    )


def _cards(
    desk: CaseServices,
    catalogue: Catalogue,
    facts: SqlConsularFacts,
    *,
    words: CatalogueCaseWords,
    window: WindowLook,
    clock: Clock,
) -> Cards:
    timetables = load_timetables(facts.mission)

    def zone(officer: Officer) -> str:
        return timetables.of(officer.missions[0] if officer.missions else None).hours.timezone

    def name(officer_id: int) -> str:
        found = desk.officers.get(officer_id)
        return found.name if found else ""

    return Cards(catalogue, words, zone=zone, name=name, window=window, clock=clock)


def _links(base_url: str | None, desk: CaseServices) -> Callable[[int], str | None]:
    def link(officer_id: int) -> str | None:
        return desk.enter_desk.link(officer_id, base_url, by=officer_id) if base_url else None

    return link
