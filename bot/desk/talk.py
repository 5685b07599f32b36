"""The conversation of a case as lines of a page: words, notes and what happened, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.casework.case import Context
from bot.casework.events import Event, EventKind, officer_of
from bot.desk.words import Words
from bot.messages import DeliveryState, InboundMessage, Location, OutboundMessage
from bot.services.case_ports import Entry

_MAP = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=16/{0:.5f}/{1:.5f}"
WORDS = (EventKind.CITIZEN_WROTE, EventKind.OFFICER_WROTE)
"""Events whose words stand in the conversation."""
_SILENT = (*WORDS, EventKind.NOTED, EventKind.PINGED)


@dataclass(frozen=True)
class Line:
    """One line of the conversation.

    Args:
        kind: `citizen`, `bot`, `system`, `officer`, `note`, or `event`.
        who: who said it, in words.
        state: how far it came (`sent`, `failed`, `dropped`, …); None where that means nothing.
        trouble: why it did not arrive, in words.
        buttons: choices that were shown with it.
        files: what else was sent, in words.
        message_id: of what citizen or officer said, to ask for its files.
    """

    kind: str
    who: str
    text: str
    at: datetime | None
    state: str | None = None
    trouble: str | None = None
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    place: str | None = None
    is_mine: bool = False
    message_id: str | None = None


def map_link(location: Location) -> str:
    """A link to a map with a mark at the place."""
    return _MAP.format(location.latitude, location.longitude)


def before(context: Context, entries: Iterable[Entry], words: Words) -> tuple[Line, ...]:
    """What was said before the case was opened, without what the case has as well."""
    heard = {entry.message.text for entry in entries if isinstance(entry.message, InboundMessage)}
    return tuple(
        Line(line.author, who=words.of("author", line.author), text=line.text, at=line.at)
        for line in context.lines
        if not (line.author == "citizen" and line.text in heard)
    )


def conversation(
    entries: Iterable[Entry],
    events: Iterable[Event],
    words: Words,
    *,
    names: Mapping[int, str],
    me: int,
) -> tuple[Line, ...]:
    """Words, notes and events in the order of time.

    Args:
        names: officers' names by number.
        me: the officer who looks.
    """
    said = [_said(entry, words, names=names, me=me) for entry in entries]
    done = [
        Line("event", who="", text=told(event, words, names=names), at=event.at)
        for event in events
        if event.kind not in _SILENT
    ]
    # What happened stands before what was said at the same instant.
    return tuple(sorted([*done, *said], key=lambda line: (line.at is None, line.at)))


def told(event: Event, words: Words, *, names: Mapping[int, str]) -> str:
    """An event in words."""
    number = officer_of(event.actor)
    details = event.details
    name = names.get(number, "") if number is not None else words.of("actor", event.actor)
    text = words(
        f"event_{event.kind.value}",
        name=name,
        outcome=words.of("outcome", details.get("outcome", "")),
        level=words.of("level", details.get("level", "")),
        priority=details.get("priority", ""),
        stars=details.get("stars", ""),
    )
    if event.kind is not EventKind.TRANSFERRED:
        return text
    to = details.get("officer")
    where = names.get(int(to)) if to else None
    where = where or words.of("function", details.get("function", "")) or details.get("mission")
    return f"{text} {words('transferred_to', where=where)}" if where else text


def _said(entry: Entry, words: Words, *, names: Mapping[int, str], me: int) -> Line:
    message = entry.message
    if isinstance(message, InboundMessage):
        return _heard(entry, message, words)
    who = words.of("author", entry.author)
    if entry.officer_id is not None:
        who = names.get(entry.officer_id, who)
    is_mine = entry.officer_id == me
    if isinstance(message, str):
        return Line(entry.author, who=who, text=message, at=entry.at, is_mine=is_mine)
    return Line(
        entry.author,
        who=who,
        text=message.text,
        at=entry.at,
        state=entry.state.value if entry.state else None,
        trouble=_trouble(entry, words),
        buttons=tuple(button.title for button in message.buttons),
        files=_files(message, words),
        place=_place(message),
        is_mine=is_mine,
        message_id=entry.message_id,
    )


def _heard(entry: Entry, message: InboundMessage, words: Words) -> Line:
    text = message.text
    if not text and message.payload is not None:
        text = f"({words('tapped')})"
    return Line(
        "citizen",
        who=words("author_citizen"),
        text=text,
        at=entry.at,
        files=_files(message, words),
        place=_place(message),
        message_id=entry.message_id,
    )


def _files(message: InboundMessage | OutboundMessage, words: Words) -> tuple[str, ...]:
    return tuple(
        " · ".join(filter(None, (words(each.kind.value), _size(each.size_bytes))))
        for each in message.attachments
    )


def _trouble(entry: Entry, words: Words) -> str | None:
    if entry.state not in (DeliveryState.FAILED, DeliveryState.DROPPED) and not entry.code:
        return None
    return words.of("code", entry.code or "", other="code_other") if entry.code else None


def _place(message: InboundMessage | OutboundMessage) -> str | None:
    return map_link(message.location) if message.location else None


def _size(size_bytes: int | None) -> str | None:
    if size_bytes is None:
        return None
    if size_bytes < 1024 * 1024:
        return f"{max(1, size_bytes // 1024)} kB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"
