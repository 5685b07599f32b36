"""The gateway as it runs: a real uvicorn, a real Redis, small stand-ins at the seams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from bot.channels.crossing import Crossing
from bot.channels.files import PlatformFiles
from bot.channels.links import FileLinks
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.transport import WebTransport
from bot.channels.web.watch import MailboxWatch
from bot.errors import ForgedWebhook, InvalidWebhook
from bot.gateway.app import make_app
from bot.gateway.files import FileDoor
from bot.gateway.limits import RateLimiter
from bot.gateway.metrics import Metrics
from bot.gateway.page import Page
from bot.gateway.posted_file import PostedFiles
from bot.gateway.server import GatewayServer
from bot.gateway.webchat import WebChat
from bot.gateway.webhooks import StatusWebhook, WebhookChannel
from bot.messages import Channel, DeliveryReport, DeliveryState, Home, Ignored, InboundMessage
from bot.privacy import Privacy
from bot.storage.kept_files import RedisKeptFiles
from bot.storage.redis_client import open_redis
from bot.storage.serialise import inbound_from_json
from bot.storage.streams import PARTITIONS, RedisInboundStream, stream_key
from tests.fakes.redis_server import RedisServer

SECRET = "a-secret-word"
QUOTA_BYTES = 20 * 1024 * 1024
PRIVACY = Privacy("a secret of the tests")
START = datetime(2026, 3, 4, 5, 6, tzinfo=timezone.utc)


class StandingClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def verify(headers: Mapping[str, str], path: str, body: bytes) -> None:
    """A platform that signs with its secret, the path and the length of the body."""
    if headers.get("x-signature") != sign(path, body):
        raise ForgedWebhook("test: signature")


def sign(path: str, body: bytes) -> str:
    return f"{SECRET}:{path}:{len(body)}"


def parse(body: bytes) -> InboundMessage | Ignored:
    """`{"id", "chat", "text"}`, or `{"edited": …}` which is not for us."""
    try:
        data = json.loads(body)
        if "edited" in data:
            return Ignored("edited")
        now = datetime(2026, 3, 4, tzinfo=timezone.utc)
        return InboundMessage(Channel.TELEGRAM, data["chat"], data["id"], now, text=data["text"])
    except (ValueError, KeyError, TypeError):
        raise InvalidWebhook("test: shape") from None


def parse_status(body: bytes) -> DeliveryReport | Ignored:
    if body == b"queued":
        return Ignored("queued")
    if not body.startswith(b"SM"):
        raise InvalidWebhook("test: status")
    return DeliveryReport(body.decode(), DeliveryState.DELIVERED)


@dataclass
class Gateway:
    """A running gateway and what stands behind it."""

    url: str
    http: httpx.AsyncClient
    redis: Any
    clock: StandingClock
    transport: WebTransport
    metrics: Metrics
    registry: CollectorRegistry
    server: GatewayServer
    parts: dict[str, bool]
    reports: list[DeliveryReport]
    kept: RedisKeptFiles
    links: FileLinks

    def forget(self) -> None:
        """Sets everything that is not in Redis to the beginning."""
        self.clock.now = START
        self.parts.update(redis=True, rasa=True)
        self.reports.clear()
        self.metrics.inbound.clear()
        self.metrics.seconds.clear()

    def count(self, channel: str, outcome: str) -> float:
        """How many posts came to that."""
        labels = {"channel": channel, "outcome": outcome}
        value = self.registry.get_sample_value("consular_gateway_inbound_total", labels)
        return value or 0.0

    async def webhook(self, body: bytes, path: str = "/webhooks/telegram") -> httpx.Response:
        """A rightly signed post."""
        headers = {"X-Signature": sign(path, body)}
        return await self.http.post(path, content=body, headers=headers)

    async def session(self) -> tuple[dict[str, str], str]:
        """Headers of a new web chat session, and its address."""
        token = (await self.http.post("/webchat/sessions")).json()["token"]
        return {"Authorization": f"Bearer {token}"}, token.split(".")[0]

    async def stored(self) -> list[InboundMessage]:
        """What lies in the inbound streams."""
        found = []
        for number in range(PARTITIONS):
            for _, fields in await self.redis.xrange(stream_key(number)):
                found.append(inbound_from_json(PRIVACY.unseal(fields["message"])))
        return found


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("gateway-redis")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(redis_server: RedisServer) -> AsyncIterator[Gateway]:
    redis = open_redis(redis_server.url)
    async with run_gateway(redis) as running:
        yield running
    await redis.close()


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(served: Gateway) -> Gateway:
    """The module's gateway as if it had just begun."""
    await served.redis.flushall()
    served.forget()
    return served


@asynccontextmanager
async def run_gateway(redis: Any) -> AsyncIterator[Gateway]:
    """A gateway of one's own, for a test that breaks something."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    stream = RedisInboundStream(redis, PRIVACY)
    mailbox = Mailbox(redis, PRIVACY)
    watch = MailboxWatch(redis, mailbox)
    clock = StandingClock()
    kept = RedisKeptFiles(redis, PRIVACY, quota_bytes=QUOTA_BYTES)
    files = PlatformFiles(ours={Home.WEB: kept.get})
    links = FileLinks(PRIVACY, None, clock)
    parts: dict[str, bool] = {}
    reports: list[DeliveryReport] = []

    async def record(report: DeliveryReport) -> None:
        reports.append(report)

    async def readiness() -> Mapping[str, bool]:
        if not parts:
            raise RuntimeError("nobody knows")
        return parts

    app = make_app(
        stream=stream,
        webhooks=[WebhookChannel("telegram", verify, parse, answer="<ok/>")],
        statuses=[StatusWebhook("telegram", verify, parse_status, record)],
        webchat=WebChat(
            stream=stream,
            watch=watch,
            links=links,
            files=PostedFiles(kept),
            privacy=PRIVACY,
            limiter=RateLimiter(redis),
            metrics=metrics,
            clock=clock,
        ),
        page=Page(),
        readiness=readiness,
        metrics=metrics,
        files=FileDoor(links, files).routes(),
    )
    server = GatewayServer(app, watch, host="127.0.0.1", port=0)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the gateway did not start"
        await asyncio.sleep(0.005)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        gateway = Gateway(
            url=url,
            http=http,
            redis=redis,
            clock=clock,
            transport=WebTransport(mailbox, PRIVACY, Crossing(files, links)),
            metrics=metrics,
            registry=registry,
            server=server,
            parts=parts,
            reports=reports,
            kept=kept,
            links=links,
        )
        gateway.forget()
        yield gateway
    server.should_exit = True
    await serving
