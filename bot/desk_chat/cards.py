"""What an officer reads in the chat, from `data/responses/desk.yml`, in the officer's language.

Every message about one case names it in its first line: a quoted message tells the case by that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.casework.case import Case, CaseState, Function, Outcome, Priority
from bot.casework.officers import (
    Officer,
    may_close,
    may_note,
    may_reopen,
    may_see,
    may_transfer,
    may_write,
)
from bot.casework.reference import parse_reference
from bot.clock import Clock
from bot.content.case_words import CatalogueCaseWords
from bot.content.catalogue import Catalogue
from bot.content.words import clock_time, country_name, local_time
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Do
from bot.desk_chat.lines import said_lines
from bot.messages import Button, InboundMessage, Location, OutboundMessage
from bot.services.see_case import CaseView
from bot.services.windows import WindowLook

LANGUAGES = ("id", "en")
_MARKS = {Priority.P1: "🔴", Priority.P2: "🟠", Priority.P3: "🟢"}
_MAP = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=16/{0:.5f}/{1:.5f}"
_REFERENCE = re.compile(r"KSL-\d{6}-[A-Z0-9]{4}")
_BETWEEN = " · "
_LINES = 5
_MANY_LINES = 25
_LISTED = 10
# What stands elsewhere on the card.
_KNOWN_FIELDS = ("map",)
Values = dict[str, Any]


class Cards:
    """Renders for one officer at a time.

    Args:
        words: names of missions.
        zone: the time zone of an officer's mission (IANA).
        name: an officer's name by number.
        window: how long a citizen on WhatsApp can still be written to.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        words: CatalogueCaseWords,
        *,
        zone: Callable[[Officer], str],
        name: Callable[[int], str],
        window: WindowLook,
        clock: Clock,
    ) -> None:
        self._catalogue = catalogue
        self._words = words
        self._zone = zone
        self._name = name
        self._window = window
        self._clock = clock

    def text(self, key: str, officer: Officer, **values: Any) -> str:
        """Words of `utter_desk_<key>`."""
        return self._catalogue.text(f"utter_desk_{key}", language_of(officer), **values)

    def message(
        self, key: str, officer: Officer, *buttons: Button, **values: Any
    ) -> OutboundMessage:
        """A message of `utter_desk_<key>`; never with the citizens' keyboard."""
        text = self.text(key, officer, **values)
        return OutboundMessage(text, buttons=buttons, clears_keyboard=True)

    def button(
        self, officer: Officer, do: Do, reference: str | None = None, *, argument: str = ""
    ) -> Button:
        """The button of a command, with its usual title."""
        title = self.text(f"button_{do.value}", officer)
        return button(title, do, reference, argument=argument)

    def news(self, view: CaseView, officer: Officer, *, key: str | None = None) -> OutboundMessage:
        """The card of a waiting case, with what can be done about it.

        Args:
            key: of a line above it: why it comes (again).
        """
        case = view.case
        buttons = [
            self.button(officer, Do.CLAIM, case.reference),
            self.button(officer, Do.DECLINE, case.reference),
            self.button(officer, Do.TRANSFER, case.reference),
        ]
        card = self.card(view, officer)
        if key is not None:
            head = self.text(key, officer, case=case.reference)
            card = replace(card, text=f"{head}\n\n{card.text}")
        return replace(card, buttons=tuple(buttons))

    def taken(self, view: CaseView, officer: Officer, *, key: str = "claimed") -> OutboundMessage:
        """What the officer who has a case now must know."""
        head = self.text(key, officer, case=view.case.reference)
        card = self.card(view, officer, most=_MANY_LINES)
        return replace(card, text=f"{head}\n\n{card.text}")

    def card(self, view: CaseView, officer: Officer, *, most: int = _LINES) -> OutboundMessage:
        """Everything about a case, with the buttons that fit where it stands."""
        text = self._catalogue.text(
            "utter_desk_card", language_of(officer), **self._values(view, officer, most)
        )
        buttons = tuple(self._buttons(view.case, officer))
        return OutboundMessage(text, buttons=buttons, clears_keyboard=True)

    def listed(self, key: str, cases: Iterable[Case], officer: Officer) -> OutboundMessage:
        """A list of cases, each with a button that shows it."""
        found = list(cases)
        shown = found[:_LISTED]
        rest = len(found) - len(shown)
        return self.message(
            key,
            officer,
            *(button(case.reference, Do.CASE, case.reference) for case in shown),
            count=str(len(found)),
            cases=[self.line(case, officer) for case in shown],
            rest=str(rest) if rest else None,
        )

    def line(self, case: Case, officer: Officer) -> str:
        """A case in one line."""
        held = self._name(case.claimed_by) if case.claimed_by is not None else None
        parts = (
            f"{_MARKS[case.priority]} {case.reference}",
            self.subject(case, officer),
            self._words.desk_name(case.mission_id, language_of(officer)),
            self.clock(case.opened_at, officer),
            held,
        )
        return " · ".join(part for part in parts if part)

    def topic_title(self, case: Case, officer: Officer) -> str:
        """What a case's topic in a forum is called."""
        return f"{_MARKS[case.priority]} {case.reference} · {self.subject(case, officer)}"

    def heard(self, case: Case, message: InboundMessage, officer: Officer) -> str:
        """A citizen's words, with the case and what else was sent."""
        return self._quoted("heard", case, message, officer)

    def said(self, case: Case, message: OutboundMessage, officer: Officer, *, by: str) -> str:
        """A colleague's words to the citizen, with the case and what else was sent.

        Args:
            by: the colleague's name.
        """
        return self._quoted("said", case, message, officer, name=by)

    def _quoted(
        self,
        key: str,
        case: Case,
        message: InboundMessage | OutboundMessage,
        officer: Officer,
        **values: str,
    ) -> str:
        files = [self.text(f"file_{each.kind.value}", officer) for each in message.attachments]
        return self.text(
            key,
            officer,
            mark=_MARKS[case.priority],
            case=case.reference,
            words=message.text or None,
            files=", ".join(files) or None,
            map=map_link(message.location) if message.location else None,
            **values,
        )

    def subject(self, case: Case, officer: Officer) -> str:
        """What a case is about."""
        key = f"utter_meaning_{case.subject}"
        if key in self._catalogue:
            return self._catalogue.text(key, language_of(officer))
        return case.subject.replace("_", " ")

    def reason(self, code: str, officer: Officer) -> str:
        """Why a message has not arrived, in words where we have some."""
        return self._label("code", code, officer) or code

    def missions(self, officer: Officer) -> str:
        """The names of an officer's missions."""
        language = language_of(officer)
        return ", ".join(self._words.desk_name(each, language) for each in officer.missions)

    def clock(self, at: datetime | None, officer: Officer) -> str:
        """A time of day on the officer's own clock."""
        return clock_time(at, self._zone(officer), language_of(officer)) if at else ""

    def day(self, at: datetime, officer: Officer) -> str:
        """A day and a time on the officer's own clock."""
        return local_time(at, self._zone(officer), language_of(officer))

    def outcomes(self, case: Case, officer: Officer) -> tuple[Button, ...]:
        """One button for each way in which a case can end."""
        return tuple(
            button(
                self.text(f"outcome_{outcome.value}", officer),
                Do.CLOSE,
                case.reference,
                argument=outcome.value,
            )
            for outcome in Outcome
        )

    def functions(self, case: Case, officer: Officer) -> tuple[Button, ...]:
        """One button for each other desk of the mission."""
        return tuple(
            button(
                self.text(f"function_{function.value}", officer),
                Do.TRANSFER,
                case.reference,
                argument=function.value,
            )
            for function in Function
            if function is not case.function
        )

    def _buttons(self, case: Case, officer: Officer) -> Iterable[Button]:
        can: Mapping[Do, bool] = {
            Do.CLAIM: case.state is CaseState.QUEUED,
            Do.DECLINE: case.state is CaseState.QUEUED,
            Do.CANNED: may_write(officer, case),
            Do.NOTE: may_note(officer, case) and case.is_open,
            Do.TRANSFER: may_transfer(officer, case) and case.is_open,
            Do.RELEASE: may_write(officer, case),
            Do.CLOSE: may_close(officer, case) and case.is_open,
            Do.REOPEN: may_reopen(officer, case) and not case.is_open,
        }
        return (self.button(officer, do, case.reference) for do, is_so in can.items() if is_so)

    def _values(self, view: CaseView, officer: Officer, most: int) -> Values:
        case, language = view.case, language_of(officer)
        # In a group the reader sees less than the officer who asked.
        earlier = [other for other in view.earlier if may_see(officer, other)]
        lines, more = said_lines(view, officer, cards=self, name=self._name, most=most)
        return {
            "mark": _MARKS[case.priority],
            "case": case.reference,
            "priority": case.priority.value,
            "function": self.text(f"function_{case.function.value}", officer),
            "mission": self._words.desk_name(case.mission_id, language),
            "state": self._state(case, officer),
            "subject": self.subject(case, officer),
            "map": map_link(case.location) if case.location else None,
            "speaks": self._label("speaks", case.language, officer),
            "for_whom": self._label("who", case.for_whom, officer),
            "wishes": "; ".join(self._label("wish", each, officer) or "" for each in case.wishes),
            "summary": self._summary(view, officer),
            "form": list(self._form(view, officer)),
            "window": self._left(case, officer),
            "lines": lines,
            "more": str(more) if more else None,
            "earlier": ", ".join(other.reference for other in earlier) or None,
        }

    def _state(self, case: Case, officer: Officer) -> str:
        if case.state is CaseState.CLAIMED:
            name = self._name(case.claimed_by or 0)
            return self.text(
                "state_claimed", officer, name=name, at=self.day(case.opened_at, officer)
            )
        if case.state is CaseState.CLOSED and case.outcome is not None:
            outcome = self.text(f"outcome_{case.outcome.value}", officer)
            return self.text("state_closed", officer, outcome=outcome)
        return self.text("state_queued", officer, at=self.day(case.opened_at, officer))

    def _left(self, case: Case, officer: Officer) -> str | None:
        """What is left of the citizen's window."""
        window = self._window(case.conversation_id) if case.is_open else None
        if window is None:
            return None
        if window.closes_at is None:
            return self.text("window_closed", officer)
        minutes = max(0, int((window.closes_at - self._clock()).total_seconds())) // 60
        return self.text(
            "window_left",
            officer,
            hours=str(minutes // 60),
            minutes=str(minutes % 60),
            at=self.clock(window.closes_at, officer),
        )

    def _summary(self, view: CaseView, officer: Officer) -> str | None:
        """In the closed words of an emergency, or in the citizen's own."""
        parts = view.context.summary.split(_BETWEEN)
        return _BETWEEN.join(self._label("kind", part, officer) or "" for part in parts) or None

    def _form(self, view: CaseView, officer: Officer) -> Iterable[str]:
        for name, value in view.context.form:
            if name in _KNOWN_FIELDS:
                continue
            label = self._label("field", name, officer)
            if name == "topic":
                shown = self.subject(replace(view.case, subject=value), officer)
            elif name == "country":
                shown = country_name(value, language_of(officer))
            else:
                shown = value
            yield f"{label}: {shown}"

    def _label(self, kind: str, word: str | None, officer: Officer) -> str | None:
        if not word:
            return None
        key = f"utter_desk_{kind}_{word.lower()}"
        return self._catalogue.text(key, language_of(officer)) if key in self._catalogue else word


def language_of(officer: Officer) -> str:
    """The language in which an officer is spoken to."""
    return next((each for each in officer.languages if each in LANGUAGES), LANGUAGES[0])


def named_cases(message: OutboundMessage) -> frozenset[str]:
    """Every case that a message of ours names."""
    return frozenset(_REFERENCE.findall(message.text))


def named_case(message: OutboundMessage) -> str | None:
    """The case that a message of ours is about: the one in its first line."""
    match = _REFERENCE.search(message.text.partition("\n")[0])
    return parse_reference(match[0]) if match else None


def map_link(location: Location) -> str:
    """A link to a map with a mark at the place."""
    return _MAP.format(location.latitude, location.longitude)
