"""Are the answers to common questions whole, dated, short, and free of what goes out of date?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.consular.approved import ApprovedText
from bot.consular.facts import Confidence
from bot.content.faq import load_faq

ANSWERS = load_faq()
ROWS = yaml.safe_load((Path(__file__).parents[1] / "nlu" / "lookup_rows.yml").read_text("utf-8"))
each_answer = pytest.mark.parametrize("answer", ANSWERS, ids=[answer.id for answer in ANSWERS])
CARD_CHARACTERS = 700


def sides(answer: ApprovedText) -> tuple[str, str]:
    return answer.text.id, answer.text.en


def test_there_are_answers_enough() -> None:
    assert len(ANSWERS) >= 30


@each_answer
def test_an_answer_fits_a_phone_and_says_different_words_in_each_language(
    answer: ApprovedText,
) -> None:
    indonesian, english = sides(answer)
    assert max(len(indonesian), len(english)) + len(answer.title.id) <= CARD_CHARACTERS
    assert indonesian != english
    assert answer.title.id.endswith("?") == answer.title.en.endswith("?")


@each_answer
def test_no_fee_phone_number_or_opening_hour_stands_in_an_answer(answer: ApprovedText) -> None:
    for side in sides(answer):
        assert not re.search(
            r"\+\d|\d{5,}|\bRp|\bIDR|\bMYR|\bUSD|\d\.\d{3}|\d{1,2}[.:]\d{2}\b", side
        )


@each_answer
def test_years_and_laws_are_the_same_in_both_languages(answer: ApprovedText) -> None:
    indonesian, english = (sorted(re.findall(r"\d+(?:/\d+)?", side)) for side in sides(answer))
    assert set(english) <= set(indonesian) | {"1", "2", "3"}


@each_answer
def test_what_is_general_practice_is_not_passed_off_as_sure(answer: ApprovedText) -> None:
    if "practice" in answer.provenance.source or "general knowledge" in answer.provenance.source:
        assert answer.provenance.confidence is not Confidence.HIGH


def test_no_way_to_ask_stands_under_two_answers_or_among_the_measured_rows() -> None:
    asked = [question.casefold() for answer in ANSWERS for question in answer.questions]
    measured = {row["text"].casefold() for part in ROWS.values() for row in part}
    assert len(set(asked)) == len(asked)
    assert not set(asked) & measured
