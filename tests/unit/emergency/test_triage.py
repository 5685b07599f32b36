"""The triage table sorts what people write, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.casework.case import Priority
from bot.emergency.kinds import Kind, Who
from bot.emergency.rules import load_rules
from bot.emergency.triage import read_signs
from bot.errors import SetupError
from bot.nlu.normalise import load_spellings, normalise

RULES = load_rules()
SPELLINGS = load_spellings()
ROWS = yaml.safe_load((Path(__file__).parent / "rows.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[row["says"] for row in ROWS])
def test_a_message_is_sorted_as_its_row_says(row: dict[str, Any]) -> None:
    signs = read_signs(normalise(row["says"], SPELLINGS), RULES)
    kind = signs.kind(RULES)
    if "kind" in row:
        assert kind is Kind(row["kind"])
    if "who" in row:
        assert signs.who is Who(row["who"])
    if "words" in row:
        assert [word.value for word in signs.words] == row["words"]
    if "priority" in row:
        found = RULES.priority(kind or Kind.GENERAL, signs.who, signs.is_now)
        assert found is Priority(row["priority"])


def test_every_kind_has_a_row() -> None:
    assert {row.get("kind") for row in ROWS} >= {kind.value for kind in Kind} - {"GENERAL"}


def test_an_intent_alone_is_enough_where_the_words_tell_nothing() -> None:
    signs = read_signs("dia dibawa tadi malam", RULES)
    assert signs.kind(RULES, "emergency_arrest") is Kind.ARREST


def test_words_that_fit_the_intent_win_over_others() -> None:
    signs = read_signs("dipukul polisi waktu ditangkap", RULES)
    assert signs.kind(RULES) is Kind.VIOLENCE
    assert signs.kind(RULES, "emergency_arrest") is Kind.ARREST


def test_going_with_one_another_holds_both_ways() -> None:
    assert RULES.are_one(Kind.MEDICAL, Kind.VIOLENCE)
    assert RULES.are_one(Kind.VIOLENCE, Kind.MEDICAL)
    assert not RULES.are_one(Kind.ARREST, Kind.DISASTER)


@pytest.mark.parametrize(
    ("found", "written", "named"),
    [
        ("TRAFFICKING", "TRAFICKING", "TRAFICKING"),
        ("priority: {now: P1, past: P2}", "priority: {now: P9, past: P2}", "P9"),
        ("{majikan}", "{juragan}", "juragan"),
        ("says: []", "sayz: []", "says"),
    ],
)
def test_a_mistake_in_the_table_is_named(
    tmp_path: Path, found: str, written: str, named: str
) -> None:
    source = Path("data/emergency/triage.yml").read_text(encoding="utf-8")
    broken = tmp_path / "triage.yml"
    broken.write_text(source.replace(found, written, 1), encoding="utf-8")
    with pytest.raises(SetupError, match=named):
        load_rules(broken)


def test_no_message_makes_the_table_slow() -> None:
    text = "tolong saya dipukul " * 500
    assert read_signs(normalise(text, SPELLINGS), RULES).kinds
