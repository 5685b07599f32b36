"""The last lines of a case's conversation, as an officer reads them in a chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from bot.casework.officers import Officer
from bot.messages import DeliveryState, InboundMessage
from bot.services.case_ports import Entry
from bot.services.see_case import CaseView

_LONGEST_LINE = 400
_BOTS_LINE = 90
# What a line may take on average, so that a card stays a card.
_USUAL_LINE = 120
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

    What was said before the case was opened comes from its context; the message that opened it,
    and what the assistant had said, do not stand there twice.

    Args:
        most: so many at most.
    """
    lines = [
        _line(cards.text(f"author_{line.author}", officer), line.text, most=_most(line.author))
        for line in view.context.lines
    ]
    said = {line.text for line in view.context.lines}
    for entry in view.entries:
        text = _words(entry, officer, cards=cards)
        is_known = text in said and entry.author in ("bot", "citizen")
        said.discard(text)
        if text and not is_known and entry.author != "system":
            lines.append(_entry(entry, text, officer, cards=cards, name=name))
    shown: list[str] = []
    for line in reversed(lines[-most:]):
        if sum(map(len, shown)) + len(line) > most * _USUAL_LINE:
            break
        shown.insert(0, line)
    return shown, len(lines) - len(shown)


def _entry(
    entry: Entry, text: str, officer: Officer, *, cards: Labels, name: Callable[[int], str]
) -> str:
    who = cards.text(f"author_{entry.author}", officer)
    if entry.officer_id is not None:
        who = name(entry.officer_id) if entry.author == "officer" else who
    unsent = cards.text("unsent", officer) if entry.state in _UNSENT else ""
    clock = cards.clock(entry.at, officer)
    line = _line(who, text, most=_most(entry.author))
    return " ".join(part for part in (clock, line, unsent) if part)


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


def _most(author: str) -> int:
    """The assistant's words are mostly known; people's are not."""
    return _BOTS_LINE if author == "bot" else _LONGEST_LINE


def _line(who: str, text: str, *, most: int) -> str:
    words = " ".join(text.split())
    cut = words if len(words) <= most else words[: most - 1].rstrip() + "…"
    return f"{who}: {cut}"
