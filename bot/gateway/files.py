"""Files of conversations, for who holds their signed address: a platform, or a citizen's page."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.kinds import kind_of
from bot.channels.links import PATH, FileLinks
from bot.errors import SendFailed
from bot.logs import Log
from bot.services.desk_ports import Files

_log = Log(__name__)


class FileDoor:
    """`GET /files/<end>/<where, sealed>/<signature>`.

    Args:
        links: recognises our addresses.
        files: fetches from where the file lies.
    """

    def __init__(self, links: FileLinks, files: Files) -> None:
        self._links = links
        self._files = files

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(f"{PATH}/{{ends_at}}/{{sealed}}/{{signature}}", self.serve)]

    async def serve(self, request: Request) -> Response:
        """Gives the file, to be kept and not shown; any wrong address looks the same."""
        wanted = request.path_params
        found = self._links.opened(wanted["ends_at"], wanted["sealed"], wanted["signature"])
        if found is None:
            raise HTTPException(404)
        try:
            content = await self._files.fetch(found)
        except SendFailed as failure:
            _log.warning("file.away", code=failure.code)
            raise HTTPException(503 if failure.retry else 404) from None
        kind = kind_of(content)
        headers = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Disposition": f'attachment; filename="{found.kind.value}.{kind.ending}"',
        }
        return Response(content, media_type=kind.media_type, headers=headers)
