"""The platforms' webhooks: verify, parse, one durable write, answer. No thought is taken here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import ForgedWebhook, InvalidWebhook, NotStored
from bot.gateway.answers import STATUS, Outcome, refusal
from bot.gateway.limits import BodyTooLargeError, read_body
from bot.gateway.metrics import Metrics
from bot.logs import Log, about, correlation_id
from bot.messages import DeliveryReport, Ignored, InboundMessage
from bot.services.ports import InboundStream

_log = Log(__name__)

# Headers (any case of the name), path with query, body. Raises ForgedWebhook.
Verify = Callable[[Mapping[str, str], str, bytes], None]


@dataclass(frozen=True)
class WebhookChannel:
    """How one platform posts citizens' messages.

    Args:
        name: the last part of `/webhooks/<name>`, and the channel's name in metrics.
        verify: raises `ForgedWebhook` unless the platform has sent this.
        parse: body → message; raises `InvalidWebhook`.
        answer: the body of our 200, where the platform expects one.
        media_type: of that body.
    """

    name: str
    verify: Verify
    parse: Callable[[bytes], InboundMessage | Ignored]
    answer: str = ""
    media_type: str = "text/plain"


@dataclass(frozen=True)
class StatusWebhook:
    """How one platform posts what became of our messages, at `/webhooks/<name>/status`.

    Args:
        name: the channel's.
        verify: raises `ForgedWebhook` unless the platform has sent this.
        parse: body → report; raises `InvalidWebhook`.
        record: keeps the report; raises `NotStored` if it cannot now.
    """

    name: str
    verify: Verify
    parse: Callable[[bytes], DeliveryReport | Ignored]
    record: Callable[[DeliveryReport], Awaitable[None]]


class WebhookEndpoint:
    """One platform's door.

    Args:
        channel: how it knocks.
        stream: where its messages go.
        metrics: counts.
    """

    def __init__(self, channel: WebhookChannel, stream: InboundStream, metrics: Metrics) -> None:
        self._channel = channel
        self._stream = stream
        self._metrics = metrics

    async def serve(self, request: Request) -> Response:
        """Answers one post."""
        name = self._channel.name
        with self._metrics.seconds.labels(name).time():
            outcome = await _outcome(request, self._channel.verify, self._take)
        self._metrics.inbound.labels(name, outcome.value).inc()
        if STATUS[outcome] != 200:
            _log.warning("inbound.refused", channel=name, outcome=outcome.value)
            return refusal(outcome)
        return Response(self._channel.answer, media_type=self._channel.media_type)

    async def _take(self, body: bytes) -> Outcome:
        message = self._channel.parse(body)
        if isinstance(message, Ignored):
            _log.info("inbound.ignored", channel=self._channel.name, reason=message.reason)
            return Outcome.IGNORED
        with about(correlation_id(message.channel.value, message.message_id)):
            is_new = await self._stream.append(message)
            outcome = Outcome.ACCEPTED if is_new else Outcome.REPEATED
            _log.info("inbound.received", channel=self._channel.name, outcome=outcome.value)
        return outcome


class StatusEndpoint:
    """The door for delivery reports.

    Args:
        webhook: how they come and where they go.
        metrics: counts.
    """

    def __init__(self, webhook: StatusWebhook, metrics: Metrics) -> None:
        self._webhook = webhook
        self._metrics = metrics

    async def serve(self, request: Request) -> Response:
        """Answers one post."""
        name = f"{self._webhook.name}_status"
        with self._metrics.seconds.labels(name).time():
            outcome = await _outcome(request, self._webhook.verify, self._take)
        self._metrics.inbound.labels(name, outcome.value).inc()
        return Response() if STATUS[outcome] == 200 else refusal(outcome)

    async def _take(self, body: bytes) -> Outcome:
        report = self._webhook.parse(body)
        if isinstance(report, Ignored):
            return Outcome.IGNORED
        await self._webhook.record(report)
        return Outcome.ACCEPTED


async def _outcome(
    request: Request, verify: Verify, take: Callable[[bytes], Awaitable[Outcome]]
) -> Outcome:
    try:
        body = await read_body(request)
        verify(request.headers, _path(request), body)
        return await take(body)
    except BodyTooLargeError:
        return Outcome.TOO_LARGE
    except ForgedWebhook:
        return Outcome.FORGED
    except InvalidWebhook:
        return Outcome.MALFORMED
    except NotStored:
        return Outcome.NOT_STORED


def _path(request: Request) -> str:
    """The path as it was asked for: a signature covers its bytes."""
    path = request.scope.get("raw_path", b"").decode("latin-1") or request.scope["path"]
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else str(path)
