"""Emergencies leave Rasa before the dialogue begins: the worker helps, the dialogue stays as it is.

So an open form keeps its place, and if it was no emergency after all, the same words are asked
again and answered as anything else.
"""

from __future__ import annotations

from typing import Any

from bot.emergency.rules import EMERGENCY_INTENTS

_PLACES = ("country", "city", "mission")
# Of what is left when emergencies are taken out, the first must stand out, and not be a remnant.
_LEAST_SHARE = 0.5
_LEAST_CONFIDENCE = 0.05
_FALLBACK = "nlu_fallback"
_GENERAL = "emergency_general"


def alarm_of(parsed: dict[str, Any]) -> dict[str, Any] | None:
    """What the worker needs to know of an emergency; None if the text tells of none."""
    intent = parsed["intent"]["name"]
    if intent not in EMERGENCY_INTENTS:
        if not parsed.get("urgent"):
            return None
        intent = _GENERAL
    return understood(parsed) | {"intent": intent}


def understood(parsed: dict[str, Any]) -> dict[str, Any]:
    """What a text is taken for, and the place that it names first."""
    place: dict[str, str] = {}
    for entity in parsed.get("entities") or ():
        if entity["entity"] in _PLACES:
            place.setdefault(entity["entity"], str(entity["value"]))
    return {
        "intent": parsed["intent"]["name"],
        "place": place,
        "language": parsed.get("language"),
    }


def calmed(parsed: dict[str, Any]) -> dict[str, Any]:
    """The same text, known to be no emergency: the likeliest of the other meanings."""
    others = [
        guess
        for guess in parsed.get("intent_ranking") or ()
        if guess["name"] not in EMERGENCY_INTENTS and guess["name"] != _FALLBACK
    ]
    total = sum(guess["confidence"] for guess in others)
    ranking = [
        {**guess, "confidence": guess["confidence"] / total} for guess in others if total > 0
    ]
    is_unsure = (
        not ranking
        or ranking[0]["confidence"] < _LEAST_SHARE
        or others[0]["confidence"] < _LEAST_CONFIDENCE
    )
    intent = {"name": _FALLBACK, "confidence": 1.0} if is_unsure else ranking[0]
    return {**parsed, "intent": intent, "intent_ranking": ranking, "urgent": False}
