"""Finds reference numbers and passport numbers, in one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.nlu.found import Found
from bot.nlu.lexicons import LEXICONS, words
from bot.nlu.tokens import capped, folded

REFERENCE, PASSPORT = "reference_number", "passport_number"

_PASSPORT = re.compile(r"(?<![\w-])([A-Za-z]{1,2})[ -]?(\d{6,8})(?![\w-])")
_CODE = re.compile(
    r"(?<![\w@./-])#?([A-Za-z]{1,6}\d{0,4}(?:[-/][A-Za-z0-9]{1,10}){1,4}|[A-Za-z]{2,6}\d{4,12}"
    r"|\d{2,12}(?:[-/][A-Za-z0-9]{1,10}){1,4}|\d{4,16})(?![\w@])"
)
_DATE = re.compile(r"\d{1,4}([-/])\d{1,2}\1\d{1,4}|\d{1,2}[-/]\d{1,4}")
_CUE_WINDOW = 32
_WORD = re.compile(r"\w+")
_LEAST_DIGITS = 4
_BLANKS = re.compile(r"[\s#]")


class NumberFinder:
    """Finds numbers by their form, and weaker forms by the word before them."""

    def __init__(self, *, directory: Path = LEXICONS) -> None:
        self._cues = words("reference_cues.txt", directory=directory)
        self._others = words("not_references.txt", directory=directory)

    def find(self, text: str) -> list[Found]:
        """The numbers of `text`, a passport number before a reference number."""
        text = capped(text)
        passports = list(self._passports(text))
        references = (
            found
            for found in self._references(text)
            if not any(found.overlaps(passport) for passport in passports)
        )
        return [*passports, *references]

    def _passports(self, text: str) -> Iterator[Found]:
        for match in _PASSPORT.finditer(text):
            letters, digits = match.groups()
            is_word = folded(letters) in self._others or folded(letters) in self._cues
            if is_word or self._is_reference(text, match.start()):
                continue
            if len(letters) + len(digits) == 8 or (len(letters) == 1 and len(digits) in (6, 7)):
                yield Found(PASSPORT, f"{letters}{digits}".upper(), match.start(), match.end())

    def _references(self, text: str) -> Iterator[Found]:
        for match in _CODE.finditer(text):
            code = match.group(1)
            if not any(sign.isdigit() for sign in code) or _DATE.fullmatch(code):
                continue
            head = folded(re.split(r"[-/\d ]", code)[0])
            is_cued = self._is_reference(text, match.start())
            digits = sum(sign.isdigit() for sign in code)
            has_form = any(sign.isalpha() for sign in code) and "-" in code
            if head in self._others and not is_cued:
                continue
            if is_cued or (has_form and digits >= _LEAST_DIGITS):
                value = _BLANKS.sub("", code).upper()
                yield Found(REFERENCE, value, match.start(1), match.end(1))

    def _is_reference(self, text: str, start: int) -> bool:
        before = _WORD.findall(folded(text[max(0, start - _CUE_WINDOW) : start]))
        return any(word in self._cues for word in before[-3:])
