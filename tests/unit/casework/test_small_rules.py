"""Fair use, references and codes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.casework.codes import new_code, split_code
from bot.casework.fair_use import allowed_again_at
from bot.casework.reference import ALPHABET, new_reference, parse_reference
from tests.unit.casework.builders import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours_ago", "again_in"),
    [
        ([], None),
        ([1, 2], None),
        ([1, 2, 3], 21),
        ([1, 2, 3, 4], 21),
        ([1, 2, 24], None),
        ([1, 2, 23], 1),
    ],
)
def test_three_requests_in_any_24_hours(hours_ago: list[int], again_in: int | None) -> None:
    again = allowed_again_at([NOW - hours * HOUR for hours in hours_ago], NOW)
    assert again == (None if again_in is None else NOW + again_in * HOUR)


@pytest.mark.parametrize(
    "typed", ["KSL-261124-7Q4M", "ksl-261124-7q4m", "#KSL-261124-7Q4M", " ksl 261124 7q4m "]
)
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_reference(typed) == "KSL-261124-7Q4M"


@pytest.mark.parametrize("typed", ["", "KSL", "KSL-2611-7Q4M", "x" * 500, "KSL-٢٦١١٢٤-7Q4M"])
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert parse_reference(typed) is None


def test_a_new_reference_reads_back() -> None:
    reference = new_reference(NOW)
    assert reference.startswith("KSL-261124-")
    assert parse_reference(reference.lower()) == reference


def test_codes_are_typed_in_any_way_and_never_alike() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        parts = split_code(f" {code.lower().replace('-', ' ')} ")
        assert parts == split_code(code)
        assert set("".join(parts or ())) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["", "abc", "0000-0000-0000", "x" * 300])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert split_code(typed) is None
