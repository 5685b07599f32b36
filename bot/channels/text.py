"""What every channel does with words: cleaning what comes in, splitting what goes out.

Lengths are UTF-16 code units, as the platforms count them: an emoji outside the basic plane is two.
"""

from __future__ import annotations

import re

import regex  # type: ignore[import-untyped]

INBOUND_CHARACTERS = 10_000

# Controls except the line feed, lone surrogates (JSON can carry them, UTF-8 cannot), the byte order
# mark, and the marks that turn the writing direction and so can hide what a text really says.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?…])(?=\s)|(?<=[.!?…][\"'”’)\]])(?=\s)")
_WORD = re.compile(r"\s")
_URL = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_GRAPHEME = regex.compile(r"\X")
# How far around a hard cut we look for a whole character as people see it.
_GRAPHEME_REACH = 128
_ELLIPSIS = "…"


def clean(text: str, limit: int = INBOUND_CHARACTERS) -> str:
    """Makes what a platform sent safe to store and show.

    Args:
        text: as it came.
        limit: characters that are kept.

    Returns:
        The text without control characters (line breaks stay, a tab becomes a blank), trimmed.
    """
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    return _UNWANTED.sub("", text).strip()[:limit]


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` units of a text, with an ellipsis where something is left out."""
    if units(text) <= limit:
        return text
    return text[: _whole_characters(text, _reach(text, limit - 1))].rstrip() + _ELLIPSIS


def split(text: str, limit: int) -> tuple[str, ...]:
    """Divides a text into messages.

    Cuts at the end of a paragraph, else of a line, a sentence, a word; only a run without a blank
    that is longer than a message is cut inside, before a web address or between characters.

    Args:
        text: the words.
        limit: the most units of a part, at least 2.

    Returns:
        The parts in order, none empty; no part at all for a blank text.
    """
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, _reach(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        parts.append(rest)
    return tuple(parts)


def _reach(text: str, limit: int) -> int:
    """How many characters of a text fit into `limit` units."""
    end = min(len(text), limit)
    while (over := units(text[:end]) - limit) > 0:
        end -= (over + 1) // 2
    return end


def _cut(text: str, end: int) -> int:
    # A part that is nearly empty reads worse than a cut at a lesser border.
    least = max(1, end // 3)
    for border in (_PARAGRAPH, _LINE, _SENTENCE):
        if (cut := _last(border, text, end)) >= least:
            return cut
    return _last(_WORD, text, end) or _hard_cut(text, end)


def _last(border: re.Pattern[str], text: str, end: int) -> int:
    return max((m.start() for m in border.finditer(text[: end + 2]) if m.start() <= end), default=0)


def _hard_cut(text: str, end: int) -> int:
    starts = [match.start() for match in _URL.finditer(text, 0, end)]
    if starts and starts[-1] > 0:
        return starts[-1]
    return _whole_characters(text, end)


def _whole_characters(text: str, end: int) -> int:
    """The last border between graphemes at or before `end`; `end` itself if there is none."""
    start = max(0, end - _GRAPHEME_REACH)
    ends = (
        start + match.end() for match in _GRAPHEME.finditer(text[start : end + _GRAPHEME_REACH])
    )
    return max((border for border in ends if start < border <= end), default=max(end, 1))
