"""The transcript of one case, for the file: as JSON and as a page to print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from bot.casework.case import Case, Context
from bot.casework.events import Event
from bot.casework.holding import exported
from bot.clock import Clock
from bot.messages import InboundMessage, OutboundMessage
from bot.services.case_ports import Cases, Entry, Officers, Transcripts
from bot.services.change_case import ChangeCase

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}th{text-align:left;padding-right:1rem;font-weight:600}"
    "li{margin:.4rem 0;list-style:none}ol,ul{padding:0}pre{white-space:pre-wrap;font:inherit;"
    "margin:0}.note{background:#fff6d6}.dropped{text-decoration:line-through}small{color:#555}"
)


@dataclass(frozen=True)
class CaseExport:
    """A case with all that was said and done, names of officers included."""

    case: Case
    context: Context
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    names: Mapping[int, str]

    def as_json(self) -> str:
        """One JSON object; instants in UTC, ISO 8601."""
        return json.dumps(self._data(), ensure_ascii=False, indent=2)

    def as_html(self, words: Mapping[str, str], *, language: str) -> str:
        """A page without scripts and without anything from elsewhere.

        Args:
            words: labels in the officer's language by the names that the JSON uses; what is
                missing shows as its name.
            language: of the labels.
        """
        data = self._data()
        rows = "".join(
            f"<tr><th>{_label(name, words)}</th><td>{_label(value, words)}</td></tr>"
            for name, value in data["case"].items()
            if value not in (None, [], "", {})
        )
        said = "".join(_line(entry, words) for entry in [*data["before"], *data["entries"]])
        done = "".join(
            f"<li><small>{escape(event['at'])}</small> {_label(event['kind'], words)} · "
            f"{_label(event['actor'], words)}</li>"
            for event in data["events"]
        )
        title = escape(self.case.reference)
        return (
            f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
            f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
            f"<table>{rows}</table><h2>{_label('entries', words)}</h2><ol>{said}</ol>"
            f"<h2>{_label('events', words)}</h2><ul>{done}</ul></body></html>"
        )

    def _data(self) -> dict[str, Any]:
        case = self.case
        return {
            "case": {
                "reference": case.reference,
                "subject": case.subject,
                "priority": case.priority.value,
                "function": case.function.value,
                "mission": case.mission_id,
                "language": case.language,
                "reason": case.reason.value,
                "for_whom": case.for_whom,
                "wishes": ", ".join(case.wishes),
                "location": _place(case),
                "state": case.state.value,
                "officer": self._name(case.claimed_by or case.last_officer),
                "opened_at": _iso(case.opened_at),
                "target_at": _iso(case.target_at),
                "first_reply_at": _iso(case.first_reply_at),
                "closed_at": _iso(case.closed_at),
                "outcome": case.outcome.value if case.outcome else None,
                "stars": case.stars,
                "summary": self.context.summary,
                "form": dict(self.context.form),
            },
            "before": [
                {"at": _iso(line.at), "author": line.author, "text": line.text}
                for line in self.context.lines
            ],
            "entries": [self._entry(entry) for entry in self.entries],
            "events": [
                {
                    "at": _iso(event.at),
                    "kind": event.kind.value,
                    "actor": event.actor,
                    "details": dict(event.details),
                }
                for event in self.events
            ],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        data: dict[str, Any] = {
            "at": _iso(entry.at),
            "author": entry.author,
            "officer": self._name(entry.officer_id),
            "text": entry.message if isinstance(entry.message, str) else entry.message.text,
            "state": entry.state.value if entry.state else None,
            "code": entry.code,
        }
        if isinstance(entry.message, (InboundMessage, OutboundMessage)):
            location = entry.message.location
            data["location"] = [location.latitude, location.longitude] if location else None
        if isinstance(entry.message, InboundMessage):
            data["attachments"] = [each.kind.value for each in entry.message.attachments]
        return {name: value for name, value in data.items() if value not in (None, [])}

    def _name(self, officer_id: int | None) -> str | None:
        return self.names.get(officer_id) if officer_id is not None else None


class ExportCase:
    """The use-case; that it was done goes on record."""

    def __init__(
        self,
        change: ChangeCase,
        cases: Cases,
        *,
        officers: Officers,
        transcripts: Transcripts,
        clock: Clock,
    ) -> None:
        self._change = change
        self._cases = cases
        self._officers = officers
        self._transcripts = transcripts
        self._clock = clock

    def __call__(self, reference: str, officer_id: int) -> CaseExport:
        """Takes the transcript.

        Raises:
            UnknownCase, NotAllowed: see there.
        """
        changed = self._change(
            reference,
            lambda file: exported(file, now=self._clock()),
            action="export",
            officer_id=officer_id,
        )
        case = changed.case
        entries = self._transcripts.entries(case.reference)
        numbers = {entry.officer_id for entry in entries} | {case.claimed_by, case.last_officer}
        known = (self._officers.get(number) for number in numbers if number is not None)
        return CaseExport(
            case,
            context=self._cases.context(case.reference),
            entries=entries,
            events=self._transcripts.events(case.reference),
            names={officer.id: officer.name for officer in known if officer},
        )


def _line(entry: Mapping[str, Any], words: Mapping[str, str]) -> str:
    who = entry.get("officer") or _label(entry["author"], words)
    marks = " ".join(
        _label(each, words) for each in (entry.get("state"), *entry.get("attachments", ())) if each
    )
    style = " ".join(each for each in (entry["author"], entry.get("state") or "") if each)
    return (
        f'<li class="{escape(style)}"><small>{escape(entry.get("at") or "")} {marks}</small> '
        f"<b>{escape(str(who))}</b><pre>{escape(entry.get('text', ''))}</pre></li>"
    )


def _label(value: Any, words: Mapping[str, str]) -> str:
    return escape(words.get(str(value), str(value)))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _place(case: Case) -> str | None:
    if case.location is None:
        return None
    return f"{case.location.latitude:.5f}, {case.location.longitude:.5f}"
