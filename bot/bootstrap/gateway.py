"""What a gateway works with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from bot.appointments.links import CalendarLinks
from bot.bootstrap.desk import desk
from bot.bootstrap.files import file_parts
from bot.bootstrap.records import make_calendar
from bot.channels.telegram import payloads as telegram_payloads
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.verify import SECRET_HEADER, verify_secret
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.watch import MailboxWatch
from bot.channels.whatsapp import payloads as whatsapp_payloads
from bot.channels.whatsapp.form import read_form
from bot.channels.whatsapp.verify import SIGNATURE_HEADER, verify_signature
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.dialogue.client import RasaAssistant
from bot.dialogue.protocol import TOKEN_PURPOSE
from bot.errors import NotStored
from bot.gateway.app import make_app
from bot.gateway.calendar import CalendarFiles
from bot.gateway.files import FileDoor
from bot.gateway.limits import RateLimiter
from bot.gateway.metrics import Metrics
from bot.gateway.page import Page
from bot.gateway.posted_file import PostedFiles
from bot.gateway.server import Waiting
from bot.gateway.sights import look_at
from bot.gateway.webchat import WebChat
from bot.gateway.webhooks import StatusWebhook, Verify, WebhookChannel
from bot.logs import Log
from bot.messages import DeliveryReport
from bot.privacy import Privacy
from bot.settings import Settings, TelegramSettings, TwilioSettings
from bot.storage import schema
from bot.storage.engine import DATABASE_DOWN, make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox
from bot.storage.redis_client import REDIS_DOWN, open_redis
from bot.storage.sight import Sight
from bot.storage.spool import SpooledStream
from bot.storage.streams import PARTITIONS, RedisInboundStream, lease_key
from bot.storage.windows import RedisWindowLook, RedisWindows

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_log = Log(__name__)

_READY_SECONDS = 2.0
_SILENT: tuple[type[Exception], ...] = (*DATABASE_DOWN, OSError)
_EMPTY_TWIML = "<Response/>"
_SPOOL = "spool"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class GatewayParts:
    """A gateway ready to serve; `poller` only where Telegram is asked instead of posting.

    `spool` is to be started before the first message comes; `waiting` is to be released at the end.
    """

    app: Starlette
    spool: SpooledStream
    waiting: tuple[Waiting, ...]
    poller: Poller | None
    assistant: RasaAssistant


def gateway_parts(settings: Settings) -> GatewayParts:
    """Puts a gateway together.

    Raises:
        SetupError: the database does not fit, the page's files cannot be read, or the spool cannot
            be written.
    """
    privacy = Privacy(settings.secret_key)
    redis = open_redis(settings.redis_url or "")
    # The gateway takes messages without the database too: only delivery reports need it.
    engine = make_engine(settings.database_url, must_answer=False)
    _check_schema(engine)
    outbox = SqlOutbox(engine, privacy, utc_now)
    stream = SpooledStream(
        RedisInboundStream(redis, privacy),
        privacy,
        folder=settings.data_dir / _SPOOL,
        quota_bytes=int(settings.spool_megabytes * _MEGABYTE),
    )
    watch = MailboxWatch(redis, Mailbox(redis, privacy))
    sight = Sight(redis, engine, utc_now)
    look = look_at(sight, lambda: (stream.size, stream.bytes_used))
    metrics = Metrics(CollectorRegistry(), look)
    assistant = RasaAssistant(settings.internal.rasa, privacy.token(TOKEN_PURPOSE))
    windows = RedisWindows(redis, utc_now)
    public_url = settings.public_url
    webhooks: list[WebhookChannel] = []
    statuses: list[StatusWebhook] = []
    poller = None
    if settings.telegram and settings.telegram.mode == "webhook":
        webhooks.append(_telegram(settings.telegram))
    elif settings.telegram:
        poller = Poller(settings.telegram, stream.append)
    if settings.twilio:
        base = public_url or ""
        webhooks.append(_whatsapp(settings.twilio, base))
        statuses.append(_whatsapp_status(settings.twilio, base, outbox=outbox, windows=windows))
    facts = SqlConsularFacts(engine)
    calendar = make_calendar(
        engine,
        privacy,
        facts,
        public_url=public_url,
        catalogue=Catalogue.load(),
        clock=utc_now,
    )
    calendar_door = CalendarFiles(CalendarLinks(privacy, public_url), calendar)
    parts = file_parts(settings, privacy, redis=redis, calendar=calendar)
    officers_desk = desk(
        engine,
        privacy,
        facts,
        clock=utc_now,
        public_url=public_url,
        files=parts.files,
        keep=parts.kept,
        window=RedisWindowLook(settings.redis_url or "", utc_now),
    )
    app = make_app(
        stream=stream,
        webhooks=webhooks,
        statuses=statuses,
        webchat=WebChat(
            stream=stream,
            watch=watch,
            links=parts.links,
            files=PostedFiles(parts.kept),
            privacy=privacy,
            limiter=RateLimiter(redis),
            metrics=metrics,
            clock=utc_now,
        ),
        page=Page(),
        readiness=_Readiness(redis, assistant, sight=sight),
        metrics=metrics,
        desk=officers_desk.routes,
        files=[*calendar_door.routes(), *FileDoor(parts.links, parts.files).routes()],
    )
    return GatewayParts(
        app,
        stream,
        waiting=(watch, officers_desk.pulse),
        poller=poller,
        assistant=assistant,
    )


class _Readiness:
    """Whether a message sent now would be answered."""

    def __init__(self, redis: Redis, assistant: RasaAssistant, *, sight: Sight) -> None:
        self._redis = redis
        self._assistant = assistant
        self._sight = sight

    async def __call__(self) -> Mapping[str, bool]:
        (queue, worker), assistant, database = await asyncio.gather(
            self._queue(), self._assistant.is_ready(), self._sight.has_database()
        )
        return {"queue": queue, "worker": worker, "assistant": assistant, "database": database}

    async def _queue(self) -> tuple[bool, bool]:
        """Whether Redis answers, and whether every part of the stream has a worker."""
        leases = [lease_key(partition) for partition in range(PARTITIONS)]
        try:
            leased = await asyncio.wait_for(self._redis.exists(*leases), _READY_SECONDS)
        except REDIS_DOWN:
            return False, False
        return True, leased == PARTITIONS


def _check_schema(engine: Engine) -> None:
    try:
        schema.check(engine)
    except SQLAlchemyError as error:
        _log.warning("gateway.without_database", error=type(error).__name__)


def _telegram(settings: TelegramSettings) -> WebhookChannel:
    def verify(headers: Mapping[str, str], _path: str, _body: bytes) -> None:
        verify_secret(headers.get(SECRET_HEADER), settings.webhook_secret)

    return WebhookChannel(
        name="telegram",
        verify=verify,
        parse=lambda body: telegram_payloads.parse(
            body, received_at=utc_now(), groups=settings.desk_chats
        ),
    )


def _whatsapp(settings: TwilioSettings, public_url: str) -> WebhookChannel:
    return WebhookChannel(
        name="whatsapp",
        verify=_twilio_verify(settings, public_url),
        parse=lambda body: whatsapp_payloads.parse_message(
            read_form(body), received_at=utc_now(), api_url=settings.api_url
        ),
        answer=_EMPTY_TWIML,
        media_type="text/xml",
    )


def _whatsapp_status(
    settings: TwilioSettings, public_url: str, *, outbox: SqlOutbox, windows: RedisWindows
) -> StatusWebhook:
    async def record(report: DeliveryReport) -> None:
        try:
            too_late = await asyncio.to_thread(outbox.report, report)
            if too_late is not None:
                await windows.shut(too_late)
        except (*_SILENT, *REDIS_DOWN) as error:
            raise NotStored(type(error).__name__) from None

    return StatusWebhook(
        name="whatsapp",
        verify=_twilio_verify(settings, public_url),
        parse=lambda body: whatsapp_payloads.parse_status(read_form(body)),
        record=record,
    )


def _twilio_verify(settings: TwilioSettings, public_url: str) -> Verify:
    def verify(headers: Mapping[str, str], path: str, body: bytes) -> None:
        verify_signature(
            read_form(body),
            headers.get(SIGNATURE_HEADER),
            url=public_url.rstrip("/") + path,
            auth_token=settings.auth_token,
        )

    return verify
