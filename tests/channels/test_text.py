"""Words in: cleaned. Words out: split where a reader expects it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.text import clean, shorten, split, units

FAMILY = "👨‍👩‍👧"
URL = "https://peduliwni.kemlu.go.id/beranda.html"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("paspor\x00 hilang\x07", "paspor hilang"),
        ("satu\r\ndua\rtiga\u2028empat", "satu\ndua\ntiga\nempat"),
        ("kolom\tdua", "kolom dua"),
        ("lone \ud83d surrogate", "lone  surrogate"),
        ("\u202eterbalik\u2066", "terbalik"),
        (f"  {FAMILY} ✈️ ", f"{FAMILY} ✈️"),
        ("\x00\x01\n \x02", ""),
    ],
)
def test_control_characters_go_and_line_breaks_and_emoji_stay(raw: str, kept: str) -> None:
    assert clean(raw) == kept
    clean(raw).encode("utf-8")


def test_what_is_longer_than_ten_thousand_characters_is_cut() -> None:
    assert len(clean("a" * 200_000)) == 10_000


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, ()),
        (" \n ", 10, ()),
        ("pendek", 10, ("pendek",)),
        ("Alinea satu.\n\nAlinea dua ini.", 20, ("Alinea satu.", "Alinea dua ini.")),
        ("Baris pertama\nbaris kedua di sini", 22, ("Baris pertama", "baris kedua di sini")),
        ("Bawa paspor. Datang pagi hari.", 20, ("Bawa paspor.", "Datang pagi hari.")),
        ("護照遺失。請到代表處。", 7, ("護照遺失。", "請到代表處。")),
        ("satu dua tiga empat", 10, ("satu dua", "tiga empat")),
        ("aaaaaaaaaaaaaaa", 6, ("aaaaaa", "aaaaaa", "aaa")),
        (f"lihat:{URL}", 45, ("lihat:", URL)),
        (f"xx{FAMILY}yy", 9, ("xx", f"{FAMILY}y", "y")),
        ("🇮🇩🇸🇬🇲🇾", 6, ("🇮🇩", "🇸🇬", "🇲🇾")),
    ],
)
def test_a_long_text_is_cut_at_the_best_border(
    text: str, limit: int, parts: tuple[str, ...]
) -> None:
    assert split(text, limit) == parts


def test_a_web_address_between_words_is_never_cut() -> None:
    text = " ".join(f"kata{i} {URL}?n={i}" for i in range(40))
    parts = split(text, 160)
    whole = [address for part in parts for address in re.findall(r"https\S+", part)]
    assert whole == [f"{URL}?n={i}" for i in range(40)]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(st.sampled_from("ab .!?\n😀é\u0301👍🏽\u200d🇮🇩")), st.integers(4, 30))
def test_no_part_is_too_long_or_empty_and_no_character_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(part.strip() and units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_character_longer_than_a_message_is_still_sent() -> None:
    parts = split("a" + "\u0301" * 50, 10)
    assert "".join(parts) == "a" + "\u0301" * 50


def test_a_title_is_shortened_between_whole_characters() -> None:
    assert shorten("Paspor hilang", 20) == "Paspor hilang"
    assert shorten("Paspor hilang di luar negeri", 12) == "Paspor hila…"
    assert shorten(f"ab{FAMILY}cd", 9) == "ab…"
