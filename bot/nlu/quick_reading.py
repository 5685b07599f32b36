"""The gist of a text within a millisecond, in the worker: urgency, language, place, plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from bot.consular.place import Place
from bot.emergency.rules import Rules
from bot.emergency.triage import read_signs
from bot.errors import SetupError
from bot.logs import Log
from bot.nlu.fragments import FragmentJudge
from bot.nlu.language import LanguageIdentifier, load_language_words
from bot.nlu.normalise import Spellings, load_spellings, normalise
from bot.nlu.urgency import UrgencyCheck
from bot.services.emergency_ports import Gist

_log = Log(__name__)
_REMEMBERED = 1024


class _WordListsOnly:
    """No statistics: the word lists decide, and where they do not, the language stays as it was."""

    def indonesian_share(self, text: str) -> float:
        """Neither."""
        return 0.5


class QuickReading:
    """Fills `bot.services.emergency_ports.Reading`.

    Args:
        is_urgent: whether a text tells of danger.
        place: the place a text names.
    """

    def __init__(
        self,
        *,
        is_urgent: Callable[[str], bool],
        place: Callable[[str], Place],
        language: LanguageIdentifier,
        spellings: Spellings,
    ) -> None:
        # A message is judged when it comes, when its turn comes, and once more for its words.
        self.is_urgent = lru_cache(_REMEMBERED)(is_urgent)
        self._place = place
        self._language = language
        self._spellings = spellings

    def __call__(self, text: str) -> Gist:
        """The gist of `text`."""
        language = self._language.identify(text)
        return Gist(
            words=normalise(text, self._spellings, language=language),
            language=language,
            place=self._place(text),
            is_urgent=self.is_urgent(text),
        )

    def words(self, text: str) -> str:
        """The text with chat spelling written out."""
        language = self._language.identify(text)
        return normalise(text, self._spellings, language=language)


def load_quick_reading(
    rules: Rules,
    model: Path | None,
    *,
    place: Callable[[str], Place],
    outside: Callable[[str], Iterable[str]],
) -> QuickReading:
    """Loads the word lists, and the urgency check out of the trained assistant.

    Args:
        rules: what stands in where no trained check is found.
        model: the assistant's archive.
        place: the place a text names.
        outside: its words that name none.
    """
    judge = FragmentJudge()
    spellings = load_spellings()

    def says_danger(text: str) -> bool:
        return bool(read_signs(normalise(text, spellings), rules).kinds)

    is_urgent: Callable[[str], bool] = says_danger
    try:
        if model is None:
            raise SetupError("no trained model is named")
        check = UrgencyCheck.from_trained(model)
        is_urgent = _only_the_verdict(check)
    except SetupError as error:
        _log.warning("urgency.by_words_only", reason=str(error))
    return QuickReading(
        is_urgent=lambda text: is_urgent(text) and not judge.is_bare(text, outside(text)),
        place=place,
        language=LanguageIdentifier(load_language_words(), _WordListsOnly()),
        spellings=spellings,
    )


def _only_the_verdict(check: UrgencyCheck) -> Callable[[str], bool]:
    return lambda text: check(text).is_urgent
