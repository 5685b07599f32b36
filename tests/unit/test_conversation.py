"""The rules of a conversation: language, greetings, what reaches Rasa."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.casework.reference import ALPHABET, new_reference
from bot.content.casework import load_phrases
from bot.conversation.greeting import is_salam
from bot.conversation.language import answer_language, language_of
from bot.dialogue.protocol import MAX_NLU_CHARACTERS, nlu_text


@pytest.mark.parametrize(
    ("chosen", "detected", "kept", "expected"),
    [
        ("en", "id", "id", "en"),
        (None, "en", "id", "en"),
        (None, None, "en", "en"),
        (None, None, None, "id"),
        (None, "ms", None, "id"),
    ],
)
def test_the_citizens_choice_wins_then_the_words_then_what_was_before(
    chosen: str | None, detected: str | None, kept: str | None, expected: str
) -> None:
    assert answer_language(chosen=chosen, detected=detected, kept=kept) == expected


def test_a_kept_language_is_a_choice_only_if_it_was_asked_for() -> None:
    words = {"language": "en", "metadata": {"language": "id", "language_chosen": False}}
    chosen = {"language": "en", "metadata": {"language": "id", "language_chosen": True}}
    assert language_of(words) == "en"
    assert language_of(chosen) == "id"
    assert language_of({}) == "id"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assalamualaikum kak", True),
        ("Assalamu'alaikum wr wb", True),
        ("askum min", True),
        ("selamat pagi", False),
        ("alamat kbri mana", False),
    ],
)
def test_a_salam_is_recognised_however_it_is_spelt(text: str, expected: bool) -> None:
    assert is_salam(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/emergency_general", "emergency_general"),
        ("  //restart", "restart"),
        ("paspor / visa", "paspor / visa"),
        ("/", "."),
    ],
)
def test_typed_words_are_never_a_button_to_rasa(text: str, expected: str) -> None:
    assert nlu_text(text) == expected


def test_long_text_is_cut_before_rasa_sees_it() -> None:
    assert len(nlu_text("a " * 10_000)) == MAX_NLU_CHARACTERS


def test_a_case_reference_can_be_read_out() -> None:
    references = {new_reference(datetime(2026, 11, 24, tzinfo=timezone.utc)) for _ in range(200)}
    assert len(references) > 190
    for reference in references:
        prefix, date, word = reference.split("-")
        assert (prefix, date, len(word)) == ("KSL", "261124", 4)
        assert set(word) <= set(ALPHABET)
    assert not set("0O1IL2Z5S8BV") & set(ALPHABET)


@pytest.mark.parametrize(
    ("text", "is_leaving", "is_polite"),
    [
        ("Batal", True, False),
        ("  kembali ke BOT. ", True, False),
        ("Never mind!", True, False),
        ("visa saya batal", False, False),
        ("jangan dibatalkan ya", False, False),
        ("Terima kasih 🙏", False, True),
        ("ok", False, True),
        ("👍", False, True),
        ("???", False, False),
        ("terima kasih, tapi paspor saya belum jadi", False, False),
        ("", False, False),
    ],
)
def test_what_is_said_to_the_desk_itself(text: str, is_leaving: bool, is_polite: bool) -> None:
    phrases = load_phrases()
    assert (phrases.is_leaving(text), phrases.is_polite(text)) == (is_leaving, is_polite)
