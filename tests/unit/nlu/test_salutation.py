"""A greeting in front of a need does not hide the need."""

from __future__ import annotations

import pytest

from bot.nlu.salutation import without_salutation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assalamualaikum kak paspor sy mau abis", "paspor sy mau abis"),
        ("Selamat pagi, Bapak/Ibu. Visa saya ditolak kemarin", "Visa saya ditolak kemarin"),
        ("hi sir i want renew passport", "i want renew passport"),
        ("halo min", "halo min"),
        ("selamat pagi kak apa kabar", "selamat pagi kak apa kabar"),
        ("paspor hilang kak", "paspor hilang kak"),
        ("", ""),
    ],
)
def test_rows(text: str, expected: str) -> None:
    assert without_salutation(text) == expected
