"""Whether the gateway lives, and whether the whole can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.logs import Log

_log = Log(__name__)

# Each part that an answer needs, and whether it is there.
Readiness = Callable[[], Awaitable[Mapping[str, bool]]]


def health_routes(readiness: Readiness) -> list[Route]:
    """`/healthz` and `/readyz`.

    Args:
        readiness: asked at every `/readyz`; quick, and what it raises means "not ready".
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        try:
            parts = dict(await readiness())
        except Exception:
            _log.exception("ready.unknown")
            parts = {"gateway": False}
        is_ready = all(parts.values())
        return JSONResponse(
            {"ready": is_ready, "parts": parts}, status_code=200 if is_ready else 503
        )

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
