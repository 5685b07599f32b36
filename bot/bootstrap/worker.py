"""What a worker works with."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.telegram.keyboards import KeyboardLabels
from bot.channels.telegram.transport import TelegramTransport
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.transport import WebTransport
from bot.channels.whatsapp.transport import WhatsAppTransport
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.conversation.language import LANGUAGES
from bot.dialogue.client import RasaAssistant
from bot.dialogue.protocol import TOKEN_PURPOSE
from bot.messages import Channel
from bot.privacy import Privacy
from bot.services.deliver import Deliver
from bot.services.ports import Transport
from bot.services.take_turn import TakeTurn
from bot.settings import Settings
from bot.storage import schema
from bot.storage.conversations import SqlConversations
from bot.storage.dead_letters import DeadLetters
from bot.storage.engine import make_engine
from bot.storage.outbox import SqlOutbox
from bot.storage.redis_client import open_redis
from bot.storage.stream_reader import StreamReader
from bot.workers.inbound import InboundWorker

SOS_PAYLOAD = "/emergency_general"


@dataclass(frozen=True)
class WorkerParts:
    """A worker ready to run, and what must be closed after it."""

    inbound: InboundWorker
    deliver: Deliver
    assistant: RasaAssistant
    transports: dict[Channel, Transport]


def worker_parts(settings: Settings) -> WorkerParts:
    """Puts a worker together.

    Raises:
        SetupError: the database does not fit, or a response is missing.
    """
    privacy = Privacy(settings.secret_key)
    catalogue = Catalogue.load()
    redis = open_redis(settings.redis_url or "")
    engine = make_engine(settings.database_url)
    schema.check(engine)
    outbox = SqlOutbox(engine, privacy, utc_now)
    transports = _transports(
        settings, catalogue, web=WebTransport(Mailbox(redis, privacy), privacy)
    )
    deliver = Deliver(outbox=outbox, transports=transports, clock=utc_now)
    assistant = RasaAssistant(settings.internal.rasa, privacy.token(TOKEN_PURPOSE))
    take_turn = TakeTurn(
        conversations=SqlConversations(engine, privacy, utc_now),
        outbox=outbox,
        assistant=assistant,
        deliveries=deliver,
        keyboard={catalogue.text("utter_keyboard_sos", each): SOS_PAYLOAD for each in LANGUAGES},
    )
    inbound = InboundWorker(
        reader=StreamReader(redis, privacy, worker_id=secrets.token_hex(8)),
        take_turn=take_turn,
        dead_letters=DeadLetters(redis),
        acknowledge=_acknowledge(transports),
    )
    return WorkerParts(inbound, deliver, assistant=assistant, transports=transports)


def _acknowledge(
    transports: dict[Channel, Transport],
) -> dict[Channel, Callable[[str], Awaitable[None]]]:
    telegram = transports.get(Channel.TELEGRAM)
    return (
        {Channel.TELEGRAM: telegram.acknowledge} if isinstance(telegram, TelegramTransport) else {}
    )


def _transports(
    settings: Settings, catalogue: Catalogue, *, web: WebTransport
) -> dict[Channel, Transport]:
    transports: dict[Channel, Transport] = {Channel.WEB: web}
    if settings.telegram:
        labels = KeyboardLabels(
            sos=catalogue.text("utter_keyboard_sos", "id"),
            location=catalogue.text("utter_keyboard_location", "id"),
        )
        transports[Channel.TELEGRAM] = TelegramTransport(settings.telegram, labels)
    if settings.twilio and settings.public_url:
        transports[Channel.WHATSAPP] = WhatsAppTransport(settings.twilio, settings.public_url)
    return transports
