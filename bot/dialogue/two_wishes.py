"""Two wishes in one message: danger first, else one of them; the other is offered.

A text counts as two only where each half is understood with confidence on its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation.wishes import is_wish
from bot.dialogue.alarms import alarm_of

Parsed = dict[str, Any]

ALSO = "also"
_SURE_CONFIDENCE = 0.8
_CERTAIN_CONFIDENCE = 0.995
_ASPECT = "aspect"
_FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Pair:
    """The two halves of a text as understood; see `bot.conversation.wishes.Halves`."""

    first: Parsed
    second: Parsed
    is_stressed: bool

    def other(self, half: Parsed) -> Parsed:
        """The one that is not `half`."""
        return self.second if half is self.first else self.first


def alarm_in(whole: Parsed, pairs: Sequence[Pair]) -> Parsed | None:
    """The alarm of a text, or of a half beside which the other is clearly a matter of its own.

    Half a story sounds worse than the whole ("phone died and …"): without a word such as "juga"
    between them only a certain cry counts.
    """
    alarms = [alarm_of(whole)]
    for pair in pairs:
        least = _SURE_CONFIDENCE if pair.is_stressed else _CERTAIN_CONFIDENCE
        for half in (pair.first, pair.second):
            if _is_sure(half, least) and _is_sure_wish(pair.other(half)):
                alarms.append(alarm_of(half))
    return next((alarm for alarm in alarms if alarm), None)


def one_of_two(whole: Parsed, pairs: Sequence[Pair]) -> Parsed:
    """The text as one wish, with the other one as `also`; as it is if it is no two.

    The first wish goes before; but of a text whose halves may belong together ("lahir di sini dan
    mau paspor") the meaning stays. A place counts for both wishes, an aspect for its own half.
    """
    meaning = whole["intent"]["name"]
    for pair in pairs:
        meanings = [pair.first["intent"]["name"], pair.second["intent"]["name"]]
        is_two = _is_sure_wish(pair.first) and _is_sure_wish(pair.second)
        # A meaning that neither half has by itself comes of both together.
        if is_two and meanings[0] != meanings[1] and meaning in (*meanings, _FALLBACK):
            is_second = meaning == meanings[1] and not pair.is_stressed
            wish = pair.second if is_second else pair.first
            shared = [each for each in whole.get("entities") or () if each["entity"] != _ASPECT]
            return {
                **whole,
                "text": wish["text"],
                "intent": wish["intent"],
                "intent_ranking": wish["intent_ranking"],
                "entities": [*shared, *_aspects(wish)],
                ALSO: choice(pair.other(wish)),
            }
    return whole


def beside_alarm(pairs: Sequence[Pair]) -> Parsed | None:
    """The wish beside a cry, if a text holds one."""
    for pair in pairs:
        for half in (pair.first, pair.second):
            cry = pair.other(half)
            if _is_sure(cry) and alarm_of(cry) and _is_sure_wish(half):
                return half
    return None


def choice(parsed: Parsed) -> dict[str, str]:
    """A button for a wish: the key of its title, and what comes back."""
    intent = parsed["intent"]["name"]
    values = {each["value"] for each in _aspects(parsed)}
    said = json.dumps({_ASPECT: values.pop()}) if len(values) == 1 else ""
    return {"title": f"utter_meaning_{intent}", "payload": f"/{intent}{said}"}


def _aspects(parsed: Parsed) -> list[dict[str, Any]]:
    return [each for each in parsed.get("entities") or () if each["entity"] == _ASPECT]


def _is_sure(parsed: Parsed, least: float = _SURE_CONFIDENCE) -> bool:
    return bool(parsed["intent"].get("confidence", 0.0) >= least)


def _is_sure_wish(parsed: Parsed) -> bool:
    is_calm = alarm_of(parsed) is None and not parsed.get("fragment")
    return is_calm and _is_sure(parsed) and is_wish(parsed["intent"]["name"])
