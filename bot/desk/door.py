"""In and out: the link's page, the session's cookie, the choice of language."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.guard import LANGUAGE_COOKIE, Guard
from bot.desk.pages import HEADERS, Pages
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.desk.words import LANGUAGES
from bot.services.enter_desk import LINK_VALID, PATH, SESSION_VALID

QUEUE = "/desk"
LEFT = "/desk/left"
_STEP_COOKIE = "desk_step"
_STEP_PURPOSE = "desk-step"
_YEAR_SECONDS = 365 * 24 * 3600


class Door:
    """The paths around a session.

    A link is opened by GET, which uses nothing up, so that a messenger's preview of it does no
    harm; only the button of that page, in the same browser, takes it.
    """

    def __init__(self, tools: DeskTools, pages: Pages, guard: Guard) -> None:
        self._tools = tools
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """The paths."""
        return [
            Route(PATH, self._show, methods=["GET"]),
            Route(PATH, self._enter, methods=["POST"]),
            Route(LEFT, self._left, methods=["GET"]),
            Route("/desk/leave", self._guard.acts(self._leave_one), methods=["POST"]),
            Route("/desk/leave-all", self._guard.acts(self._leave_all), methods=["POST"]),
            Route("/desk/language", self._language, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        token = request.query_params.get("key", "")
        officer = await run_in_threadpool(self._tools.enter.whose, token)
        words = self._guard.words(request, officer)
        if officer is None:
            return self._pages.door(words, message="enter_over", status=410)
        step = secrets.token_urlsafe(18)
        values = {
            "name": officer.name,
            "key": token,
            "step": self._tools.privacy.sign(_STEP_PURPOSE, step),
        }
        response = self._pages.render("enter.html", words, values=values)
        self._set(response, _STEP_COOKIE, step, seconds=int(LINK_VALID.total_seconds()))
        return response

    async def _enter(self, request: Request) -> Response:
        fields = await self._guard.form(request)
        step = request.cookies.get(_STEP_COOKIE, "")
        words = self._guard.words(request)
        if not step or not self._tools.privacy.is_signed(
            _STEP_PURPOSE, step, fields.get("step", "")
        ):
            return self._pages.refused(words)
        token = await run_in_threadpool(self._tools.enter.enter, fields.get("key", ""))
        if token is None:
            return self._pages.door(words, message="enter_over", status=410)
        response = RedirectResponse(QUEUE, status_code=303, headers=HEADERS)
        seconds = int(SESSION_VALID.total_seconds())
        self._set(response, self._guard.cookie, token, seconds=seconds)
        response.delete_cookie(_STEP_COOKIE, path="/")
        return response

    async def _left(self, request: Request) -> Response:
        return self._pages.door(self._guard.words(request), message="session_left")

    def _leave_one(self, visit: Visit) -> Response:
        return self._leave(visit, everywhere=False)

    def _leave_all(self, visit: Visit) -> Response:
        return self._leave(visit, everywhere=True)

    def _leave(self, visit: Visit, *, everywhere: bool) -> Response:
        self._tools.enter.leave(visit.visitor, everywhere=everywhere)
        response = RedirectResponse(LEFT, status_code=303, headers=HEADERS)
        response.delete_cookie(
            self._guard.cookie,
            path="/",
            secure=self._guard.is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def _language(self, request: Request) -> Response:
        """Nothing but a preference of this browser: needs no session."""
        fields = await self._guard.form(request)
        wanted = fields.get("language", "")
        if wanted not in LANGUAGES:
            return self._pages.refused(self._guard.words(request))
        back = fields.get("back", "")
        is_ours = back == QUEUE or (back.startswith(f"{QUEUE}/") and "//" not in back)
        response = RedirectResponse(back if is_ours else QUEUE, status_code=303, headers=HEADERS)
        self._set(response, LANGUAGE_COOKIE, wanted, seconds=_YEAR_SECONDS)
        return response

    def _set(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self._guard.is_secure,
            httponly=True,
            samesite="strict",
        )
