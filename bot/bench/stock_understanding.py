"""Our understanding beside Rasa's own: same training data, same unseen texts, same run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bot.bench.figures import Figures
from bot.bench.stock import trained
from bot.bench.training import from_nothing
from bot.nlu.evaluate import judge, measures, read_labelled
from bot.nlu.parse import Parser
from bot.project import PROJECT

_UNSEEN = PROJECT / "tests" / "nlu" / "dev.jsonl"
_LABELLED_ON = date(2026, 11, 24)
_OURS = "ours"
_DIET = "rasa init's pipeline (DIET)"
_SPARSE = "sparse + logistic regression"


def understanding_against_stock(model: Path) -> Figures:
    """Accuracy, emergencies found, speed and training time of three pipelines.

    Stock Rasa has no `urgent`: there an emergency counts as found by its intent alone. Training
    of ours is timed now, with an empty cache and dialogue included, as is stock's; stock's is the
    time of when its model was made, unless `build/stock` was removed before.

    Args:
        model: ours, trained.
    """
    figures = Figures("understanding against stock")
    diet, sparse = trained(), trained(is_sparse=True)
    ours = _measured(figures, _OURS, model)
    theirs = _measured(figures, _DIET, diet.path)
    _measured(figures, _SPARSE, sparse.path)
    share = (1 - ours["accuracy"]) / max(1 - theirs["accuracy"], 0.001)
    figures.add("wrong answers, ours to DIET's", share, "times", at_most=0.5)
    watch = from_nothing()
    for name, spent in ((_OURS, watch), (_DIET, diet), (_SPARSE, sparse)):
        figures.add(f"{name}: training", spent.seconds, "s")
        figures.add(f"{name}: training, of all cores", spent.cpu_seconds, "s")
    figures.add("training, ours to DIET's", watch.seconds / diet.seconds, "times", at_most=1 / 3)
    return figures


def _measured(figures: Figures, name: str, model: Path) -> dict[str, Any]:
    parser = Parser(model)
    try:
        found = measures(judge(read_labelled(_UNSEEN), parser, today=_LABELLED_ON))
    finally:
        parser.close()
    figures.add(f"{name}: accuracy", found["accuracy"])
    figures.add(f"{name}: right among three", found["top_three"])
    figures.add(f"{name}: emergencies found", found["emergency_recall"])
    figures.add(f"{name}: false alarms", found["false_alarms"])
    figures.add(f"{name}: parse p50", found["milliseconds"]["p50"], "ms")
    figures.add(f"{name}: parse p95", found["milliseconds"]["p95"], "ms")
    return found
