"""The officer's own page: duty, being away, sessions."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.guard import Guard
from bot.desk.officers_page import OfficersPage
from bot.desk.pages import HEADERS, Pages
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit

ME = "/desk/me"
_HOURS = (1, 4, 12)


class MePage:
    """`/desk/me`."""

    def __init__(
        self, tools: DeskTools, pages: Pages, officers: OfficersPage, guard: Guard
    ) -> None:
        self._tools = tools
        self._pages = pages
        self._officers = officers
        self._guard = guard

    def routes(self) -> list[Route]:
        """The paths."""
        return [
            Route(ME, self._guard.looks(self._show), methods=["GET"]),
            Route(f"{ME}/away", self._guard.acts(self._away), methods=["POST"]),
        ]

    def _show(self, visit: Visit) -> Response:
        words = visit.words
        values = {
            "me": self._officers.person(visit.officer, visit),
            "days": [words(f"day_{day}") for day in range(7)],
            "away": [(str(hours), words(f"away_{hours}")) for hours in _HOURS],
            "done": "away" if visit.query.get("done") == "away" else None,
        }
        return self._pages.render("me.html", words, visit=visit, values=values)

    def _away(self, visit: Visit) -> Response:
        wanted = visit.form.get("hours", "")
        hours = int(wanted) if wanted.isdecimal() and int(wanted) in _HOURS else 0
        until = visit.words.now + timedelta(hours=hours) if hours else None
        self._tools.duty.away(visit.officer.id, until, by=visit.officer.id)
        return RedirectResponse(f"{ME}?done=away", status_code=303, headers=HEADERS)
