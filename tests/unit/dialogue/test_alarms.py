"""Emergencies leave Rasa before its dialogue, and come back calm if they were none."""

from __future__ import annotations

from typing import Any

from bot.dialogue.alarms import alarm_of, calmed


def parsed(*ranking: tuple[str, float], urgent: bool = False, **entities: str) -> dict[str, Any]:
    guesses = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return {
        "text": "…",
        "intent": guesses[0],
        "intent_ranking": guesses,
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "language": "id",
        "urgent": urgent,
    }


def test_an_emergency_intent_is_an_alarm_with_its_place() -> None:
    found = alarm_of(parsed(("emergency_arrest", 0.9), city="Tokyo", date="2026-11-24"))
    assert found == {"intent": "emergency_arrest", "place": {"city": "Tokyo"}, "language": "id"}


def test_urgent_words_of_another_intent_are_an_alarm_too() -> None:
    found = alarm_of(parsed(("passport_lost", 0.9), urgent=True))
    assert found
    assert found["intent"] == "emergency_general"


def test_asking_for_emergency_numbers_is_no_alarm() -> None:
    assert alarm_of(parsed(("emergency_numbers", 0.9))) is None


def test_calm_words_mean_the_likeliest_of_the_rest() -> None:
    calm = calmed(parsed(("emergency_medical", 0.6), ("appointment_book", 0.35), ("greet", 0.05)))
    assert calm["intent"]["name"] == "appointment_book"
    assert [guess["name"] for guess in calm["intent_ranking"]] == ["appointment_book", "greet"]
    assert not calm["urgent"]


def test_what_is_left_of_a_sure_emergency_is_not_believed() -> None:
    calm = calmed(parsed(("emergency_stranded", 0.98), ("data_erase", 0.01), ("greet", 0.002)))
    assert calm["intent"]["name"] == "nlu_fallback"
    assert calm["intent_ranking"][0]["name"] == "data_erase"


def test_of_two_that_are_as_likely_none_is_chosen() -> None:
    calm = calmed(parsed(("emergency_death", 0.4), ("greet", 0.3), ("thank", 0.3)))
    assert calm["intent"]["name"] == "greet"
    calm = calmed(parsed(("emergency_death", 0.4), ("greet", 0.2), ("thank", 0.2), ("deny", 0.2)))
    assert calm["intent"]["name"] == "nlu_fallback"


def test_where_nothing_is_left_it_is_asked_what_was_meant() -> None:
    assert calmed(parsed(("emergency_death", 1.0)))["intent"]["name"] == "nlu_fallback"
