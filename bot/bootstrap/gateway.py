"""What a gateway works with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bot.channels.telegram import payloads as telegram_payloads
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.verify import SECRET_HEADER, verify_secret
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.watch import MailboxWatch
from bot.channels.whatsapp import payloads as whatsapp_payloads
from bot.channels.whatsapp.form import read_form
from bot.channels.whatsapp.verify import SIGNATURE_HEADER, verify_signature
from bot.clock import utc_now
from bot.dialogue.client import RasaAssistant
from bot.dialogue.protocol import TOKEN_PURPOSE
from bot.errors import NotStored
from bot.gateway.app import make_app
from bot.gateway.limits import RateLimiter
from bot.gateway.metrics import Metrics
from bot.gateway.page import Page
from bot.gateway.webchat import WebChat
from bot.gateway.webhooks import StatusWebhook, Verify, WebhookChannel
from bot.messages import DeliveryReport
from bot.privacy import Privacy
from bot.settings import Settings, TelegramSettings, TwilioSettings
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.outbox import SqlOutbox
from bot.storage.redis_client import REDIS_DOWN, open_redis
from bot.storage.spool import SpooledStream
from bot.storage.streams import RedisInboundStream, lease_key

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_READY_SECONDS = 2.0
_EMPTY_TWIML = "<Response/>"
_SPOOL = "spool"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class GatewayParts:
    """A gateway ready to serve; `poller` only where Telegram is asked instead of posting.

    `spool` is to be started before the first message comes.
    """

    app: Starlette
    spool: SpooledStream
    watch: MailboxWatch
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
    engine = make_engine(settings.database_url)
    schema.check(engine)
    outbox = SqlOutbox(engine, privacy, utc_now)
    stream = SpooledStream(
        RedisInboundStream(redis, privacy),
        privacy,
        folder=settings.data_dir / _SPOOL,
        quota_bytes=int(settings.spool_megabytes * _MEGABYTE),
    )
    watch = MailboxWatch(redis, Mailbox(redis, privacy))
    metrics = Metrics(CollectorRegistry())
    assistant = RasaAssistant(settings.internal.rasa, privacy.token(TOKEN_PURPOSE))
    webhooks: list[WebhookChannel] = []
    statuses: list[StatusWebhook] = []
    poller = None
    if settings.telegram and settings.telegram.mode == "webhook":
        webhooks.append(_telegram(settings.telegram))
    elif settings.telegram:
        poller = Poller(settings.telegram, stream.append)
    if settings.twilio:
        webhooks.append(_whatsapp(settings.twilio, settings.public_url or ""))
        statuses.append(_whatsapp_status(settings.twilio, settings.public_url or "", outbox))
    app = make_app(
        stream=stream,
        webhooks=webhooks,
        statuses=statuses,
        webchat=WebChat(
            stream=stream,
            watch=watch,
            privacy=privacy,
            limiter=RateLimiter(redis),
            metrics=metrics,
            clock=utc_now,
        ),
        page=Page(),
        readiness=_Readiness(redis, assistant),
        metrics=metrics,
    )
    return GatewayParts(app, stream, watch=watch, poller=poller, assistant=assistant)


class _Readiness:
    """Whether a message sent now would be answered."""

    def __init__(self, redis: Redis, assistant: RasaAssistant) -> None:
        self._redis = redis
        self._assistant = assistant

    async def __call__(self) -> Mapping[str, bool]:
        queue, worker = await self._queue()
        return {"queue": queue, "worker": worker, "assistant": await self._assistant.is_ready()}

    async def _queue(self) -> tuple[bool, bool]:
        try:
            leased = await asyncio.wait_for(self._redis.exists(lease_key(0)), _READY_SECONDS)
        except REDIS_DOWN:
            return False, False
        return True, bool(leased)


def _telegram(settings: TelegramSettings) -> WebhookChannel:
    def verify(headers: Mapping[str, str], _path: str, _body: bytes) -> None:
        verify_secret(headers.get(SECRET_HEADER), settings.webhook_secret)

    return WebhookChannel(
        name="telegram",
        verify=verify,
        parse=lambda body: telegram_payloads.parse(body, received_at=utc_now()),
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


def _whatsapp_status(settings: TwilioSettings, public_url: str, outbox: SqlOutbox) -> StatusWebhook:
    async def record(report: DeliveryReport) -> None:
        try:
            await asyncio.to_thread(outbox.report, report)
        except OSError as error:
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
