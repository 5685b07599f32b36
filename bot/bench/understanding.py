"""How fast texts are understood."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

from bot.bench.figures import Figures
from bot.bench.ledger import percentile
from bot.nlu.parse import Parser
from bot.project import PROJECT

_TEXTS = 200
_HOSTILE = "a " * 5_000


def parse(model: Path) -> Figures:
    """The whole pipeline, as the assistant runs it."""
    figures = Figures("parse")
    parser = Parser(model)
    parser.understand("halo")
    spans = [parser.understand(text).milliseconds / 1000 for text in sample(_TEXTS)]
    figures.milliseconds("p50", percentile(spans, 0.5), at_most=10)
    figures.milliseconds("p95", percentile(spans, 0.95), at_most=20)
    hostile = [parser.understand(_HOSTILE[number:]).milliseconds for number in range(5)]
    figures.add("10,000 characters", max(hostile), "ms", at_most=60)
    parser.close()
    return figures


def sample(count: int) -> list[str]:
    """Different texts of citizens, out of the training data, the same at each run."""
    texts: set[str] = set()
    for path in sorted((PROJECT / "data" / "nlu").glob("*/*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            lines = str(block.get("examples", "")).splitlines()
            texts.update(line[2:].strip() for line in lines if line.startswith("- "))
    return random.Random(5).sample(sorted(texts), count)  # noqa: S311 - which texts are timed
