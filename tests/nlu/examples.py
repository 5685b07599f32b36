"""The training examples and the measuring set, as the tests of understanding read them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
MEASURING = Path(__file__).parent / "dev.jsonl"
LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Example:
    """One line of `data/nlu`."""

    text: str
    intent: str
    words: frozenset[str]


def words_of(text: str) -> frozenset[str]:
    """The different words of a text, in lower case."""
    return frozenset(re.findall(r"\w+", text.lower()))


def training_examples(language: str) -> list[Example]:
    """All examples of one language."""
    examples = []
    for file in sorted((PROJECT / "data" / "nlu" / language).glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line.removeprefix("- ").strip()
                if text:
                    examples.append(Example(text, block["intent"], words_of(text)))
    return examples


def measuring_texts() -> list[str]:
    """The texts of the measuring set."""
    lines = MEASURING.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def alike(
    left: list[frozenset[str]], right: list[frozenset[str]], least: float
) -> Iterator[tuple[int, int]]:
    """Pairs (place in `left`, place in `right`) that share at least this part of their words."""
    where: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(right):
        for word in words:
            where[word].append(place)
    for place, words in enumerate(left):
        shared: dict[int, int] = defaultdict(int)
        for word in words:
            for other in where[word]:
                shared[other] += 1
        for other, common in shared.items():
            if common / len(words | right[other]) >= least:
                yield place, other


def pairs_alike(words: list[frozenset[str]], least: float) -> Iterable[tuple[int, int]]:
    """Pairs within one list, each once."""
    return ((a, b) for a, b in alike(words, words, least) if a < b)
