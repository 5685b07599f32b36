"""Opens what a citizen sent, for the officers of the case; nothing of it stays here."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.casework.errors import UnknownCase
from bot.casework.events import by_officer
from bot.casework.officers import may_export, may_see
from bot.casework.reference import parse_reference
from bot.desk.pages import HEADERS, Pages
from bot.desk.tools import DeskTools
from bot.desk.visit import Guard, Visit
from bot.desk.words import Words
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Attachment, Channel, InboundMessage

_log = Log(__name__)

# What a browser may show, by its first bytes: what the platform says of a file counts nothing.
_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF8", "image/gif", "gif"),
    (b"OggS", "audio/ogg", "ogg"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"%PDF-", "application/pdf", "pdf"),
)
_UNKNOWN = ("application/octet-stream", "bin")
_SHOWN = ("image/", "audio/")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True)
class _Wanted:
    channel: Channel
    attachment: Attachment
    name: str
    words: Words


class FilePage:
    """`GET /desk/cases/KSL-…/files/0?message=…`; every look is on record."""

    def __init__(self, tools: DeskTools, pages: Pages, guard: Guard) -> None:
        self._tools = tools
        self._pages = pages
        self._guard = guard

    async def serve(self, request: Request) -> Response:
        """The file, as far as this officer may open it."""
        found: list[_Wanted] = []

        def find(visit: Visit) -> Response:
            found.append(self._find(visit))
            return Response()

        refusal = await run_in_threadpool(self._guard.serve, request, find)
        if not found:
            return refusal
        wanted = found[0]
        try:
            content = await self._tools.files.fetch(wanted.channel, wanted.attachment)
        except SendFailed as failure:
            _log.warning("desk.file_away", code=failure.code)
            values = {"title": "file_away_title", "text": "file_away"}
            return self._pages.render("stop.html", wanted.words, status=502, values=values)
        media_type, ending = _kind(content)
        is_shown = media_type.startswith(_SHOWN)
        disposition = "inline" if is_shown else "attachment"
        headers = {
            **HEADERS,
            "Content-Security-Policy": _POLICY,
            "Content-Disposition": f'{disposition}; filename="{wanted.name}.{ending}"',
        }
        return Response(content, media_type=media_type, headers=headers)

    def _find(self, visit: Visit) -> _Wanted:
        """Which file is meant.

        Raises:
            UnknownCase: no such file, or not for this officer.
        """
        reference = parse_reference(visit.path["reference"]) or ""
        case = self._tools.cases.get(reference)
        if case is None or not may_see(visit.officer, case):
            raise UnknownCase("not visible")
        is_allowed = may_export(visit.officer, case)
        self._tools.audit.record(
            by_officer(visit.officer.id),
            "desk.file",
            subject=reference,
            result="done" if is_allowed else "not_allowed",
        )
        if not is_allowed:
            raise UnknownCase("not for this officer")
        index = int(visit.path["index"])
        for entry in self._tools.transcripts.entries(reference):
            message = entry.message
            if (
                isinstance(message, InboundMessage)
                and message.message_id == visit.query.get("message")
                and index < len(message.attachments)
            ):
                return _Wanted(
                    message.channel,
                    message.attachments[index],
                    name=f"{reference}-{entry.at:%H%M%S}-{index + 1}",
                    words=visit.words,
                )
        raise UnknownCase("no such file")


def _kind(content: bytes) -> tuple[str, str]:
    for beginning, media_type, ending in _KINDS:
        if content.startswith(beginning):
            return media_type, ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", "webp"
    return _UNKNOWN
