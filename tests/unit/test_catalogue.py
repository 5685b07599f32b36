"""A card shows what is known and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue, fill
from bot.errors import SetupError

ENGLISH = "\n    condition: [{type: slot, name: language, value: en}]"


def test_a_line_whose_value_is_not_known_is_left_out() -> None:
    template = "Telepon: {phone}\nHotline {mission}: {hotline}\nSelesai."
    assert fill(template, {"phone": "+1", "mission": "KBRI"}) == "Telepon: +1\nSelesai."
    assert fill(template, {"phone": None, "mission": "", "hotline": []}) == "Selesai."


def test_a_list_stands_behind_its_line_one_item_a_line() -> None:
    assert fill("Syarat:{papers}", {"papers": ["a", "b"]}) == "Syarat:\n• a\n• b"


def test_braces_in_a_value_are_not_filled_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "{b}"


def test_empty_paragraphs_do_not_stay() -> None:
    assert fill("a\n\n{x}\n\n{y}\n\nb", {}) == "a\n\nb"


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f'version: "3.1"\nresponses:\n{text}\n', encoding="utf-8")


def test_both_languages_stand_side_by_side(tmp_path: Path) -> None:
    _write(tmp_path, "a.yml", f"  utter_a:\n  - text: halo\n  - text: hello{ENGLISH}")
    catalogue = Catalogue.load(tmp_path)
    assert catalogue.text("utter_a", "id") == "halo"
    assert catalogue.text("utter_a", "en") == "hello"
    assert catalogue.text("utter_a", "jv") == "halo"


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"a.yml": "  utter_a:\n  - text: halo"}, "both languages"),
        (
            {
                "a.yml": f"  utter_a:\n  - text: halo\n  - text: hello{ENGLISH}",
                "b.yml": f"  utter_a:\n  - text: hai\n  - text: hi{ENGLISH}",
            },
            "another file",
        ),
        ({"a.yml": "  utter_a: ["}, "not a readable file"),
    ],
)
def test_a_broken_catalogue_stops_the_program(
    files: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        _write(tmp_path, name, text)
    with pytest.raises(SetupError, match=complaint):
        Catalogue.load(tmp_path)
