"""The queue's page: who waits, who is looked after by whom, what was closed lately."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from bot.casework.case import Case, Function, Priority
from bot.casework.events import by_officer
from bot.casework.officers import may_see
from bot.casework.reference import ALPHABET, parse_reference
from bot.desk.pages import HEADERS, Pages
from bot.desk.rows import CASES, Rows
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit

QUEUE = "/desk"
_TABS = ("waiting", "claimed", "mine", "closed")
_MOST_ROWS = 150
_TAIL = re.compile(rf"^[{ALPHABET}]{{4}}$")
_DONE = ("release", "transfer", "decline")


@dataclass(frozen=True)
class Tab:
    """One list of cases."""

    name: str
    url: str
    count: int
    is_current: bool
    has_p1: bool


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    name: str
    is_chosen: bool


class QueuePage:
    """`/desk` and the search."""

    def __init__(self, tools: DeskTools, pages: Pages, rows: Rows) -> None:
        self._tools = tools
        self._pages = pages
        self._rows = rows

    def show(self, visit: Visit) -> Response:
        """The lists, as far as this officer may see them."""
        return self._page(visit)

    def find(self, visit: Visit) -> Response:
        """Goes to a case by its reference, or by the last four characters of one that is seen."""
        asked = visit.query.get("reference", "")
        known = parse_reference(asked) or self._by_tail(asked, visit)
        case = self._tools.cases.get(known) if known else None
        if case is not None and may_see(visit.officer, case):
            return RedirectResponse(f"{CASES}/{known}", status_code=303, headers=HEADERS)
        self._tools.audit.record(
            by_officer(visit.officer.id),
            "desk.find",
            subject=known or "not a reference",
            result="unknown",
        )
        return self._page(visit, not_found=asked[:40], status=404)

    def _page(self, visit: Visit, *, not_found: str | None = None, status: int = 200) -> Response:
        lists = self._lists(visit.officer.id)
        tab = visit.query.get("tab", "")
        tab = tab if tab in _TABS else "waiting"
        keep = _filter(visit)
        found = {name: [case for case in lists[name] if keep(case)] for name in _TABS}
        shown = found[tab]
        if not visit.is_live:
            self._tools.audit.record(
                by_officer(visit.officer.id), "desk.queue", subject=tab, result="done"
            )
        values = {
            "tab": tab,
            "tabs": [
                Tab(
                    name,
                    url=_url(visit, tab=name),
                    count=len(found[name]),
                    is_current=name == tab,
                    has_p1=any(case.priority is Priority.P1 for case in found[name]),
                )
                for name in _TABS
            ],
            "rows": self._rows.of(shown[:_MOST_ROWS], visit),
            "more": max(0, len(shown) - _MOST_ROWS),
            "filters": self._filters(visit, lists),
            "is_filtered": any(
                visit.query.get(name) for name in ("mission", "function", "priority")
            ),
            "waiting": len(found["waiting"]),
            "mark": self._tools.looks.marks(()).desk,
            "done": visit.query.get("done", "") if visit.query.get("done") in _DONE else None,
            "not_found": not_found,
        }
        return self._pages.render(
            "queue.html", visit.words, visit=visit, status=status, values=values
        )

    def _lists(self, officer: int) -> dict[str, tuple[Case, ...]]:
        see = self._tools.see
        return {
            "waiting": see.queue(officer),
            "claimed": see.claimed(officer),
            "mine": see.mine(officer),
            "closed": see.closed_lately(officer),
        }

    def _visible(self, officer: int) -> tuple[Case, ...]:
        return tuple(case for cases in self._lists(officer).values() for case in cases)

    def _by_tail(self, asked: str, visit: Visit) -> str | None:
        tail = asked.strip().upper()
        if not _TAIL.match(tail):
            return None
        found = {c.reference for c in self._visible(visit.officer.id) if c.reference.endswith(tail)}
        return found.pop() if len(found) == 1 else None

    def _filters(
        self, visit: Visit, lists: dict[str, tuple[Case, ...]]
    ) -> dict[str, tuple[Option, ...]]:
        missions = {case.mission_id or "-" for cases in lists.values() for case in cases}
        missions |= set(visit.officer.missions)
        names = {
            each: self._rows.mission(None if each == "-" else each, visit) for each in missions
        }
        ordered = sorted(names, key=lambda each: names[each])
        words = visit.words
        return {
            "mission": _options(visit, "mission", ((each, names[each]) for each in ordered)),
            "function": _options(
                visit, "function", ((f.value, words.of("function", f)) for f in Function)
            ),
            "priority": _options(
                visit,
                "priority",
                ((p.value, f"{p.value} · {words.of('priority', p)}") for p in Priority),
            ),
        }


def _options(visit: Visit, name: str, choices: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    chosen = visit.query.get(name, "")
    return tuple(Option(value, label, value == chosen) for value, label in choices)


def _filter(visit: Visit) -> Callable[[Case], bool]:
    mission = visit.query.get("mission", "")
    function = visit.query.get("function", "")
    priority = visit.query.get("priority", "")

    def keeps(case: Case) -> bool:
        return (
            mission in ("", case.mission_id or "-")
            and function in ("", case.function.value)
            and priority in ("", case.priority.value)
        )

    return keeps


def _url(visit: Visit, *, tab: str) -> str:
    chosen = {name: visit.query.get(name, "") for name in ("mission", "function", "priority")}
    given = {name: value for name, value in {"tab": tab, **chosen}.items() if value}
    return f"{QUEUE}?{urlencode(given)}"
