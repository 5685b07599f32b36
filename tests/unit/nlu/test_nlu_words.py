"""Language, spelling and tokens: are the rules right?"""

from __future__ import annotations

import pytest

from bot.nlu.language import LanguageIdentifier, LinguaStatistics, load_language_words
from bot.nlu.normalise import load_spellings, normalise
from bot.nlu.tokens import WordTokenizer, capped, gist


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier(load_language_words(), LinguaStatistics())


@pytest.fixture(scope="module")
def tokenizer() -> WordTokenizer:
    return WordTokenizer()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("paspor saya hilang di bandara", "id"),
        ("gmn caranya min", "id"),
        ("saye nak pulang kampung, macam mane", "id"),
        ("bsk buka ga", "id"),
        ("passport hilang min, gimana ya", "id"),
        ("mau renew paspor bisa online ga", "id"),
        ("my passport is lost", "en"),
        ("pls help me sir", "en"),
        ("how to lapor diri from abroad", "en"),
        ("where can i get SPLP for my worker", "en"),
        ("tolong", "id"),
        ("thanks", "en"),
    ],
)
def test_the_language_that_holds_a_text_together_is_its_language(
    identifier: LanguageIdentifier, text: str, language: str
) -> None:
    assert identifier.identify(text) == language


@pytest.mark.parametrize("text", ["", "👍", "ok", "12345", "KBRI", "Здравствуйте", "你好", "..."])
def test_a_text_that_tells_no_language_leaves_it_to_the_conversation(
    identifier: LanguageIdentifier, text: str
) -> None:
    assert identifier.identify(text) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sy gmn min", "saya bagaimana admin"),
        ("tlg psport ilang", "tolong paspor hilang"),
        ("toloooong", "tolong"),
        ("ga bs", "tidak bisa"),
        ("pls renew pasport asap", "please perpanjang paspor as soon as possible"),
        ("Paspor2 kami", "paspor kami"),
    ],
)
def test_chat_spelling_is_written_out(text: str, plain: str) -> None:
    assert normalise(text, load_spellings(), language="id") == plain


def test_the_language_of_a_text_decides_between_two_readings() -> None:
    spellings = load_spellings()
    assert normalise("y", spellings, language="en") == "why"


def test_tokens_keep_their_place_in_the_text(tokenizer: WordTokenizer) -> None:
    text = "KBRI Singapura, jam 09.30?"
    assert all(text[w.start : w.end] == w.text for w in tokenizer.words(text, "id"))


def test_contractions_stay_whole_in_both_languages(tokenizer: WordTokenizer) -> None:
    for language in ("id", "en"):
        assert [w.key for w in tokenizer.words("cant don't", language)] == ["cant", "don't"]


@pytest.mark.parametrize(
    "hostile",
    ["a " * 5000, "x" * 10_000, "?.-" * 3400, "((a))' " * 1500, "😀" * 10_000],
    ids=["words", "letters", "signs", "brackets", "emoji"],
)
def test_of_a_hostile_text_only_the_begin_is_cut_into_words(
    tokenizer: WordTokenizer, hostile: str
) -> None:
    assert tokenizer.words(hostile, "id") == tokenizer.words(capped(hostile), "id")


def test_a_long_text_is_represented_by_its_begin_and_its_end() -> None:
    text = "awal " + "isi " * 2000 + "tolong saya dikurung"
    assert gist(text).startswith("awal")
    assert gist(text).endswith("tolong saya dikurung")
    assert len(capped(text)) == 1000
