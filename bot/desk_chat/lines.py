"""The last lines of a case's conversation, as an officer reads them in a chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from bot.casework.officers import Officer
from bot.messages import DeliveryState, InboundMessage
from bot.services.case_ports import Entry
from bot.services.see_case import CaseView

_LONGEST_LINE = 300
_UNSENT = (DeliveryState.DROPPED, DeliveryState.FAILED)


class Labels(Protocol):
    """Words for a line's parts; `bot.desk_chat.cards.Cards` has them."""

    def text(self, key: str, officer: Officer, **values: Any) -> str:
        """Words of `utter_desk_<key>`."""

    def clock(self, at: datetime | None, officer: Officer) -> str:
        """A time of day on the officer's own clock."""


def said_lines(
    view: CaseView,
    officer: Officer,
    *,
    cards: Labels,
    name: Callable[[int], str],
    most: int,
) -> tuple[list[str], int]:
    """The last lines, oldest first, and how many were left out.

    What was said before the case was opened comes from its context; what the case has as well
    does not stand there twice.

    Args:
        most: so many at most.
    """
    heard = {e.message.text for e in view.entries if isinstance(e.message, InboundMessage)}
    lines = [
        _line(cards.text(f"author_{line.author}", officer), line.text)
        for line in view.context.lines
        if not (line.author == "citizen" and line.text in heard)
    ]
    said = {line.text for line in view.context.lines}
    for entry in view.entries:
        text = _words(entry, officer, cards=cards)
        if text and not (entry.author == "bot" and text in said):
            lines.append(_entry(entry, text, officer, cards=cards, name=name))
    return lines[-most:], max(0, len(lines) - most)


def _entry(
    entry: Entry, text: str, officer: Officer, *, cards: Labels, name: Callable[[int], str]
) -> str:
    who = cards.text(f"author_{entry.author}", officer)
    if entry.officer_id is not None:
        who = name(entry.officer_id) if entry.author == "officer" else who
    unsent = cards.text("unsent", officer) if entry.state in _UNSENT else ""
    clock = cards.clock(entry.at, officer)
    return " ".join(part for part in (clock, _line(who, text), unsent) if part)


def _words(entry: Entry, officer: Officer, *, cards: Labels) -> str:
    message = entry.message
    if isinstance(message, str):
        return message
    parts = [message.text]
    if isinstance(message, InboundMessage) and message.payload is not None and not message.text:
        parts.append(cards.text("tapped", officer))
    parts += [cards.text(f"file_{each.kind.value}", officer) for each in message.attachments]
    parts += [cards.text("file_location", officer)] if message.location else []
    return " ".join(part for part in parts if part)


def _line(who: str, text: str) -> str:
    words = " ".join(text.split())
    cut = words if len(words) <= _LONGEST_LINE else words[: _LONGEST_LINE - 1].rstrip() + "…"
    return f"{who}: {cut}"
