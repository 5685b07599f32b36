"""Are the examples natural, many, different from each other and from the measuring set?"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.nlu.examples import (
    LANGUAGES,
    PROJECT,
    alike,
    measuring_texts,
    pairs_alike,
    training_examples,
    words_of,
)

_MANY = ("emergency_", "passport_", "travel_document", "worker_contract", "labour_dispute")
_NOT_SO_MANY = ("emergency_numbers",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_examples_of_a_language_share_most_of_their_words(language: str) -> None:
    examples = training_examples(language)
    pairs = pairs_alike([example.words for example in examples], 0.6)
    assert [(examples[a].text, examples[b].text) for a, b in pairs] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_is_a_rewording_of_a_measuring_text(language: str) -> None:
    examples = training_examples(language)
    texts = measuring_texts()
    measuring = [words_of(text) for text in texts]
    pairs = alike([example.words for example in examples], measuring, 0.7)
    assert [(examples[a].text, texts[b]) for a, b in pairs] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_examples(language: str) -> None:
    counts = Counter(example.intent for example in training_examples(language))
    wanted = {
        intent: 50 if intent.startswith(_MANY) and intent not in _NOT_SO_MANY else 35
        for intent in counts
    }
    assert {i: n for i, n in counts.items() if n < wanted[i]} == {}


def test_both_languages_know_the_same_intents_and_files() -> None:
    indonesian, english = (training_examples(language) for language in LANGUAGES)
    assert {e.intent for e in indonesian} == {e.intent for e in english}
    folders = [PROJECT / "data" / "nlu" / language for language in LANGUAGES]
    names = [{file.name for file in folder.glob("*.yml")} for folder in folders]
    assert names[0] == names[1]
