"""What a worker works with."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap.casework import case_services
from bot.bootstrap.deliveries import deliveries
from bot.bootstrap.desk_chat import Ringing, desk_chat, serve_waiting, windowed
from bot.bootstrap.emergency import emergency_help
from bot.bootstrap.files import file_parts
from bot.bootstrap.records import appointment_reminders, make_calendar
from bot.bootstrap.retention import clear_old
from bot.casework.desk_groups import DeskGroups
from bot.channels.crossing import Crossing
from bot.channels.telegram.keyboards import KeyboardLabels
from bot.channels.telegram.transport import TelegramTransport
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.transport import WebTransport
from bot.channels.whatsapp.transport import WhatsAppTransport
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.content.failure_words import CatalogueFailureWords
from bot.conversation.language import LANGUAGES
from bot.dialogue.client import RasaAssistant
from bot.dialogue.protocol import TOKEN_PURPOSE
from bot.logs import Log
from bot.messages import Channel
from bot.privacy import Privacy
from bot.services.deliver import DeliverSoon
from bot.services.give_up import GiveUp
from bot.services.help_now import HelpNow
from bot.services.ports import Transport
from bot.services.take_turn import TakeTurn
from bot.settings import Settings
from bot.storage import schema
from bot.storage.conversations import SqlConversations
from bot.storage.dead_letters import DeadLetters
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.facts_copy import FactsCopy
from bot.storage.meter import RedisMeter
from bot.storage.outbox import SqlOutbox
from bot.storage.redis_client import open_redis
from bot.storage.stream_reader import StreamReader
from bot.storage.windows import RedisWindowLook
from bot.workers.desk import Bell
from bot.workers.emergencies import keep_copying
from bot.workers.inbound import InboundWorker
from bot.workers.outage import Outage
from bot.workers.reminders import keep_reminding
from bot.workers.retention import keep_clearing

_log = Log(__name__)

SOS_PAYLOAD = "/emergency_general"
_FACTS_COPY = "facts.copy.db"


@dataclass(frozen=True)
class WorkerParts:
    """A worker ready to run, and what must be closed after it."""

    inbound: InboundWorker
    deliver_soon: DeliverSoon
    meter: RedisMeter
    assistant: RasaAssistant
    transports: dict[Channel, Transport]
    help_now: HelpNow
    keep_copying: Callable[[], Awaitable[None]]
    keep_reminding: Callable[[], Awaitable[None]]
    keep_clearing: Callable[[], Awaitable[None]]
    desk: tuple[Callable[[], Awaitable[None]], ...]


def worker_parts(settings: Settings) -> WorkerParts:
    """Puts a worker together.

    Raises:
        SetupError: the database does not fit, or a response is missing.
    """
    privacy = Privacy(settings.secret_key)
    catalogue = Catalogue.load()
    redis = open_redis(settings.redis_url or "")
    engine = make_engine(settings.database_url, must_answer=False)
    facts, copy = _facts(engine, settings)
    outbox = SqlOutbox(engine, privacy, utc_now)
    calendar = make_calendar(
        engine,
        privacy,
        facts,
        public_url=settings.public_url,
        catalogue=catalogue,
        clock=utc_now,
    )
    crossing = file_parts(settings, privacy, redis=redis, calendar=calendar).crossing
    web = WebTransport(Mailbox(redis, privacy), privacy, crossing)
    transports = _transports(settings, catalogue, web=web, crossing=crossing)
    known = windowed(engine, privacy, redis=redis, outbox=outbox, transports=transports)
    meter = RedisMeter(redis)
    reader = StreamReader(redis, privacy, worker_id=secrets.token_hex(8))
    deliver = deliveries(
        settings,
        redis=redis,
        outbox=outbox,
        transports=transports,
        is_mine=reader.holds_conversation,
        meter=meter,
        window=known.window,
    )
    soon = DeliverSoon(deliver)
    assistant = RasaAssistant(settings.internal.rasa, privacy.token(TOKEN_PURPOSE), meter=meter)
    desk = case_services(engine, privacy, facts, clock=utc_now)
    keyboard = {catalogue.text("utter_keyboard_sos", each): SOS_PAYLOAD for each in LANGUAGES}
    help_now = emergency_help(
        settings,
        redis=redis,
        facts=facts,
        catalogue=catalogue,
        assistant=assistant,
        transports=transports,
        deliveries=DeliverSoon(deliver, is_urgent=True),
        keyboard=keyboard,
        meter=meter,
    )
    conversations = SqlConversations(engine, privacy, utc_now)
    bell = Bell()
    relay = Ringing(desk.from_citizen, bell)
    take_turn = TakeTurn(
        conversations=conversations,
        outbox=outbox,
        help_now=help_now,
        relay=relay,
        assistant=assistant,
        deliveries=soon,
        keyboard=keyboard,
        waiting=serve_waiting(desk, catalogue, facts, outbox=outbox),
    )
    give_up = GiveUp(
        conversations=conversations,
        outbox=outbox,
        cases=desk.open_case,
        relay=relay,
        words=CatalogueFailureWords(catalogue),
        deliveries=soon,
    )
    chat = desk_chat(
        settings.public_url,
        desk,
        engine=engine,
        privacy=privacy,
        facts=facts,
        catalogue=catalogue,
        redis=redis,
        known=known,
        window=RedisWindowLook(settings.redis_url or "", utc_now),
        conversations=conversations,
        outbox=outbox,
        deliveries=soon,
        bell=bell,
        help_now=help_now,
        take_turn=take_turn,
        give_up=give_up,
        groups=DeskGroups(settings.telegram.desk_groups if settings.telegram else ()),
        forums=_telegram(transports),
    )
    inbound = InboundWorker(
        reader=reader,
        take_turn=chat.reception,
        help_now=chat.help_now,
        dead_letters=DeadLetters(redis),
        give_up=chat.reception.give_up,
        outage=Outage(assistant.is_ready),
        meter=meter,
        acknowledge=_acknowledge(transports),
    )
    reminders = appointment_reminders(
        engine,
        privacy,
        facts,
        public_url=settings.public_url,
        conversations=conversations,
        outbox=outbox,
        catalogue=catalogue,
        clock=utc_now,
    )
    clearing = clear_old(settings, engine, meter=meter, clock=utc_now)
    return WorkerParts(
        inbound,
        soon,
        meter=meter,
        assistant=assistant,
        transports=transports,
        help_now=help_now,
        keep_copying=partial(keep_copying, copy, engine),
        keep_reminding=partial(keep_reminding, reminders, soon),
        keep_clearing=partial(keep_clearing, clearing),
        desk=chat.tasks,
    )


def _facts(engine: Engine, settings: Settings) -> tuple[SqlConsularFacts, FactsCopy]:
    """The facts with a snapshot in memory: of the database, else of the copy beside it."""
    facts = SqlConsularFacts(engine)
    copy = FactsCopy(settings.data_dir / _FACTS_COPY)
    try:
        schema.check(engine)
        facts.refresh()
    except SQLAlchemyError as error:
        _log.warning("worker.without_database", error=type(error).__name__)
        copy.lend(facts)
    return facts, copy


def _acknowledge(
    transports: dict[Channel, Transport],
) -> dict[Channel, Callable[[str], Awaitable[None]]]:
    telegram = _telegram(transports)
    return {Channel.TELEGRAM: telegram.acknowledge} if telegram else {}


def _telegram(transports: dict[Channel, Transport]) -> TelegramTransport | None:
    found = transports.get(Channel.TELEGRAM)
    return found if isinstance(found, TelegramTransport) else None


def _transports(
    settings: Settings, catalogue: Catalogue, *, web: WebTransport, crossing: Crossing
) -> dict[Channel, Transport]:
    transports: dict[Channel, Transport] = {Channel.WEB: web}
    if settings.telegram:
        labels = KeyboardLabels(
            sos=catalogue.text("utter_keyboard_sos", "id"),
            location=catalogue.text("utter_keyboard_location", "id"),
        )
        transports[Channel.TELEGRAM] = TelegramTransport(settings.telegram, labels, crossing)
    if settings.twilio and settings.public_url:
        transports[Channel.WHATSAPP] = WhatsAppTransport(
            settings.twilio, settings.public_url, crossing
        )
    return transports
