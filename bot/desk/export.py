"""The transcript of a case as a file."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.casework.errors import NotAllowed
from bot.casework.events import officer_of
from bot.casework.reference import parse_reference
from bot.desk.pages import HEADERS
from bot.desk.rows import CASES
from bot.desk.tools import DeskTools
from bot.desk.visit import Visit
from bot.desk.words import Words
from bot.services.export_case import CaseExport

_PLAIN = ("photo", "document", "voice", "video", "contact", "calendar")
# Labels of the transcript that the desk has under another name.
_SAME = {
    "mission": "field_mission",
    "function": "field_function",
    "language": "field_language",
    "reason": "field_reason",
    "for_whom": "field_for_whom",
    "wishes": "wishes_title",
    "location": "field_place",
    "state": "field_state",
    "opened_at": "field_opened",
    "target_at": "field_target",
    "first_reply_at": "field_first_reply",
    "closed_at": "field_closed",
    "outcome": "field_outcome",
    "stars": "field_stars",
    "summary": "field_summary",
}
_GROUPS = (
    "export",
    "state",
    "function",
    "outcome",
    "reason",
    "wish",
    "who",
    "delivery",
    "author",
    "actor",
    "language",
    "kind",
)


class Export:
    """`POST /desk/cases/KSL-…/export`; that a transcript was taken goes on record."""

    def __init__(self, tools: DeskTools) -> None:
        self._tools = tools

    def take(self, visit: Visit) -> Response:
        """The file, as HTML or JSON.

        Raises:
            UnknownCase: none that this officer may see.
        """
        reference = parse_reference(visit.path["reference"]) or visit.path["reference"]
        is_json = visit.form.get("format") == "json"
        try:
            export = self._tools.export(reference, visit.officer.id)
        except NotAllowed:
            return RedirectResponse(f"{CASES}/{reference}", status_code=303, headers=HEADERS)
        language = visit.words.language
        body = (
            export.as_json()
            if is_json
            else export.as_html(_labels(export, visit.words), language=language)
        )
        ending, media_type = ("json", "application/json") if is_json else ("html", "text/html")
        headers = {
            **HEADERS,
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Content-Disposition": f'attachment; filename="{export.case.reference}.{ending}"',
        }
        return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _labels(export: CaseExport, words: Words) -> dict[str, str]:
    """Labels by the words that the transcript uses for them."""
    language = words.language
    labels = {name: words(key) for name, key in _SAME.items()}
    labels |= {name: words(name) for name in _PLAIN}
    for key, sides in words.texts.items():
        group, _, name = key.partition("_")
        if group in _GROUPS:
            labels[name] = sides[language]
    for event in export.events:
        number = officer_of(event.actor)
        labels[event.actor] = export.names.get(number or 0) or words.of("actor", event.actor)
    labels[export.case.subject] = words.matter(export.case.subject)
    return labels
