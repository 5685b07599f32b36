"""Features, classifier, urgency, fragments: do they learn, keep and judge as they should?"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from bot.errors import SetupError
from bot.nlu.classify import ClassifierSettings, IntentModel, train
from bot.nlu.found import Found
from bot.nlu.fragments import FragmentJudge, outside
from bot.nlu.ngrams import NgramFeatures, terms
from bot.nlu.normalise import load_spellings
from bot.nlu.tokens import WordTokenizer
from bot.nlu.urgency import MODEL_FILE, UrgencyCheck, UrgencyModel, features, train_urgency

_TEXTS = [
    "mau makan nasi",
    "makan roti enak",
    "nasi goreng",
    "naik bus",
    "bus malam",
    "naik kereta",
]
_LABELS = ["food", "food", "food", "travel", "travel", "travel"]


def _trained() -> tuple[NgramFeatures, IntentModel]:
    views = [(terms(text), terms(text)) for text in _TEXTS * 4]
    features = NgramFeatures.fitted(views)
    dense = np.random.default_rng(0).normal(size=(len(views), 8)).astype(np.float32)
    settings = ClassifierSettings(dense_weight=0.01)
    return features, train(features.matrix(views), dense, _LABELS * 4, settings=settings)


def test_the_classifier_gives_chances_that_sum_to_one_and_names_the_likeliest() -> None:
    features, model = _trained()
    views = [(terms("makan nasi"), terms("makan nasi")), (terms("naik bus"), terms("naik bus"))]
    chances = model.probabilities(features.matrix(views), np.zeros((2, 8), np.float32))
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert [model.labels[i] for i in chances.argmax(axis=1)] == ["food", "travel"]


def test_a_saved_classifier_answers_as_before(tmp_path: Path) -> None:
    features, model = _trained()
    model.save(tmp_path)
    features.save(tmp_path)
    again, same = IntentModel.load(tmp_path), NgramFeatures.load(tmp_path)
    view = [(terms("makan di kereta"), terms("makan di kereta"))]
    dense = np.ones((1, 8), np.float32)
    before = model.probabilities(features.matrix(view), dense)
    assert np.allclose(before, again.probabilities(same.matrix(view), dense))


def test_a_text_without_a_known_ngram_still_gets_chances() -> None:
    features, model = _trained()
    row = features.matrix([(terms("日本"), terms(""))])
    assert np.isfinite(model.probabilities(row, np.zeros((1, 8), np.float32))).all()


_DANGER = ["tolong saya dipukul", "help he hits me", "dia dipukul majikan", "he is bleeding help"]
_CALM = ["biaya paspor", "opening hours please", "jam buka kantor", "passport fee"]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> UrgencyCheck:
    model = train_urgency(
        [*_DANGER, *_CALM] * 5, ([True] * 4 + [False] * 4) * 5, load_spellings(), false_alarms=0.1
    )
    folder = tmp_path_factory.mktemp("model")
    model.save(folder / MODEL_FILE)
    with tarfile.open(folder / "trained.tar.gz", "w:gz") as archive:
        archive.add(folder / MODEL_FILE, f"components/train_X/{MODEL_FILE}")
    return UrgencyCheck.from_trained(folder / "trained.tar.gz")


def test_urgency_tells_danger_from_business(check: UrgencyCheck) -> None:
    assert check("tolong dipukul").is_urgent
    assert not check("biaya paspor berapa").is_urgent


@pytest.mark.parametrize("text", ["", "   ", "👍", "?" * 10_000, "tolong " * 1500, "\x00\x01"])
def test_urgency_judges_any_text(check: UrgencyCheck, text: str) -> None:
    assert 0 <= check(text).score <= 1


def test_the_work_for_urgency_does_not_grow_with_the_text() -> None:
    words = [f"kata{number}" for number in range(2_000)]
    short, long = " ".join(words[:80]), " ".join(words)
    spellings = load_spellings()
    read, _ = features(long, spellings)
    assert len(read) <= 1.1 * len(features(short, spellings)[0])
    begin, end = long[:1_000], long[-1_000:]
    for middle in ("tolong " * 1_500, "x" * 10_000):
        assert np.array_equal(features(begin + middle + end, spellings)[0], read)


def test_an_archive_without_an_urgency_model_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz"):
        pass
    with pytest.raises(SetupError, match=r"other\.tar\.gz"):
        UrgencyCheck.from_trained(tmp_path / "other.tar.gz")


def test_an_urgency_model_survives_being_kept(tmp_path: Path) -> None:
    model = UrgencyModel(np.arange(4, dtype=np.float32), -0.5)
    model.save(tmp_path / MODEL_FILE)
    again = UrgencyModel.load(tmp_path / MODEL_FILE)
    assert again.bias == model.bias
    assert (again.weights == model.weights).all()


@pytest.fixture(scope="module")
def tokenizer() -> WordTokenizer:
    return WordTokenizer()


@pytest.mark.parametrize(
    ("text", "named", "is_fragment"),
    [
        ("kalau di Jepang?", ["Jepang"], True),
        ("trus klo hongkong gmn kak", ["hongkong"], True),
        ("and the fee in Tokyo?", ["fee", "Tokyo"], True),
        ("berapa lama?", ["berapa lama"], True),
        ("what about next week", ["next week"], True),
        ("paspor hilang di Jepang", ["Jepang"], False),
        ("gimana?", [], False),
        ("visa Jepang", ["Jepang"], False),
    ],
)
def test_a_fragment_holds_nothing_but_entities_and_empty_words(
    tokenizer: WordTokenizer, text: str, named: list[str], is_fragment: bool
) -> None:
    found = [Found("country", "XX", text.index(n), text.index(n) + len(n)) for n in named]
    words = tokenizer.words(text)
    assert FragmentJudge().is_fragment(words, found, kinds=["country"]) is is_fragment


@pytest.mark.parametrize(
    ("text", "named", "says_nothing"),
    [
        ("di Riyadh", ["Riyadh"], True),
        ("kemarin", ["kemarin"], True),
        ("A1234567", ["A1234567"], True),
        ("2", [], True),
        ("50450", [], True),
        ("in Jeddah, on the 12th", ["Jeddah", "12th"], True),
        ("sy di Riyadh", ["Riyadh"], True),
        ("🆘", [], False),
        ("Riyadh 🆘", ["Riyadh"], False),
        ("tolong, di Riyadh", ["Riyadh"], False),
        ("dikurung di Riyadh", ["Riyadh"], False),
        ("polisi", [], False),
    ],
)
def test_a_bare_answer_says_nothing_by_itself(
    tokenizer: WordTokenizer, text: str, named: list[str], says_nothing: bool
) -> None:
    found = [Found("some", "XX", text.index(n), text.index(n) + len(n)) for n in named]
    rest = outside(tokenizer.words(text), found)
    assert FragmentJudge().is_bare(text, rest) is says_nothing


def test_an_entity_of_another_kind_makes_no_fragment(tokenizer: WordTokenizer) -> None:
    found = [Found("language", "en", 0, 7)]
    words = tokenizer.words("English")
    assert not FragmentJudge().is_fragment(words, found, kinds=["country"])
