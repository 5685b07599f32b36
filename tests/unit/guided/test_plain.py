"""Is a message an answer to the open question, and nothing beside it?"""

from __future__ import annotations

import pytest

from bot.guided.plain import Lexicon, Named, is_plain_answer, is_small_answer
from tests.unit.guided.talking import guide

LEXICON = Lexicon(
    empty=frozenset({"di", "in", "for", "untuk", "yang", "pak", "kak"}),
    ordinary=frozenset({"lari", "mereka", "saya", "takut", "jalan", "no", "come", "they", "me"}),
)
ROWS = [
    ("lapor_diri_form", "subject", "my husband", True),
    ("lapor_diri_form", "subject", "untuk adik saya", True),
    ("lapor_diri_form", "subject", "my husband locked me up", False),
    ("lapor_diri_form", "subject", "tolong", False),
    ("lapor_diri_form", "subject", "my husband, please", False),
    ("worker_contract", "employer", "another", True),
    ("worker_contract", "employer", "bukan, majikan lain", True),
    ("worker_contract", "employer", "majikan lain kejam", False),
    ("passport", "situation", "saya tidak aman di sini", False),
    ("passport", "situation", "tidak aman", False),
    ("passport", "permit", "hilang", True),
    ("death", "means", "keluarga pak", True),
    ("death", "means", "", False),
]


@pytest.mark.parametrize(("dialogue", "key", "text", "expected"), ROWS)
def test_an_answer_is_told_from_a_story(dialogue: str, key: str, text: str, expected: bool) -> None:
    assert plain(dialogue, key, text, is_calm=False) is expected


def test_a_place_is_an_answer_only_where_one_is_asked_for() -> None:
    text = "saya di Riyadh"
    city = Named("city", text.index("Riyadh"), len(text))
    assert plain("death", "place", text, city, is_calm=False)
    assert not plain("death", "need", text, city, is_calm=False)
    assert not plain("death", "place", text, is_calm=False)


def test_what_else_is_said_beside_a_place_is_heard() -> None:
    text = "Riyadh, mereka kejar saya"
    assert not plain("death", "place", text, Named("city", 0, 6), is_calm=True)


@pytest.mark.parametrize("text", ["Dewi Lestari", "Tri Wulandari binti Ahmad"])
def test_a_name_is_an_answer_while_its_words_sound_calm(text: str) -> None:
    assert plain("lapor_diri_form", "name", text, is_calm=True)
    assert not plain("lapor_diri_form", "name", text, is_calm=False)
    assert not plain("passport", "situation", text, is_calm=True)


@pytest.mark.parametrize("text", ["saya takut", "they come", "mereka lari kejar"])
def test_ordinary_words_are_no_name(text: str) -> None:
    assert not plain("lapor_diri_form", "name", text, is_calm=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("ya", True), ("2", True), ("09:30", True), ("ga tau", True), ("not sure", True)),
        *(("kembali", True), ("batal", True), ("no no", True), ("B1234567", True)),
        *(
            ("no please", False),
            ("jangan", False),
            ("tolong", False),
            ("sakit", False),
            ("", False),
        ),
    ],
)
def test_some_words_answer_any_question(text: str, expected: bool) -> None:
    assert is_small_answer(text) is expected


def plain(dialogue: str, key: str, text: str, *named: Named, is_calm: bool) -> bool:
    """What is said of one message."""
    found = guide().dialogues[dialogue]
    step = found.step(key)
    assert step
    return is_plain_answer(found, step, text, named, lexicon=LEXICON, is_calm=is_calm)
