"""One case: who, where, what was said, and what this officer may do about it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from bot.casework.canned import fitting
from bot.casework.case import Case, CaseState, Function, Level, Outcome
from bot.casework.events import by_officer, officer_of
from bot.casework.masking import masked, masked_address, plain_address
from bot.casework.officers import (
    KEMLU_DESK,
    Officer,
    may_claim,
    may_close,
    may_export,
    may_release,
    may_reopen,
    may_see,
    may_transfer,
    may_write,
)
from bot.casework.timetable import LAST_CALL
from bot.channels.sendable import LARGEST_MEGABYTES
from bot.desk.pages import Pages
from bot.desk.rows import CASES, Rows
from bot.desk.talk import WORDS, before, conversation, map_link, told
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.services.desk_ports import Citizen
from bot.services.see_case import CaseView

LONGEST_TEXT = 4000
_LISTED = 40
_PRIVATE = ("phone", "nik", "passport", "postcode", "email")
_DONE = ("claim", "decline", "reopen", "reply", "note", "release", "transfer", "close")


@dataclass(frozen=True)
class Field:
    """A name and a value."""

    name: str
    value: str
    link: str | None = None


@dataclass(frozen=True)
class ShownWindow:
    """WhatsApp's window; closed without an end."""

    closes_at: datetime | None
    is_closing: bool = False


@dataclass(frozen=True)
class Draft:
    """What stands in the page's boxes.

    Args:
        notice: a refusal, in words.
        reply: the reply box.
        note: the note box.
        is_revealed: whether numbers are shown whole.
    """

    notice: str | None = None
    reply: str = ""
    note: str = ""
    is_revealed: bool = False


_EMPTY = Draft()


class CasePage:
    """`/desk/cases/…`."""

    def __init__(self, tools: DeskTools, pages: Pages, rows: Rows) -> None:
        self._tools = tools
        self._pages = pages
        self._rows = rows

    def show(self, visit: Visit) -> Response:
        """The page.

        Raises:
            UnknownCase: none that this officer may see.
        """
        return self.page(visit)

    def reveal(self, visit: Visit) -> Response:
        """The page with whole numbers, for who has or had the case and for seniors; on record.

        Raises:
            UnknownCase: none that this officer may see.
        """
        case = self._tools.see(visit.path["reference"], visit.officer.id).case
        is_allowed = may_export(visit.officer, case)
        self._tools.audit.record(
            by_officer(visit.officer.id),
            "desk.reveal",
            subject=case.reference,
            result="done" if is_allowed else "not_allowed",
        )
        if not is_allowed:
            return self.page(visit, Draft(notice=visit.words("not_allowed")), status=403)
        return self.page(visit, Draft(is_revealed=True))

    def page(self, visit: Visit, draft: Draft = _EMPTY, *, status: int = 200) -> Response:
        """The page as it stands now, with what is to be kept in its boxes."""
        view = self._tools.see(visit.path["reference"], visit.officer.id)
        case, words = view.case, visit.words
        names = self._rows.names(_people(view))
        citizen = self._tools.looks.citizen(case.conversation_id)
        marks = self._tools.looks.marks((case.reference,))
        values = {
            "case": case,
            "row": self._rows.of((case,), visit)[0],
            "who": names,
            "address": _address(citizen, is_whole=draft.is_revealed),
            "window": self._window(case, visit),
            "place": map_link(case.location) if case.location else None,
            "facts": self._facts(view, citizen, visit),
            "form": self._form(view, visit, is_whole=draft.is_revealed),
            "summary": view.context.summary,
            "before": before(view.context, view.entries, words),
            "lines": conversation(
                view.entries, view.events, words, names=names, me=visit.officer.id
            ),
            "history": [
                (event.at, told(event, words, names=names))
                for event in view.events
                if event.kind not in WORDS
            ],
            "earlier": self._rows.of(reversed(view.earlier), visit),
            "may": _rights(visit.officer, case),
            "canned": [
                (
                    reply.id,
                    reply.title.text(words.language),
                    reply.filled(case, officer=visit.officer.name),
                )
                for reply in fitting(self._tools.canned, case)
            ],
            "transfer": self._destinations(case, visit),
            "outcomes": [(each.value, words.of("outcome", each)) for each in Outcome],
            "key": secrets.token_urlsafe(12),
            "longest": LONGEST_TEXT,
            "largest_file": LARGEST_MEGABYTES,
            "draft": draft,
            "done": visit.query.get("done") if visit.query.get("done") in _DONE else None,
            "mark": marks.cases[case.reference],
            "mine": self._rows.of(self._tools.see.mine(visit.officer.id), visit),
            "queue": self._rows.of(self._tools.see.queue(visit.officer.id)[:_LISTED], visit),
            "url": f"{CASES}/{case.reference}",
        }
        return self._pages.render("case.html", words, visit=visit, status=status, values=values)

    def _window(self, case: Case, visit: Visit) -> ShownWindow | None:
        window = self._tools.window(case.conversation_id) if case.is_open else None
        if window is None or window.closes_at is None:
            return ShownWindow(None) if window else None
        left = window.closes_at - visit.words.now
        return ShownWindow(window.closes_at, is_closing=left < LAST_CALL)

    def _facts(self, view: CaseView, citizen: Citizen | None, visit: Visit) -> tuple[Field, ...]:
        case, words = view.case, visit.words
        found: list[tuple[str, str | None]] = [
            ("field_mission", self._rows.mission(case.mission_id, visit)),
            ("field_function", words.of("function", case.function)),
            ("field_language", words.of("language", case.language)),
            ("field_channel", words.of("channel", citizen.channel) if citizen else None),
            ("field_reason", words.of("reason", case.reason)),
            ("field_for_whom", words.of("who", case.for_whom) if case.for_whom else None),
            (
                "field_level",
                None if case.level is Level.OFFICERS else words.of("level", case.level),
            ),
            ("field_opened", words.full(case.opened_at)),
            ("field_target", words.full(case.target_at) if case.target_at else None),
            ("field_first_reply", words.full(case.first_reply_at) if case.first_reply_at else None),
            ("field_closed", words.full(case.closed_at) if case.closed_at else None),
            ("field_outcome", words.of("outcome", case.outcome) if case.outcome else None),
            ("field_stars", words("stars", n=case.stars) if case.stars else None),
        ]
        return tuple(Field(words(name), value) for name, value in found if value)

    def _form(self, view: CaseView, visit: Visit, *, is_whole: bool) -> tuple[Field, ...]:
        language = visit.words.language
        found = []
        for key, value in view.context.form:
            label = self._tools.field_names.get(key, {}).get(language)
            name = label or visit.words.of("form", key)
            is_link = value.startswith("https://www.openstreetmap.org/")
            is_private = any(word in key for word in _PRIVATE)
            shown = value if is_whole or not is_private else masked(value)
            link = value if is_link else None
            found.append(Field(name, visit.words("open_map") if is_link else shown, link=link))
        return tuple(found)

    def _destinations(self, case: Case, visit: Visit) -> dict[str, list[tuple[str, str]]]:
        if not (case.is_open and may_transfer(visit.officer, case)):
            return {}
        words = visit.words
        missions = sorted(
            (mission.name.text(words.language), mission.id)
            for mission in self._tools.facts.missions()
            if mission.id != case.mission_id
        )
        colleagues = [
            officer
            for officer in self._tools.officers.active()
            if officer.id not in (visit.officer.id, case.claimed_by) and may_see(officer, case)
        ]
        return {
            "missions": [(KEMLU_DESK, words("mission_kemlu"))][: case.mission_id != KEMLU_DESK]
            + [(number, name) for name, number in missions],
            "functions": [
                (each.value, words.of("function", each))
                for each in Function
                if each is not case.function
            ],
            "officers": [(str(each.id), self._colleague(each, visit)) for each in colleagues],
        }

    def _colleague(self, officer: Officer, visit: Visit) -> str:
        role = visit.words.of("role", officer.role)
        is_on = self._tools.recipients.is_on_duty(officer)
        duty = f" · {visit.words('on_duty')}" if is_on else ""
        return f"{officer.name} · {role}{duty}"


def _rights(officer: Officer, case: Case) -> dict[str, bool]:
    is_claimed = case.state is CaseState.CLAIMED
    is_queued = case.state is CaseState.QUEUED
    return {
        "claim": may_claim(officer, case),
        "decline": is_queued,
        "write": may_write(officer, case),
        "release": is_claimed and may_release(officer, case),
        "transfer": case.is_open and may_transfer(officer, case),
        "close": case.is_open and may_close(officer, case),
        "reopen": not case.is_open and may_reopen(officer, case),
        "export": may_export(officer, case),
    }


def _people(view: CaseView) -> Iterable[int | None]:
    case = view.case
    yield case.claimed_by
    yield case.last_officer
    for entry in view.entries:
        yield entry.officer_id
    for event in view.events:
        yield officer_of(event.actor)
        named = event.details.get("officer", "")
        yield int(named) if named.isdecimal() else None


def _address(citizen: Citizen | None, *, is_whole: bool) -> str:
    if citizen is None:
        return ""
    shown = plain_address if is_whole else masked_address
    return shown(citizen.channel, citizen.address)
