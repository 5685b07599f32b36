"""Whether a message is the answer to what was asked last: then it is no cry, however it sounds.

Words that tell of danger by the triage table are never silenced so, unless the question itself
offers them ("banjir" after "was it because of a disaster?").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from bot.content.guided import load_guide
from bot.emergency.kinds import Word
from bot.emergency.rules import Rules, load_rules
from bot.emergency.triage import read_signs
from bot.guided.dialogue import Dialogue, Step
from bot.guided.guide import Guide
from bot.guided.plain import Lexicon, Named, is_made_of, is_plain_answer, is_small_answer
from bot.guided.recognise import is_literal
from bot.guided.state import Stage, Talk
from bot.nlu import lexicons
from bot.nlu.entities import ordinary_words
from bot.nlu.normalise import Spellings, load_spellings, normalise

_GUIDED, _TOPIC = "guided", "topic"
_AWAITED = frozenset({"date", "reference_number", "passport_number"})


@dataclass(frozen=True)
class OpenQuestion:
    """What a conversation waits for.

    Args:
        step: the question of a checklist or form, with its dialogue.
        is_open: a checklist or form is under way, whatever it asks.
        awaits_data: a reference, date or document is awaited outside of one.
    """

    step: tuple[Dialogue, Step] | None = None
    is_open: bool = False
    awaits_data: bool = False

    @classmethod
    def of(cls, tracker: DialogueStateTracker) -> OpenQuestion:
        """Reads a conversation as it stands before the message."""
        talk = Talk.from_slot(tracker.get_slot(_GUIDED))
        return cls(
            _guide().question(talk),
            is_open=talk.open is not None and talk.open.stage is not Stage.DONE,
            awaits_data=bool((tracker.get_slot(_TOPIC) or {}).get("awaits")),
        )

    def offers(self, text: str) -> bool:
        """Whether `text` is, word for word, an answer that the question has offered."""
        return self.step is not None and is_literal(self.step[1], text)

    def is_answered_by(self, text: str, parsed: dict[str, Any], *, is_calm: bool) -> bool:
        """Whether `text` is an answer and nothing else.

        Args:
            parsed: the text as understood.
            is_calm: the urgency check of the words alone is silent.
        """
        if self.offers(text):
            return True
        if not (self.is_open or self.awaits_data):
            return False
        if _tells_of_danger(text, parsed.get("language")):
            return False
        if is_small_answer(text):
            return True
        named = [
            Named(each["entity"], each["start"], each["end"])
            for each in parsed.get("entities") or ()
        ]
        if self.step:
            return is_plain_answer(*self.step, text, named, lexicon=_lexicon(), is_calm=is_calm)
        return self.awaits_data and is_made_of(text, named, _AWAITED, words=_lexicon().empty)


def _tells_of_danger(text: str, language: str | None) -> bool:
    words = normalise(text, _spellings(), language=language)
    return bool(read_signs(words, _rules()).kinds) or _rules().words[Word.SOS].is_named(words)


@lru_cache(maxsize=1)
def _guide() -> Guide:
    return load_guide()


@lru_cache(maxsize=1)
def _rules() -> Rules:
    return load_rules()


@lru_cache(maxsize=1)
def _spellings() -> Spellings:
    return load_spellings()


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon(empty=lexicons.words("fragment_words.txt"), ordinary=ordinary_words())
