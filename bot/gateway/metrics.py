"""What the gateway counts: by channel and outcome, never by citizen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The gateway's own numbers.

    Args:
        registry: where they are listed; what else is registered there is served as well.
        look: what is looked up at each scrape.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        look: Callable[[], Awaitable[Iterable[Metric]]] | None = None,
    ) -> None:
        self._registry = registry
        self._look = look
        self.inbound = Counter(
            "consular_gateway_inbound",
            "Posts of citizens' messages by what became of them",
            ["channel", "outcome"],
            registry=registry,
        )
        self.seconds = Histogram(
            "consular_gateway_answer_seconds",
            "From the request to our answer",
            ["channel"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.polls = Gauge(
            "consular_gateway_polls", "Long polls of the web chat that wait now", registry=registry
        )

    async def serve(self, _request: Request) -> Response:
        """`GET /metrics`."""
        body = generate_latest(self._registry)
        if self._look:
            seen = CollectorRegistry()
            seen.register(_Seen(await self._look()))
            body += generate_latest(seen)
        return Response(body, media_type=CONTENT_TYPE_LATEST)


class _Seen(Collector):
    """What was looked up, ready to be written."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics
