"""The desk's paths, for the gateway to serve."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.case_actions import CaseActions
from bot.desk.case_page import CasePage
from bot.desk.door import Door
from bot.desk.export import Export
from bot.desk.files import FilePage
from bot.desk.guard import Guard
from bot.desk.live import Live
from bot.desk.me_page import MePage
from bot.desk.officers_page import OfficersPage
from bot.desk.pages import Pages
from bot.desk.pulse import Pulse
from bot.desk.queue import QUEUE, QueuePage
from bot.desk.rows import CASES, Rows
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit


@dataclass(frozen=True)
class Desk:
    """The desk; `pulse` is to be released when the server stops."""

    routes: tuple[Route, ...]
    pulse: Pulse


def make_desk(tools: DeskTools, *, public_url: str | None) -> Desk:
    """Puts the pages together.

    Raises:
        SetupError: a file of the desk is missing or wrong.
    """
    pages = Pages()
    guard = Guard(tools, pages, public_url=public_url)
    rows = Rows(tools)
    queue = QueuePage(tools, pages, rows)
    case = CasePage(tools, pages, rows)
    officers = OfficersPage(tools, pages, rows, guard)
    pulse = Pulse(tools.looks.marks)

    def gone(visit: Visit) -> Response:
        return pages.gone(visit)

    routes = (
        Route("/desk/static/{name}", pages.static, methods=["GET"]),
        *Door(tools, pages, guard).routes(),
        Route(QUEUE, guard.looks(queue.show), methods=["GET"]),
        Route("/desk/find", guard.looks(queue.find), methods=["GET"]),
        Route("/desk/live", Live(tools, guard, pulse).serve, methods=["GET"]),
        Route(f"{CASES}/{{reference}}", guard.looks(case.show), methods=["GET"]),
        Route(
            f"{CASES}/{{reference}}/files/{{index:int}}",
            FilePage(tools, pages, guard).serve,
            methods=["GET"],
        ),
        *CaseActions(tools, case, guard).routes(),
        Route(
            f"{CASES}/{{reference}}/export",
            guard.acts(Export(tools).take),
            methods=["POST"],
        ),
        *officers.routes(),
        *MePage(tools, pages, officers, guard).routes(),
        Route("/desk/{rest:path}", guard.looks(gone), methods=["GET"]),
    )
    return Desk(routes, pulse)
