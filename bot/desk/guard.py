"""The checks before a request of an officer: session, origin, token of the form."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from bot.casework.errors import CaseError, UnknownCase
from bot.casework.officers import KEMLU_DESK, Officer
from bot.desk.pages import Pages
from bot.desk.tools import DeskTools
from bot.desk.visit import Posted, Visit
from bot.desk.words import LANGUAGES, Words
from bot.errors import ConsularError
from bot.gateway.limits import BodyTooLargeError, read_body
from bot.gateway.page import preferred_language
from bot.logs import Log
from bot.services.enter_desk import Visitor
from bot.storage.engine import DATABASE_DOWN

_log = Log(__name__)

HOME_ZONE = "Asia/Jakarta"
LIVE_HEADER = "x-desk-live"
LANGUAGE_COOKIE = "desk_language"
_FORM_PURPOSE = "desk-form"
_BODY_BYTES = 64 * 1024
# Somewhat more than a file may have, so that it is said what it may have.
_FILE_BODY_BYTES = 16 * 1024 * 1024
_MOST_FIELDS = 100
_MULTIPART_FILES = 1
_AWAY: tuple[type[Exception], ...] = (*DATABASE_DOWN, ConsularError)
_NOTHING = Posted()
Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class Guard:
    """Makes endpoints of handlers.

    Args:
        public_url: the gateway's address, if it is known; https asks for secure cookies.
    """

    def __init__(self, tools: DeskTools, pages: Pages, *, public_url: str | None) -> None:
        self._tools = tools
        self._pages = pages
        self._public_host = urlsplit(public_url or "").netloc.lower()
        self.is_secure = (public_url or "").startswith("https:")
        # `__Host-`: no other host of the domain can set it.
        self.cookie = "__Host-desk" if self.is_secure else "desk"

    def looks(self, handler: Handler) -> Endpoint:
        """A page: needs a session."""

        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(self.serve, request, handler)

        return endpoint

    def acts(self, handler: Handler, *, takes_file: bool = False) -> Endpoint:
        """A post: needs a session and a form of ours, sent from our own page.

        Args:
            takes_file: whether a file may come along; read only from who is signed in.
        """

        async def endpoint(request: Request) -> Response:
            most = _BODY_BYTES
            if takes_file and await run_in_threadpool(self._is_signed_in, request):
                most = _FILE_BODY_BYTES
            try:
                posted = await self._posted(request, most)
            except BodyTooLargeError:
                return self._pages.too_large(self.words(request))
            if posted is None:
                return self._pages.refused(self.words(request))
            return await run_in_threadpool(self.serve, request, handler, posted)

        return endpoint

    async def form(self, request: Request) -> Mapping[str, str]:
        """The fields of a post from our own page; empty for anything else."""
        try:
            posted = await self._posted(request, _BODY_BYTES)
        except BodyTooLargeError:
            return {}
        return dict(posted.fields) if posted else {}

    async def _posted(self, request: Request, most: int) -> Posted | None:
        """What a form of our own page has sent; None for anything else.

        Args:
            most: how long it may be, in bytes.

        Raises:
            BodyTooLargeError: it is longer.
        """
        if not self._is_from_here(request):
            return None
        body = await read_body(request, most)
        try:
            if request.headers.get("content-type", "").startswith("multipart/form-data"):
                return await _parts(request, body)
            fields = parse_qsl(
                body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except (MultiPartException, ValueError):
            return None
        return Posted(tuple(fields))

    def visitor(self, request: Request, *, is_action: bool) -> Visitor | None:
        """Who sits there; blocks on the database."""
        token = request.cookies.get(self.cookie, "")
        return self._tools.enter.visitor(token, is_action=is_action) if token else None

    def words(self, request: Request, officer: Officer | None = None) -> Words:
        """Texts for whoever asks."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            known = [each for each in officer.languages if each in LANGUAGES] if officer else []
            accepted = request.headers.get("accept-language", "")
            chosen = known[0] if known else preferred_language(accepted)
        return Words(
            self._pages.texts,
            language=chosen,
            zone=self._zone(officer),
            now=self._tools.clock(),
            subject=self._subject,
        )

    def serve(
        self,
        request: Request,
        handler: Handler,
        posted: Posted | None = None,
    ) -> Response:
        """Checks a request and lets `handler` answer it; blocks on the database.

        Args:
            posted: of a post, which must carry the session's token.
        """
        is_live = LIVE_HEADER in request.headers
        try:
            visitor = self.visitor(request, is_action=not is_live)
            if visitor is None:
                return self._outside(request, dict(posted.fields if posted else ()))
            visit = self._visit(request, visitor, posted or _NOTHING)
            if posted is not None and not self._tools.privacy.is_signed(
                _FORM_PURPOSE, visitor.session, visit.form.get("csrf", "")
            ):
                _log.warning("desk.forged", officer=visitor.officer.id)
                return self._pages.refused(visit.words)
            return handler(visit)
        except UnknownCase:
            return self._pages.gone(self._visit(request, visitor, _NOTHING) if visitor else None)
        except CaseError:
            raise
        except _AWAY as error:
            _log.warning("desk.without_database", error=type(error).__name__)
            return self._pages.busy(self.words(request))

    def _is_signed_in(self, request: Request) -> bool:
        try:
            return self.visitor(request, is_action=False) is not None
        except _AWAY:
            return False

    def _visit(self, request: Request, visitor: Visitor, posted: Posted) -> Visit:
        return Visit(
            officer=visitor.officer,
            visitor=visitor,
            csrf=self._tools.privacy.sign(_FORM_PURPOSE, visitor.session),
            words=self.words(request, visitor.officer),
            query=request.query_params,
            form=dict(posted.fields),
            several=posted.fields,
            path=request.path_params,
            file=posted.file,
            is_live=LIVE_HEADER in request.headers,
        )

    def _outside(self, request: Request, form: Mapping[str, str]) -> Response:
        had_session = self.cookie in request.cookies
        response = self._pages.door(
            self.words(request),
            message="session_over" if had_session else None,
            unsent=form.get("text", "").strip(),
            status=401,
        )
        if had_session:
            response.delete_cookie(
                self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="strict"
            )
        return response

    def _is_from_here(self, request: Request) -> bool:
        """Whether a post comes from a page of ours, as far as the browser says."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = request.headers.get("origin")
        if origin is None:
            return True
        host = urlsplit(origin).netloc.lower()
        return host in (request.headers.get("host", "").lower(), self._public_host) and bool(host)

    def _zone(self, officer: Officer | None) -> str:
        for mission_id in officer.missions if officer else ():
            mission = None if mission_id == KEMLU_DESK else self._tools.facts.mission(mission_id)
            if mission:
                return mission.timezone
        return HOME_ZONE

    def _subject(self, subject: str, language: str) -> str | None:
        return self._tools.subjects.get(subject, {}).get(language)


async def _parts(request: Request, body: bytes) -> Posted:
    """Fields and file of a form in parts.

    Raises:
        MultiPartException: no such form, or more in it than our page sends.
    """

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers, stream(), max_files=_MULTIPART_FILES, max_fields=_MOST_FIELDS
    )
    # A file is never written down in clear: it is in memory already.
    parser.spool_max_size = len(body)
    form = await parser.parse()
    fields = tuple((k, v) for k, v in form.multi_items() if isinstance(v, str))
    files = [each for each in form.values() if isinstance(each, UploadFile)]
    content = await files[0].read() if files else b""
    await form.close()
    return Posted(fields, content)
