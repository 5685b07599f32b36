"""One request of one officer, and the checks before it: session, origin, token of the form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.casework.errors import CaseError, UnknownCase
from bot.casework.officers import KEMLU_DESK, Officer
from bot.desk.pages import Pages
from bot.desk.tools import DeskTools
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
_MOST_FIELDS = 100
_AWAY: tuple[type[Exception], ...] = (*DATABASE_DOWN, ConsularError)


@dataclass(frozen=True)
class Visit:
    """A request that passed the checks.

    Args:
        session: names the session; not secret.
        csrf: what forms carry back.
        words: the officer's language and time.
        query: parameters of the address.
        form: fields of a post; of several with one name the last.
        several: all fields of a post, in order.
        path: what the route has cut out of the path.
        is_live: the page asks by itself, to be up to date.
    """

    officer: Officer
    visitor: Visitor
    csrf: str
    words: Words
    query: Mapping[str, str]
    form: Mapping[str, str]
    several: tuple[tuple[str, str], ...]
    path: Mapping[str, str]
    is_live: bool = False

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return tuple(value for key, value in self.several if key == name)


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

    def acts(self, handler: Handler) -> Endpoint:
        """A post: needs a session and a form of ours, sent from our own page."""

        async def endpoint(request: Request) -> Response:
            fields = await self.form(request)
            if fields is None:
                return self._pages.refused(self.words(request))
            return await run_in_threadpool(self.serve, request, handler, fields)

        return endpoint

    async def form(self, request: Request) -> tuple[tuple[str, str], ...] | None:
        """The fields of a post from our own page; None for anything else."""
        if not self._is_from_here(request):
            return None
        try:
            body = await read_body(request, _BODY_BYTES)
            fields = parse_qsl(
                body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except (BodyTooLargeError, ValueError):
            return None
        return tuple(fields)

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
        fields: tuple[tuple[str, str], ...] | None = None,
    ) -> Response:
        """Checks a request and lets `handler` answer it; blocks on the database.

        Args:
            fields: of a post, which must carry the session's token.
        """
        is_live = LIVE_HEADER in request.headers
        try:
            visitor = self.visitor(request, is_action=not is_live)
            if visitor is None:
                return self._outside(request, dict(fields or ()))
            visit = self._visit(request, visitor, fields or ())
            if fields is not None and not self._tools.privacy.is_signed(
                _FORM_PURPOSE, visitor.session, visit.form.get("csrf", "")
            ):
                _log.warning("desk.forged", officer=visitor.officer.id)
                return self._pages.refused(visit.words)
            return handler(visit)
        except UnknownCase:
            return self._pages.gone(self._visit(request, visitor, ()) if visitor else None)
        except CaseError:
            raise
        except _AWAY as error:
            _log.warning("desk.without_database", error=type(error).__name__)
            return self._pages.busy(self.words(request))

    def _visit(
        self, request: Request, visitor: Visitor, fields: tuple[tuple[str, str], ...]
    ) -> Visit:
        return Visit(
            officer=visitor.officer,
            visitor=visitor,
            csrf=self._tools.privacy.sign(_FORM_PURPOSE, visitor.session),
            words=self.words(request, visitor.officer),
            query=request.query_params,
            form=dict(fields),
            several=fields,
            path=request.path_params,
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
