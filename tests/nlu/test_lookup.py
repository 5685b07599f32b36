"""Is what no intent covers found among the approved texts, and nothing where there is nothing?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bot.consular.approved import ApprovedText, TextKind, approved_texts
from bot.consular.facts import Bilingual, Confidence, Guidance, Provenance, Service
from bot.content.faq import load_faq
from bot.errors import SetupError
from bot.lookup.index import MeaningIndex
from bot.nlu.encoder.build import build_encoder
from bot.nlu.encoder.onnx import OnnxEncoder
from bot.services.look_up import LookUp
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts

ROWS = yaml.safe_load(Path(__file__).with_name("lookup_rows.yml").read_text("utf-8"))
FRESH = yaml.safe_load(Path(__file__).with_name("lookup_fresh.yml").read_text("utf-8"))
FACT = Provenance("a decree", "2026-11", Confidence.HIGH)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ApprovedText, ...]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('lookup') / 'facts.db'}")
    schema.upgrade(engine)
    seeding.seed(engine)
    facts = SqlConsularFacts(engine)
    found = approved_texts(facts.services(), facts.all_guidance(), load_faq())
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def index(texts: tuple[ApprovedText, ...]) -> MeaningIndex:
    directory = build_encoder()
    return MeaningIndex(lambda: texts, partial(OnnxEncoder, directory), encoder_name=directory.name)


@pytest.fixture(scope="module")
def look_up(index: MeaningIndex) -> LookUp:
    return LookUp(index)


def measured(look_up: LookUp, part: str) -> tuple[float, float, float]:
    """Shares: right text shown, wrong text shown, something shown where nothing fits."""
    right = wrong = false = 0
    rows: list[dict[str, Any]] = (ROWS | FRESH)[part]
    for row in rows:
        found = look_up(row["text"])
        if found is None:
            continue
        is_right = any(found.id.startswith(wanted) for wanted in row["find"])
        right += is_right
        wrong += bool(row["find"]) and not is_right
        false += not row["find"]
    answerable = sum(bool(row["find"]) for row in rows)
    return right / answerable, wrong / answerable, false / (len(rows) - answerable)


def test_the_threshold_shows_right_texts_and_hardly_ever_a_wrong_one(look_up: LookUp) -> None:
    right, wrong, false = measured(look_up, "fit")
    assert right >= 0.75
    assert wrong <= 0.05
    assert false <= 0.05


def test_it_holds_on_questions_that_it_was_not_chosen_on(look_up: LookUp) -> None:
    right, wrong, false = measured(look_up, "check")
    assert right >= 0.5
    assert wrong <= 0.06
    assert false <= 0.07


def test_questions_written_afterwards_give_the_figure_to_believe(look_up: LookUp) -> None:
    rows = FRESH["fresh"]
    assert len(rows) >= 60
    assert sum(not row["find"] for row in rows) * 2 >= len(rows)
    right, wrong, false = measured(look_up, "fresh")
    assert right >= 0.54
    assert wrong <= 0.061
    assert false <= 0.031


def test_the_right_text_is_mostly_the_nearest(index: MeaningIndex) -> None:
    rows = [row for part in ROWS.values() for row in part if row["find"]]
    nearest = [index.nearest(row["text"], limit=3) for row in rows]

    def share(limit: int) -> float:
        hits = [
            any(m.text.id.startswith(w) for m in matches[:limit] for w in row["find"])
            for row, matches in zip(rows, nearest, strict=True)
        ]
        return sum(hits) / len(hits)

    assert share(1) >= 0.85
    assert share(3) >= 0.92


def test_a_question_finds_its_own_answer_in_both_languages(
    index: MeaningIndex, texts: tuple[ApprovedText, ...]
) -> None:
    answers = [text for text in texts if text.kind is TextKind.FAQ]
    found = [
        index.nearest(title, limit=1)[0].text.id == text.id
        for text in answers
        for title in (text.title.id, text.title.en)
    ]
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize("text", ["", "   ", "\n", "?!", "😀😀", "a" * 10_000])
def test_what_says_nothing_finds_nothing(look_up: LookUp, text: str) -> None:
    assert look_up(text) is None


def test_the_text_is_shown_as_it_stands_with_its_source_and_date(look_up: LookUp) -> None:
    found = look_up("apa itu skpln")
    assert found is not None
    entry = next(text for text in load_faq() if text.id == "faq:skpln")
    assert found == entry
    assert found.subject == "skpln"


class CountingEncoder:
    """A small encoder: a letter is a direction. It counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        self.asked += len(texts)
        rows = np.zeros((len(texts), 26), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                if "a" <= letter <= "z":
                    row[ord(letter) - 97] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.maximum(lengths, 1e-6)

    encode_passages = encode


def text(name: str, words: str) -> ApprovedText:
    both = Bilingual(words, words)
    return ApprovedText(f"faq:{name}", TextKind.FAQ, both, text=both, provenance=FACT)


def small_index(
    texts: Callable[[], tuple[ApprovedText, ...]], encoder: CountingEncoder, root: Path
) -> MeaningIndex:
    return MeaningIndex(texts, lambda: encoder, encoder_name="small", cache_root=root)


def test_vectors_are_worked_out_once_and_kept(tmp_path: Path) -> None:
    known = (text("zoo", "zzz ooo"), text("bee", "bbb eee"))
    first, second = CountingEncoder(), CountingEncoder()
    small_index(lambda: known, first, tmp_path).prepare()
    assert first.asked > 0
    again = small_index(lambda: known, second, tmp_path)
    again.prepare()
    assert second.asked == 0
    assert again.nearest("zoo", limit=1)[0].text.id == "faq:zoo"


def test_a_changed_text_is_found_at_the_next_question(tmp_path: Path) -> None:
    state = {"texts": (text("zoo", "zzz ooo"), text("bee", "bbb eee"))}
    index = small_index(lambda: state["texts"], CountingEncoder(), tmp_path)
    assert index.nearest("qqqq", limit=1)[0].text.id != "faq:quick"
    state["texts"] = (*state["texts"], text("quick", "qqq qqq"))
    assert index.nearest("qqqq", limit=1)[0].text.id == "faq:quick"


def test_a_broken_cache_is_made_again(tmp_path: Path) -> None:
    known = (text("zoo", "zzz ooo"),)
    (tmp_path / "small.npz").write_bytes(b"not a file of vectors")
    index = small_index(lambda: known, CountingEncoder(), tmp_path)
    assert index.nearest("zoo", limit=5)[0].text.id == "faq:zoo"


def test_pieces_of_services_and_guidance_keep_their_own_source() -> None:
    both = Bilingual("satu", "one")
    service = Service("X", "x", True, both, both, (both, both), None, both, None, "law", FACT)
    guidance = Guidance("MEDICAL", both, (both,), both, both, FACT)
    found = {each.id: each for each in approved_texts([service], [guidance], [])}
    assert set(found) == {
        "service:X:about",
        "service:X:procedure",
        "service:X:requirements",
        "guidance:MEDICAL:steps",
        "guidance:MEDICAL:can",
        "guidance:MEDICAL:cannot",
    }
    assert found["service:X:requirements"].text.en == "• one\n• one"
    assert all(each.provenance == FACT for each in found.values())


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("- {id: a}", "an entry has"),
        (
            "- {id: a, title: {id: x}, text: {id: x, en: x}, questions: [], source: s, "
            "date: 2026, confidence: high}",
            "both languages",
        ),
        (
            "- {id: a, title: {id: x, en: x}, text: {id: x, en: x}, questions: [], source: s, "
            "date: 2026-13, confidence: high}",
            "month",
        ),
        ("nothing", "not a file of answers"),
    ],
)
def test_a_wrong_file_of_answers_is_one_clear_line(tmp_path: Path, entry: str, words: str) -> None:
    path = tmp_path / "faq.yml"
    path.write_text(f"faq:\n  {entry}\n", encoding="utf-8")
    with pytest.raises(SetupError, match=words):
        load_faq(path)
