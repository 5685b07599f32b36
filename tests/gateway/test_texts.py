"""Does every text of the page stand in both languages, and does the page choose the right one?"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.errors import SetupError
from bot.gateway.page import FOLDER, Page, preferred_language

TEXTS = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("id", "id"),
        ("in-ID", "id"),
        ("ms-MY,en;q=0.8", "id"),
        ("en-US,id;q=0.5", "en"),
        ("en;q=0.3,id;q=0.9", "id"),
        ("zh-TW,zh;q=0.9,en;q=0.7", "en"),
        ("de", "id"),
        ("en;q=broken,id", "id"),
    ],
)
def test_which_language_an_accept_header_asks_for(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


def test_every_text_stands_in_both_languages_and_is_used() -> None:
    code = (FOLDER / "chat.html").read_text() + (FOLDER / "chat.js").read_text()
    for name, text in TEXTS.items():
        assert set(text) == {"id", "en"}
        assert all(each.strip() for each in text.values())
        assert re.search(rf'["{{]{name}["}}]', code), f"{name} is not used"
    for name in re.findall(r'(?:\bt|notice)\("(\w+)"\)', code):
        assert name in TEXTS


def test_a_page_that_lacks_a_text_does_not_start(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(FOLDER, folder)
    texts = {name: text for name, text in TEXTS.items() if name != "sos"}
    (folder / "texts.json").write_text(json.dumps(texts))

    with pytest.raises(SetupError, match="sos"):
        Page(folder)


def test_a_text_cannot_end_the_block_of_texts(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(FOLDER, folder)
    texts = {**TEXTS, "send": {"id": "</script><b>", "en": '"&'}}
    (folder / "texts.json").write_text(json.dumps(texts))

    html = Page(folder).html("id").decode()
    assert "</script><b>" not in html
    block = re.search(r'id="texts">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["send"]["id"] == "</script><b>"


def test_the_emergency_button_says_what_the_worker_takes_for_the_emergency_key() -> None:
    catalogue = Catalogue.load()

    for language, sent in TEXTS["sos_message"].items():
        assert sent == catalogue.text("utter_keyboard_sos", language)
