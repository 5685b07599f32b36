"""A numbered menu, and what a citizen may answer to it."""

from __future__ import annotations

import pytest

from bot.conversation.menu import match_answer, numbered

SERVICES = ("Paspor hilang", "SPLP untuk pulang", "Tidak aman menelepon", "Perpanjang paspor")
YES_NO = ("✅ Ya, lanjutkan", "Tidak / No")


def test_a_menu_has_one_numbered_line_a_choice() -> None:
    assert numbered(("Ya", "Tidak")) == "1. Ya\n2. Tidak"


@pytest.mark.parametrize(
    "answer",
    [
        *("2", " 2 ", "2.", "2)", "(2)", "#2", "２", "②", "2️⃣", "٢", "2!!"),
        *("nomor 2", "Nomor 2", "no 2", "no. 2", "no.2", "no2", "nmr 2", "number 2", "option 2"),
        *("pilihan 2", "yang nomor 2 ya kak", "saya pilih 2", "yg ke-2", "dua", "nomor dua"),
        *("yang kedua", "the second", "SPLP untuk pulang", "splp  UNTUK pulang", "SPLP untuk"),
        *("*SPLP untuk pulang*", "saya mau splp untuk pulang dong", "🙏 splp untuk pulang 🙏"),
    ],
)
def test_a_number_or_the_words_of_a_title_choose(answer: str) -> None:
    assert match_answer(answer, SERVICES) == 1


@pytest.mark.parametrize(
    "answer",
    [
        *("", "   ", "🙏", "0", "5", "99", "112", "1 dan 2", "2 anak saya hilang", "62812"),
        *("paspor", "paspor saya hilang dua hari lalu", "aman menelepon", "tolong", "2026"),
        *("no", "no one", "nomor", "berapa biaya splp untuk pulang?", "2 " * 200),
    ],
)
def test_what_is_no_answer_to_the_menu_goes_to_the_assistant(answer: str) -> None:
    assert match_answer(answer, SERVICES) is None


@pytest.mark.parametrize(
    ("answer", "choice"),
    [("ya", 0), ("Ya!", 0), ("YA KAK", 0), ("lanjutkan", 0), ("no", 1), ("tidak", 1), ("no 1", 0)],
)
def test_a_part_of_a_title_that_can_stand_for_it_chooses(answer: str, choice: int) -> None:
    assert match_answer(answer, YES_NO) == choice


def test_accents_and_signs_do_not_matter() -> None:
    assert match_answer("cote d ivoire", ("Côte d’Ivoire", "Ghana")) is None
    assert match_answer("cote divoire", ("Côte d’Ivoire", "Ghana")) == 0
    assert match_answer("👍", ("👍", "👎")) == 0


def test_a_title_that_is_a_number_beats_its_position() -> None:
    assert match_answer("5", ("5", "4", "3", "2", "1")) == 0


def test_an_answer_that_fits_two_choices_chooses_none() -> None:
    assert match_answer("ya", ("Ya, sendiri", "Ya, dengan anak")) is None
    assert match_answer("paspor saya", ("Paspor saya hilang", "Paspor saya rusak")) is None


def test_ten_as_one_sign() -> None:
    assert match_answer("🔟", tuple("abcdefghij")) == 9
