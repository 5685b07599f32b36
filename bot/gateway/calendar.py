"""Calendar files of appointments, for who holds the signed address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.appointments.links import PATH, CalendarLinks
from bot.errors import SendFailed

_MEDIA_TYPE = "text/calendar; charset=utf-8"


class CalendarFiles:
    """`GET /calendar/<language>/<reference>/<signature>.ics`.

    Args:
        links: recognises our addresses.
        file_of: the file by language and reference; None where the appointment is over.
    """

    def __init__(
        self, links: CalendarLinks, file_of: Callable[[str], Awaitable[bytes | None]]
    ) -> None:
        self._links = links
        self._file_of = file_of

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
            content = await self._file_of(f"{language}/{reference}")
        except SendFailed:
            raise HTTPException(503) from None
        if content is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{reference}.ics"',
        }
        return Response(content, media_type=_MEDIA_TYPE, headers=headers)
