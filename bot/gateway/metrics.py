"""What the gateway counts: by channel and outcome, never by citizen."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from starlette.requests import Request
from starlette.responses import Response

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The gateway's own numbers.

    Args:
        registry: where they are listed; what else is registered there is served as well.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
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
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
