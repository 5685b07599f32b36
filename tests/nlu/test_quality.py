"""Does the trained assistant understand people? Measured on texts it has never seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.nlu.evaluate import judge, measures, read_labelled
from bot.nlu.parse import Parser, newest_model
from tests.nlu.examples import MEASURING, PROJECT

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    loaded = Parser(newest_model(PROJECT / "models"))
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def measured(parser: Parser) -> dict[str, Any]:
    return measures(judge(read_labelled(MEASURING), parser, today=TODAY))


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        ("accuracy", 0.87),
        ("top_three", 0.95),
        ("emergency_recall", 0.98),
        ("near_misses_refused", 0.70),
        ("language_accuracy", 0.98),
    ],
)
def test_understanding_reaches_its_floor(
    measured: dict[str, Any], measure: str, least: float
) -> None:
    assert measured[measure] >= least


def test_plain_texts_are_understood_best(measured: dict[str, Any]) -> None:
    assert measured["accuracy_by_kind"]["plain"] >= 0.91


def test_calm_texts_raise_few_alarms(measured: dict[str, Any]) -> None:
    assert measured["false_alarms"] <= 0.03
    assert measured["false_alarms_hard_negatives"] <= 0.10


def test_neither_language_is_understood_much_worse(measured: dict[str, Any]) -> None:
    by_language = measured["accuracy_by_language"]
    assert abs(by_language["id"] - by_language["en"]) <= 0.05


@pytest.mark.parametrize(
    ("entity", "least"),
    [
        ("country", 0.95),
        ("city", 0.95),
        ("mission", 0.95),
        ("date", 0.92),
        ("reference_number", 0.92),
        ("passport_number", 0.92),
        ("aspect", 0.82),
    ],
)
def test_entities_are_found(measured: dict[str, Any], entity: str, least: float) -> None:
    assert measured["entities"][entity]["f1"] >= least


@pytest.mark.parametrize(
    ("text", "is_urgent"),
    [
        ("tolong saya dikunci di kamar sama majikan, hp mau disita", True),
        ("my sister is bleeding and the boss will not let us call anyone", True),
        ("teman saya ditangkap polisi tadi pagi", True),
        ("berapa biaya ganti paspor", False),
        ("queue is killing me, when is my turn", False),
    ],
)
def test_danger_is_told_from_business(parser: Parser, text: str, is_urgent: bool) -> None:
    assert parser.understand(text).urgent is is_urgent


@pytest.mark.parametrize("text", ["", " ", "👍", "\x00\x07", "/restart", "?", "日本語"])
def test_any_text_is_answered_without_an_error(parser: Parser, text: str) -> None:
    assert parser.understand(text).milliseconds >= 0


@pytest.mark.parametrize(
    "hostile", ["a " * 5000, "x" * 10_000, "?.-" * 3400, "tolong " * 1500, "😀" * 10_000]
)
def test_a_hostile_text_does_not_hold_the_assistant_up(parser: Parser, hostile: str) -> None:
    quickest = min(parser.understand(f"{n} {hostile}").milliseconds for n in range(5))
    assert quickest <= 60


def test_a_message_takes_some_milliseconds(measured: dict[str, Any]) -> None:
    assert measured["milliseconds"]["p50"] <= 25
