"""Numbered menus, where a channel has no buttons, and which choice a citizen's answer means.

Careful on purpose: a message that is more than an answer to the menu matches nothing and goes to
the assistant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

_KEYCAP_TEN = "\U0001f51f"
# "no" stands only before digits: in English it is an answer of its own ("no one").
_NUMBER = re.compile(
    r"(?:(?:nomor|nomer|nmr|no|nr|number|num|pilihan|opsi|option|angka|jawaban|answer|ke) ?)*"
    r"([0-9]{1,2})"
    r"|(?:(?:nomor|nomer|nmr|number|pilihan|opsi|option|jawaban|answer|yang|ke) )*([a-z]+)"
)
_NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        (
            ("satu", "one", "pertama", "first"),
            ("dua", "two", "kedua", "second"),
            ("tiga", "three", "ketiga", "third"),
            ("empat", "four", "keempat", "fourth"),
            ("lima", "five", "kelima", "fifth"),
        ),
        start=1,
    )
    for word in words
}
_BEFORE = {
    *("saya", "sy", "aku", "pilih", "mau", "yang", "yg"),
    *("i", "choose", "pick", "want", "the"),
}
_AFTER = {
    *("aja", "saja", "ya", "kak", "pak", "bu", "min", "mas", "mbak", "dong", "deh", "tolong"),
    *("makasih", "please", "pls", "thanks"),
}
# Longer than any title: a story, not an answer.
_LONGEST_ANSWER = 200
_TITLE_PARTS = re.compile(r"[,;:/()\[\]|]|\s[-–—]\s|[.!?]\s")


def numbered(titles: Sequence[str]) -> str:
    """The choices as lines, `1. …`."""
    return "\n".join(f"{number}. {title}" for number, title in enumerate(titles, start=1))


def match_answer(text: str, titles: Sequence[str]) -> int | None:
    """Which choice an answer means.

    Takes a number in its usual spellings (`2`, `2.`, `nomor 2`, `no 2`, `2️⃣`), or a title's words
    without regard to case, accents, emoji and small words of courtesy: the whole title, a part
    between commas, slashes or brackets, or its first two or more words.

    Args:
        text: what the citizen wrote.
        titles: the choices, in the order shown.

    Returns:
        The position of the choice from 0; None if the answer fits none, or more than one.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST_ANSWER:
        return None
    answer = _plain(bare)
    plain_titles = [_plain(title) for title in titles]
    exact = _only(titles, lambda i: titles[i].strip() == bare)
    if exact is None and answer:
        exact = _only(titles, lambda i: plain_titles[i] == answer)
    if exact is not None or not answer:
        return exact
    wish = _without_courtesy(answer)
    number = _number(wish)
    if number is not None:
        return number - 1 if 0 < number <= len(titles) else None
    aliases = [_aliases(title) for title in titles]
    named = _only(titles, lambda i: answer in aliases[i] or wish in aliases[i])
    if named is not None or " " not in wish:
        return named
    return _only(titles, lambda i: f"{plain_titles[i]} ".startswith(f"{wish} "))


def _only(titles: Sequence[str], fits: Callable[[int], bool]) -> int | None:
    found = [index for index in range(len(titles)) if fits(index)]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    """Lower case letters and digits with single blanks between, accents and emoji gone."""
    spread = unicodedata.normalize("NFKD", text.replace(_KEYCAP_TEN, "10")).casefold()
    kept = []
    for character in spread:
        kind = unicodedata.category(character)
        if kind == "Nd":
            kept.append(str(unicodedata.decimal(character)))
        elif kind[0] in "LN":
            kept.append(character)
        elif kind[0] != "M" and kind != "Cf" and character not in "'’":
            kept.append(" ")
    return " ".join("".join(kept).split())


def _without_courtesy(answer: str) -> str:
    words = answer.split()
    while len(words) > 1 and words[0] in _BEFORE:
        words.pop(0)
    while len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    return " ".join(words)


def _aliases(title: str) -> set[str]:
    """The names of a choice: all of its words, and each part that can stand for it."""
    parts = {_plain(part) for part in _TITLE_PARTS.split(title)}
    return {_plain(title)} | {part for part in parts if not part.isdecimal()}


def _number(answer: str) -> int | None:
    match = _NUMBER.fullmatch(answer)
    if not match:
        return None
    return int(match[1]) if match[1] else _NUMBER_WORDS.get(match[2])
