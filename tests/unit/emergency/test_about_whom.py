"""Whom a message is about, apart from who writes it."""

from __future__ import annotations

import pytest

from bot.emergency.rules import load_rules
from bot.emergency.triage import about_whom

RULES = load_rules()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("anak saya di Taiwan mau perpanjang paspor", "child"),
        ("my son is in Taipei and his passport expires", "child"),
        ("teman saya di Hong Kong butuh kontrak kerja", "other"),
        ("saya di Penang mau ganti paspor", None),
        ("I need a new passport", None),
    ],
)
def test_somebody_else_is_told_from_the_writer(text, who):
    assert about_whom(text, RULES) == who
