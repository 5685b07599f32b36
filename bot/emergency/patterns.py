"""The small language of `data/emergency/triage.yml`: phrases that an officer can read and write.

`dipukul/ditampar` one word or the other · `pukul*` begins so · `*kan` ends so · `...` up to five
words in between · `{majikan}` any phrase of a list of that name · `KDRT, kekerasan` one phrase or
the other · `kapal & tenggelam*` both, wherever they stand. Blanks match blanks and signs; case
does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.errors import SetupError

_GAP = r"(?:\W+\w+){0,5}?\W+"
_BETWEEN = r"\W+"
_SIGNS_AROUND = re.compile(r"^\W+|\W+$")
_LIST = re.compile(r"\{(\w+)\}")


class Phrases:
    """Phrases that mean one thing.

    Args:
        phrases: as in the file.
        lists: phrases by the name under which others refer to them.

    Raises:
        SetupError: a list is not known.
    """

    def __init__(self, phrases: Iterable[str], lists: Mapping[str, Iterable[str]]) -> None:
        single: list[str] = []
        self._together: list[tuple[re.Pattern[str], ...]] = []
        for phrase in phrases:
            parts = [_either(part, lists) for part in phrase.split(" & ")]
            if len(parts) == 1:
                single += parts
            else:
                self._together.append(tuple(_compiled([part]) for part in parts))
        self._single = _compiled(single) if single else None

    def in_text(self, text: str) -> bool:
        """Whether `text` says it."""
        if self._single and self._single.search(text):
            return True
        return any(all(part.search(text) for part in pair) for pair in self._together)

    def without(self, text: str) -> str:
        """`text` without what says it."""
        return self._single.sub(" ", text) if self._single else text

    def is_whole(self, text: str) -> bool:
        """Whether `text` says it and nothing else, small signs aside."""
        return bool(self._single and self._single.fullmatch(_SIGNS_AROUND.sub("", text)))


def _compiled(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(expressions)})\b", re.IGNORECASE)


def _either(phrases: str, lists: Mapping[str, Iterable[str]]) -> str:
    return "|".join(_expression(phrase, lists) for phrase in phrases.split(","))


def _expression(phrase: str, lists: Mapping[str, Iterable[str]]) -> str:
    pieces: list[str] = []
    between = ""
    for word in phrase.split():
        if word == "...":
            between = _GAP
            continue
        pieces.append(between + _word(word, lists))
        between = _BETWEEN
    return "".join(pieces)


def _word(word: str, lists: Mapping[str, Iterable[str]]) -> str:
    named = _LIST.fullmatch(word)
    if named:
        if named[1] not in lists:
            raise SetupError(f"triage.yml: no list is called {named[1]}")
        return "(?:" + "|".join(_expression(phrase, lists) for phrase in lists[named[1]]) + ")"
    options = [re.escape(option).replace(r"\*", r"\w*") for option in word.split("/")]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
