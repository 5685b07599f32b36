"""Calendar files of appointments, for who holds the signed address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.appointments.links import PATH, CalendarLinks

_MEDIA_TYPE = "text/calendar; charset=utf-8"


class CalendarFiles:
    """`GET /calendar/<language>/<reference>/<signature>.ics`.

    Args:
        links: recognises our addresses.
        file_of: the file of an appointment in a language; None where it is over.
        is_down: what is raised while the database is away.
    """

    def __init__(
        self,
        links: CalendarLinks,
        file_of: Callable[[str, str], str | None],
        *,
        is_down: tuple[type[Exception], ...],
    ) -> None:
        self._links = links
        self._file_of = file_of
        self._is_down = is_down

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(f"{PATH}/{{language}}/{{reference}}/{{signature}}.ics", self.serve)]

    async def serve(self, request: Request) -> Response:
        """Gives the file; whatever is wrong with an address looks the same."""
        found = request.path_params
        reference, language = found["reference"], found["language"]
        if not self._links.is_ours(reference, language, signature=found["signature"]):
            raise HTTPException(404)
        try:
            text = await asyncio.to_thread(self._file_of, reference, language)
        except self._is_down:
            raise HTTPException(503) from None
        if text is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{reference}.ics"',
        }
        return Response(text, media_type=_MEDIA_TYPE, headers=headers)
