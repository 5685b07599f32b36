"""Opens what was sent in a case, for its officers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.casework.errors import UnknownCase
from bot.casework.events import by_officer
from bot.casework.officers import may_export, may_see
from bot.casework.reference import parse_reference
from bot.channels import kinds
from bot.desk.guard import Guard
from bot.desk.pages import HEADERS, Pages
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.desk.words import Words
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Attachment, Channel, Home

_log = Log(__name__)

_SHOWN = ("image/", "audio/")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True)
class _Wanted:
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
            content = await self._tools.files.fetch(wanted.attachment)
        except SendFailed as failure:
            _log.warning("desk.file_away", code=failure.code)
            values = {"title": "file_away_title", "text": "file_away"}
            return self._pages.render("stop.html", wanted.words, status=502, values=values)
        kind = kinds.kind_of(content)
        is_shown = kind.media_type.startswith(_SHOWN)
        disposition = "inline" if is_shown else "attachment"
        headers = {
            **HEADERS,
            "Content-Security-Policy": _POLICY,
            "Content-Disposition": f'{disposition}; filename="{wanted.name}.{kind.ending}"',
        }
        return Response(content, media_type=kind.media_type, headers=headers)

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
        platform = Home.of(Channel(case.conversation_id.partition(":")[0]))
        for entry in self._tools.transcripts.entries(reference):
            if entry.message_id is None or entry.message_id != visit.query.get("message"):
                continue
            if not isinstance(entry.message, str) and index < len(entry.message.attachments):
                name = f"{reference}-{entry.at:%H%M%S}-{index + 1}"
                file = entry.message.attachments[index]
                file = replace(file, home=file.home or platform)
                return _Wanted(file, name=name, words=visit.words)
        raise UnknownCase("no such file")
