"""Who may pick up cases: heads and admins add, revoke, and say who is on duty when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.casework.case import Function
from bot.casework.errors import InvalidWish, NotAllowed, UnknownCase
from bot.casework.officers import Officer, Role, RosterShift, is_here, may_manage
from bot.desk.guard import Guard
from bot.desk.pages import HEADERS, Pages
from bot.desk.rows import Rows
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.services.add_officer import Added

OFFICERS = "/desk/officers"
_SHIFT = re.compile(r"^(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})$")
_DONE = ("revoke", "roster")
_WEEK = range(7)


@dataclass(frozen=True)
class Person:
    """An officer as the list shows them.

    Args:
        away_until: not asked before this.
        days: the roster, a day each, as it is typed.
    """

    id: int
    name: str
    role: str
    missions: tuple[str, ...]
    functions: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    is_on_duty: bool
    away_until: datetime | None
    days: tuple[str, ...]
    is_me: bool


class OfficersPage:
    """`/desk/officers`; for everybody else it does not exist."""

    def __init__(self, tools: DeskTools, pages: Pages, rows: Rows, guard: Guard) -> None:
        self._tools = tools
        self._pages = pages
        self._rows = rows
        self._guard = guard

    def routes(self) -> list[Route]:
        """The paths."""
        one = f"{OFFICERS}/{{number:int}}"
        guard = self._guard
        return [
            Route(OFFICERS, guard.looks(self._show), methods=["GET"]),
            Route(OFFICERS, guard.acts(self._add), methods=["POST"]),
            Route(f"{one}/code", guard.acts(self._code), methods=["POST"]),
            Route(f"{one}/revoke", guard.acts(self._revoke), methods=["POST"]),
            Route(f"{one}/roster", guard.acts(self._roster), methods=["POST"]),
        ]

    def person(self, officer: Officer, visit: Visit) -> Person:
        """What is shown of one officer."""
        words = visit.words
        shifts = self._tools.officers.roster(officer.id)
        accounts = self._tools.officers.accounts(officer.id)
        return Person(
            id=officer.id,
            name=officer.name,
            role=words.of("role", officer.role),
            missions=tuple(self._rows.mission(each, visit) for each in officer.missions),
            functions=tuple(words.of("function", each) for each in officer.functions),
            languages=officer.languages,
            channels=tuple(words.of("channel", each.channel) for each in accounts),
            is_on_duty=self._tools.recipients.is_on_duty(officer),
            away_until=None if is_here(officer, words.now) else officer.away_until,
            days=tuple(_day(shifts, day) for day in _WEEK),
            is_me=officer.id == visit.officer.id,
        )

    def _show(self, visit: Visit) -> Response:
        _only_managers(visit)
        return self._page(visit)

    def _add(self, visit: Visit) -> Response:
        _only_managers(visit)
        functions = tuple(filter(None, (_known(Function, each) for each in visit.all("function"))))
        languages = visit.form.get("languages", "").lower().replace(" ", "")
        role = _known(Role, visit.form.get("role", ""))

        def act() -> Added:
            if role is None:
                raise InvalidWish("no such role")
            return self._tools.add_officer(
                visit.form.get("name", ""),
                role,
                missions=visit.all("mission"),
                functions=functions,
                languages=tuple(filter(None, languages.split(","))),
                by=visit.officer.id,
            )

        return self._with_code(visit, "done_add", act)

    def _code(self, visit: Visit) -> Response:
        _only_managers(visit)
        number = int(visit.path["number"])
        return self._with_code(
            visit,
            "done_code",
            lambda: self._tools.add_officer.new_code(number, by=visit.officer.id),
        )

    def _revoke(self, visit: Visit) -> Response:
        _only_managers(visit)
        number = int(visit.path["number"])
        return self._do(visit, "revoke", lambda: self._tools.revoke(number, by=visit.officer.id))

    def _roster(self, visit: Visit) -> Response:
        _only_managers(visit)
        number = int(visit.path["number"])

        def act() -> None:
            shifts = [
                shift for day in _WEEK for shift in _shifts(day, visit.form.get(f"day_{day}", ""))
            ]
            self._tools.duty.roster(number, shifts, by=visit.officer.id)

        return self._do(visit, "roster", act)

    def _do(self, visit: Visit, action: str, act: Callable[[], Any]) -> Response:
        try:
            act()
        except (InvalidWish, NotAllowed) as error:
            return self._refused(visit, error)
        return RedirectResponse(f"{OFFICERS}?done={action}", status_code=303, headers=HEADERS)

    def _with_code(self, visit: Visit, title: str, act: Callable[[], Added]) -> Response:
        """Shows the code in the answer itself: it stands nowhere else."""
        try:
            added = act()
        except (InvalidWish, NotAllowed) as error:
            return self._refused(visit, error)
        name = visit.words(title, name=added.officer.name)
        return self._page(visit, code=(name, added.code))

    def _refused(self, visit: Visit, error: Exception) -> Response:
        is_forbidden = isinstance(error, NotAllowed)
        notice = visit.words("not_allowed" if is_forbidden else "not_wish")
        return self._page(visit, notice=notice, status=403 if is_forbidden else 422)

    def _page(
        self,
        visit: Visit,
        *,
        code: tuple[str, str] | None = None,
        notice: str | None = None,
        status: int = 200,
    ) -> Response:
        me, words = visit.officer, visit.words
        known = [each for each in self._tools.officers.active() if may_manage(me, each)]
        roles = [role for role in Role if tuple(Role).index(role) <= tuple(Role).index(me.role)]
        done = visit.query.get("done", "")
        values = {
            "people": [self.person(officer, visit) for officer in known],
            "missions": [(each, self._rows.mission(each, visit)) for each in me.missions],
            "functions": [(each.value, words.of("function", each)) for each in Function],
            "roles": [(each.value, words.of("role", each)) for each in roles],
            "days": [words(f"day_{day}") for day in _WEEK],
            "code": code,
            "notice": notice,
            "done": done if done in _DONE else None,
            "typed": visit.form if notice else {},
        }
        return self._pages.render("officers.html", words, visit=visit, status=status, values=values)


def is_manager(officer: Officer) -> bool:
    """Whether the officer has anybody to manage."""
    return officer.role in (Role.HEAD, Role.ADMIN)


def _only_managers(visit: Visit) -> None:
    if not is_manager(visit.officer):
        raise UnknownCase("not for this officer")


def _shifts(day: int, text: str) -> list[RosterShift]:
    shifts = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        match = _SHIFT.match(part)
        if match is None:
            raise InvalidWish("a shift is HH:MM-HH:MM")
        hours = [int(group) for group in match.groups()]
        try:
            starts, ends = time(hours[0], hours[1]), time(hours[2], hours[3])
        except ValueError:
            raise InvalidWish("no such time") from None
        shifts.append(RosterShift(day, starts, ends))
    return shifts


def _day(shifts: tuple[RosterShift, ...], day: int) -> str:
    return ", ".join(
        f"{each.starts:%H:%M}-{each.ends:%H:%M}" for each in shifts if each.weekday == day
    )


def _known(kind: Any, word: str) -> Any:
    return next((each for each in kind if each.value == word), None)
