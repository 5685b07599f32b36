"""Finds the language that a citizen wants to be answered in, when the text names one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, rows, words
from bot.nlu.tokens import Word, folded

LANGUAGE = "language"
_LONGEST_REQUEST = 14
_AMBIGUOUS = frozenset({"indonesia", "indonesian", "indo", "bahasa", "eng"})
_NEAR = 3


class TongueFinder:
    """Finds "bahasa Inggris", "in English", "ganti indo" in short messages."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._names = {
            tuple(folded(name.strip()).split()): language
            for language, names in rows("language_names.tsv", directory=directory)
            for name in names.split(",")
        }
        self._longest = max(map(len, self._names))
        self._cues = words("language_cues.txt", directory=directory)

    def find(self, text_words: Sequence[Word]) -> list[Found]:
        """The language asked for, at most one: the last that is named."""
        spoken = [word for word in text_words if word.is_word]
        if len(spoken) > _LONGEST_REQUEST:
            return []
        found: Found | None = None
        at = 0
        while at < len(spoken):
            size = self._name_at(spoken, at)
            if size:
                found = self._asked(spoken, at, size) or found
            at += size or 1
        return [found] if found else []

    def _name_at(self, spoken: Sequence[Word], at: int) -> int:
        for size in range(min(self._longest, len(spoken) - at), 0, -1):
            if tuple(word.key for word in spoken[at : at + size]) in self._names:
                return size
        return 0

    def _asked(self, spoken: Sequence[Word], at: int, size: int) -> Found | None:
        name = tuple(word.key for word in spoken[at : at + size])
        before = {word.key for word in spoken[max(0, at - _NEAR) : at]}
        after = {word.key for word in spoken[at + size : at + size + 2]}
        is_alone = len(spoken) - size <= 1
        is_last = at + size >= len(spoken) - 2
        is_asked = bool(before & self._cues) and (is_last or bool(after & self._cues))
        if name[-1] in _AMBIGUOUS and size == 1 and not is_alone:
            is_asked = is_asked and is_last
        if not (is_asked or is_alone or (size > 1 and bool((before | after) & self._cues))):
            return None
        return Found(
            LANGUAGE, self._names[name], spoken[at].start, spoken[at + size - 1].end
        )
