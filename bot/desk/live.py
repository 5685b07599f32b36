"""Tells open pages that they are out of date (server-sent events); what is new they fetch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.casework.officers import may_see
from bot.desk.guard import Guard
from bot.desk.pages import HEADERS
from bot.desk.pulse import DESK, Pulse
from bot.desk.tools import DeskTools
from bot.storage.engine import DATABASE_DOWN

_BEAT_SECONDS = 15.0
# All cases together change often, and every open list is fetched anew.
_CALM_SECONDS = {True: 3.0, False: 1.0}
_LONGEST_MARK = 400
_HEADERS = {**HEADERS, "X-Accel-Buffering": "no"}


class Live:
    """`GET /desk/live?case=KSL-…&mark=…`: `changed` with the new mark, `over` with the session.

    Nothing of a case is told here, only that a page of it is old: the page is fetched again and
    goes through every check.
    """

    def __init__(self, tools: DeskTools, guard: Guard, pulse: Pulse) -> None:
        self._tools = tools
        self._guard = guard
        self._pulse = pulse

    async def serve(self, request: Request) -> Response:
        """Opens the stream, for who has a session and may see the case."""
        topic = request.query_params.get("case", DESK)
        if not await run_in_threadpool(self._may_watch, request, topic):
            return Response(status_code=401, headers=HEADERS)
        mark = request.headers.get("last-event-id") or request.query_params.get("mark", "")
        return StreamingResponse(
            self._events(request, topic, mark[:_LONGEST_MARK]),
            media_type="text/event-stream",
            headers=_HEADERS,
        )

    async def _events(self, request: Request, topic: str, mark: str) -> AsyncIterator[str]:
        yield "retry: 3000\n\n"
        while not self._pulse.is_released:
            found = await self._pulse.wait(topic, mark, seconds=_BEAT_SECONDS)
            if not await self._is_still_in(request):
                yield "event: over\ndata:\n\n"
                return
            if found == mark:
                yield ":\n\n"
                continue
            mark = found
            yield f"id: {mark}\nevent: changed\ndata:\n\n"
            await asyncio.sleep(_CALM_SECONDS[topic == DESK])

    async def _is_still_in(self, request: Request) -> bool:
        try:
            visitor = await run_in_threadpool(self._guard.visitor, request, is_action=False)
        except DATABASE_DOWN:
            return True
        return visitor is not None

    def _may_watch(self, request: Request, topic: str) -> bool:
        visitor = self._guard.visitor(request, is_action=False)
        if visitor is None:
            return False
        if topic == DESK:
            return True
        case = self._tools.cases.get(topic)
        return case is not None and may_see(visitor.officer, case)
