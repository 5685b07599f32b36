"""The gateway: puts the doors together. It takes what it needs and keeps no globals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from bot.gateway.answers import http_error
from bot.gateway.health import Readiness, health_routes
from bot.gateway.metrics import Metrics
from bot.gateway.page import Page
from bot.gateway.shield import Shield
from bot.gateway.webchat import WebChat
from bot.gateway.webhooks import StatusEndpoint, StatusWebhook, WebhookChannel, WebhookEndpoint
from bot.services.ports import InboundStream


def make_app(
    *,
    stream: InboundStream,
    webhooks: Sequence[WebhookChannel],
    statuses: Sequence[StatusWebhook],
    webchat: WebChat,
    page: Page,
    readiness: Readiness,
    metrics: Metrics,
    desk: Sequence[BaseRoute] = (),
    files: Sequence[BaseRoute] = (),
) -> Starlette:
    """The ASGI application.

    Args:
        stream: where the webhooks' messages go.
        webhooks: the configured platforms; one that is not here answers 404.
        statuses: those of them that report deliveries.
        webchat: the web chat's API.
        page: the web chat's page.
        readiness: see `health_routes`.
        metrics: counts, and serves `/metrics`.
        desk: the officers' web desk.
        files: what citizens can fetch by an address that only they were given.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await webchat.watch.start()
        try:
            yield
        finally:
            await webchat.watch.close()

    doors = [
        Route(
            f"/webhooks/{each.name}", WebhookEndpoint(each, stream, metrics).serve, methods=["POST"]
        )
        for each in webhooks
    ]
    doors += [
        Route(
            f"/webhooks/{each.name}/status", StatusEndpoint(each, metrics).serve, methods=["POST"]
        )
        for each in statuses
    ]
    return Starlette(
        routes=[
            *doors,
            *webchat.routes(),
            *page.routes(),
            *desk,
            *files,
            *health_routes(readiness),
            Route("/metrics", metrics.serve),
        ],
        middleware=[Middleware(Shield)],
        exception_handlers={HTTPException: http_error},
        lifespan=lifespan,
    )
