"""What an officer does with a case: every post of its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from anyio import from_thread
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.casework.canned import fitting
from bot.casework.case import Function, Outcome
from bot.casework.errors import (
    AlreadyClaimed,
    CaseError,
    ConversationHeld,
    GraceOver,
    InvalidWish,
    NotAllowed,
    StaleCase,
    UnknownCase,
    WrongState,
)
from bot.casework.events import by_officer
from bot.casework.officers import may_see, may_write
from bot.channels.sendable import LARGEST_BYTES, LARGEST_MEGABYTES, sent_kind
from bot.desk.case_page import LONGEST_TEXT, CasePage, Draft
from bot.desk.guard import Guard
from bot.desk.pages import HEADERS
from bot.desk.rows import CASES
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.desk.words import Words
from bot.errors import SendFailed
from bot.messages import Attachment, Home, OutboundMessage

_QUEUE = "/desk"
_LONGEST_KEY = 40
_NOTHING = Draft()
# Afterwards the officer has nothing more to do there.
_LEAVES = ("decline", "release", "transfer")


class CaseActions:
    """`POST /desk/cases/KSL-…/<action>`."""

    def __init__(self, tools: DeskTools, page: CasePage, guard: Guard) -> None:
        self._tools = tools
        self._page = page
        self._guard = guard

    def routes(self) -> list[Route]:
        """The paths."""
        actions: dict[str, Callable[[Visit], Response]] = {
            "claim": self._claim,
            "decline": self._decline,
            "release": self._release,
            "transfer": self._transfer,
            "close": self._close,
            "reopen": self._reopen,
            "note": self._note,
            "reveal": self._page.reveal,
        }
        with_file = {"reply": self._reply, "draft": self._draft}
        endpoints = {name: self._guard.acts(action) for name, action in actions.items()}
        endpoints |= {
            name: self._guard.acts(action, takes_file=True) for name, action in with_file.items()
        }
        return [
            Route(f"{CASES}/{{reference}}/{name}", endpoint, methods=["POST"])
            for name, endpoint in endpoints.items()
        ]

    def _claim(self, visit: Visit) -> Response:
        return self._do(visit, "claim", lambda case, me: self._tools.claim(case, me))

    def _decline(self, visit: Visit) -> Response:
        return self._do(visit, "decline", lambda case, me: self._tools.decline(case, me))

    def _release(self, visit: Visit) -> Response:
        return self._do(
            visit, "release", lambda case, me: self._tools.release(case, me), looks_first=True
        )

    def _reopen(self, visit: Visit) -> Response:
        return self._do(visit, "reopen", lambda case, me: self._tools.reopen(case, me))

    def _close(self, visit: Visit) -> Response:
        def act(case: str, me: int) -> None:
            outcome = _one_of(Outcome, visit.form.get("outcome", ""))
            if outcome is None:
                raise InvalidWish("no outcome")
            self._tools.close(case, me, outcome=outcome)

        return self._do(visit, "close", act, looks_first=True)

    def _transfer(self, visit: Visit) -> Response:
        def act(case: str, me: int) -> None:
            officer = visit.form.get("officer", "")
            self._tools.transfer(
                case,
                me,
                mission_id=visit.form.get("mission") or None,
                function=_one_of(Function, visit.form.get("function", "")),
                to_officer=int(officer) if officer.isdecimal() else None,
                note=_written(visit, "note"),
            )

        return self._do(visit, "transfer", act, looks_first=True)

    def _note(self, visit: Visit) -> Response:
        text = _written(visit, "text")
        return self._do(
            visit,
            "note",
            lambda case, me: self._tools.note(case, me, text=text),
            text=text,
            draft=Draft(note=text),
        )

    def _reply(self, visit: Visit) -> Response:
        text = _written(visit, "text")
        key = visit.form.get("key", "")[:_LONGEST_KEY]

        def act(case: str, me: int) -> None:
            files = self._kept(visit) if visit.file else ()
            message = OutboundMessage(text, attachments=files)
            self._tools.reply(me, message, key=f"desk:{key}", reference=case)

        is_file_alone = bool(visit.file) and not text
        draft = Draft(reply=text)
        return self._do(visit, "reply", act, text=None if is_file_alone else text, draft=draft)

    def _kept(self, visit: Visit) -> tuple[Attachment, ...]:
        """The visit's file in our store; nothing of who may not write, which is said anyway."""
        case = self._tools.cases.get(visit.path["reference"])
        if case is None or not may_write(visit.officer, case):
            return ()
        if len(visit.file) > LARGEST_BYTES:
            raise _Unfit("file_large", n=LARGEST_MEGABYTES)
        found = sent_kind(visit.file)
        if found is None:
            raise _Unfit("file_unfit")
        try:
            key = from_thread.run(self._tools.keep.put, visit.file)
        except SendFailed:
            raise _Unfit("file_store_away") from None
        kind, media_type = found
        return (Attachment(kind, key, media_type, len(visit.file), home=Home.WEB),)

    def _draft(self, visit: Visit) -> Response:
        """Puts a canned reply into the box, for a browser without our script."""
        case = self._tools.cases.get(visit.path["reference"])
        if case is None or not may_see(visit.officer, case):
            raise UnknownCase("not visible")
        wanted = visit.form.get("canned", "")
        found = [
            reply.filled(case, officer=visit.officer.name)
            for reply in fitting(self._tools.canned, case)
            if reply.id == wanted
        ]
        return self._page.page(visit, Draft(reply="\n\n".join([*_typed(visit), *found])))

    def _do(
        self,
        visit: Visit,
        action: str,
        act: Callable[[str, int], Any],
        *,
        text: str | None = None,
        draft: Draft = _NOTHING,
        looks_first: bool = False,
    ) -> Response:
        """Acts, and goes on to the page that shows it; a refusal stands on the case's page.

        Args:
            text: what is to be written, where there is something.
            draft: what stays in the boxes after a refusal.
            looks_first: refuses if the case is not in the hands that the officer saw.
        """
        reference, me = visit.path["reference"], visit.officer.id
        try:
            if text is not None:
                _check_text(text)
            if looks_first:
                self._check_holder(visit)
            act(reference, me)
        except UnknownCase:
            raise
        except _Unfit as error:
            notice = visit.words(error.name, n=error.n)
            return self._page.page(visit, replace(draft, notice=notice), status=422)
        except CaseError as error:
            self._record(visit, action, "refused")
            notice = _explained(error, action, visit.words)
            return self._page.page(visit, replace(draft, notice=notice), status=409)
        self._record(visit, action, "done")
        to = f"{_QUEUE}?done={action}"
        if action not in _LEAVES:
            to = f"{CASES}/{reference}?done={action}#latest"
        return RedirectResponse(to, status_code=303, headers=HEADERS)

    def _check_holder(self, visit: Visit) -> None:
        case = self._tools.cases.get(visit.path["reference"])
        if case is None or not may_see(visit.officer, case):
            return  # the rule says so itself
        if visit.form.get("holder", "") == str(case.claimed_by or ""):
            return
        if case.claimed_by is None or case.claimed_by == visit.officer.id:
            raise StaleCase(case.reference)
        holder = self._tools.officers.get(case.claimed_by)
        raise AlreadyClaimed(
            case.reference,
            officer_id=case.claimed_by,
            name=holder.name if holder else "",
            since=case.claimed_at or case.opened_at,
        )

    def _record(self, visit: Visit, action: str, result: str) -> None:
        self._tools.audit.record(
            by_officer(visit.officer.id),
            f"desk.{action}",
            subject=visit.path["reference"][:64],
            result=result,
        )


class _Unfit(Exception):
    """Nothing written, too much, or no fitting file; `name` is the text that says so."""

    def __init__(self, name: str, n: int = LONGEST_TEXT) -> None:
        super().__init__(name)
        self.name = name
        self.n = n


def _check_text(text: str) -> None:
    if not text:
        raise _Unfit("not_empty")
    if len(text) > LONGEST_TEXT:
        raise _Unfit("not_long")


def _written(visit: Visit, name: str) -> str:
    return visit.form.get(name, "").replace("\r\n", "\n").strip()


def _typed(visit: Visit) -> list[str]:
    text = _written(visit, "text")
    return [text] if text else []


def _one_of(kind: Any, word: str) -> Any:
    return next((each for each in kind if each.value == word), None)


def _explained(error: CaseError, action: str, words: Words) -> str:
    if isinstance(error, ConversationHeld):
        return words("not_held", name=error.name, reference=error.reference)
    if isinstance(error, AlreadyClaimed):
        return words("not_taken", name=error.name, time=words.moment(error.since))
    if isinstance(error, NotAllowed):
        return words("not_yours" if action == "reply" else "not_allowed")
    if isinstance(error, WrongState):
        if error.state == "duplicate":
            return words("not_state_duplicate")
        return words("not_state", state=words.of("state", error.state))
    if isinstance(error, InvalidWish):
        return words("not_wish_transfer" if action == "transfer" else "not_wish")
    return words("not_grace" if isinstance(error, GraceOver) else "not_fresh")
