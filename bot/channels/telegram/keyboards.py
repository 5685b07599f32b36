"""Telegram's two keyboards: buttons under a message, and the one that stays above the writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.channels.telegram.limits import LIMITS
from bot.channels.text import shorten, units
from bot.messages import Button

# What a narrow phone shows of a title before it cuts it, by the number of buttons in the row.
_TITLE_UNITS = {1: 34, 2: 15, 3: 9}
_CUT_TITLE_UNITS = 60


@dataclass(frozen=True)
class KeyboardLabels:
    """What citizens read on the keyboard that stays, out of `data/responses`.

    Args:
        sos: the key for an emergency; it comes back as text.
        location: the key that sends the position.
        location_prompt: stands above the keyboard where a message with buttons of its own asks for
            the position; the label of the key when empty.
    """

    sos: str
    location: str
    location_prompt: str = ""


def inline_keyboard(buttons: Sequence[Button], reference: str) -> InlineKeyboardMarkup:
    """Buttons under a message. Each carries `#<reference>:<index>`: a payload may be too long."""
    shown = buttons[: LIMITS.keyboard_buttons]
    keys = [
        InlineKeyboardButton(
            shorten(button.title, _CUT_TITLE_UNITS), callback_data=f"#{reference}:{index}"
        )
        for index, button in enumerate(shown)
    ]
    rows = []
    for size in row_sizes([button.title for button in shown]):
        rows.append(keys[:size])
        keys = keys[size:]
    return InlineKeyboardMarkup(rows)


def lasting_keyboard(labels: KeyboardLabels) -> ReplyKeyboardMarkup:
    """The keyboard that stays: the emergency key and the location key."""
    location = KeyboardButton(labels.location, request_location=True)
    return ReplyKeyboardMarkup(
        [[KeyboardButton(labels.sos)], [location]], resize_keyboard=True, is_persistent=True
    )


def row_sizes(titles: Sequence[str]) -> tuple[int, ...]:
    """How many buttons stand in each row so that every title can be read on a narrow phone."""
    sizes: list[int] = []
    start = 0
    while start < len(titles):
        size = max(
            (n for n in (1, 2, 3) if _fits(titles[start : start + n], n)),
            default=1,
        )
        sizes.append(size)
        start += size
    return tuple(sizes)


def _fits(titles: Sequence[str], size: int) -> bool:
    return len(titles) == size and all(units(title) <= _TITLE_UNITS[size] for title in titles)
