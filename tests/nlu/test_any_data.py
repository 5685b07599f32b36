"""Does the pipeline learn from any data, with no intent of ours named in it?"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from bot.nlu.parse import Parser, newest_model
from tests.nlu.examples import PROJECT

_OTHER_DATA = """
version: "3.1"
nlu:
- intent: order_food
  examples: |
    - mau pesan nasi goreng dua
    - I would like a pizza please
    - tolong mie ayam satu
    - can I get some soup
    - beli bakso
    - one burger to go
    - lapar, ada sate?
    - chicken rice for three
- intent: book_table
  examples: |
    - reservasi meja untuk empat orang
    - a table for two tonight
    - booking tempat jam tujuh
    - is there a free seat at eight
    - pesan kursi dekat jendela
    - reserve the corner table
    - meja kosong ada?
    - seats for ten on friday
"""


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    from rasa.model_training import train_nlu

    folder = tmp_path_factory.mktemp("other")
    (folder / "nlu.yml").write_text(_OTHER_DATA, encoding="utf-8")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    train_nlu(str(PROJECT / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
    return Parser(newest_model(folder / "models"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [("dua bakso dan satu sate", "order_food"), ("a table for five", "book_table")],
)
def test_the_pipeline_learns_other_peoples_intents(parser: Parser, text: str, intent: str) -> None:
    assert parser.understand(text).ranking[0][0] == intent


def test_nothing_is_urgent_where_no_intent_is_an_emergency(parser: Parser) -> None:
    assert not parser.understand("tolong tolong kebakaran").urgent


def test_no_component_names_an_intent_of_ours() -> None:
    domain = (PROJECT / "domain.yml").read_text(encoding="utf-8")
    intents = re.findall(r"^- ([a-z]+_[a-z_]+)$", domain.split("entities:")[0], re.MULTILINE)
    assert len(intents) > 40
    for file in (PROJECT / "bot" / "nlu" / "components").glob("*.py"):
        words = set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
        assert words.isdisjoint(intents), file.name


def test_a_folder_without_a_model_is_named_as_the_trouble(tmp_path: Path) -> None:
    from bot.errors import SetupError

    with pytest.raises(SetupError, match="make train"):
        newest_model(tmp_path)
    (tmp_path / "broken.tar.gz").write_bytes(b"not a model")
    with pytest.raises(SetupError, match="does not load"):
        Parser(newest_model(tmp_path))
