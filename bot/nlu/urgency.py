"""Whether a text tells of danger: asked of every text before anything else.

A linear model over hashed n-grams: half a megabyte, a tenth of a millisecond, and no library
but numpy, so that any process can ask it. It prefers a false alarm to a missed cry for help.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path, PurePosixPath
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.errors import SetupError
from bot.nlu.ngrams import grams, terms
from bot.nlu.normalise import Spellings, load_spellings, normalise
from bot.nlu.tokens import gist

MODEL_FILE = "urgency.npz"
_BUCKETS = 1 << 16
_PENALTY = 10.0
_FOLDS = 3


@dataclass(frozen=True)
class Urgency:
    """What the check says of one text.

    Args:
        is_urgent: whether it is treated as an emergency.
        score: how sure, between 0 and 1; 0.5 is the limit.
        margin: the same before it is squeezed between 0 and 1; 0 is the limit.
    """

    is_urgent: bool
    score: float
    margin: float


@dataclass(frozen=True)
class UrgencyModel:
    """Weights by hash bucket; a text is urgent when its margin is above 0."""

    weights: npt.NDArray[np.float32]
    bias: float

    def save(self, target: Path) -> None:
        """Writes the model."""
        np.savez_compressed(target, weights=self.weights, bias=np.float64(self.bias))

    @classmethod
    def load(cls, source: Path | io.BytesIO) -> UrgencyModel:
        """Reads what `save` wrote."""
        with np.load(source) as arrays:
            return cls(arrays["weights"], float(arrays["bias"]))


def urgency(text: str, model: UrgencyModel, spellings: Spellings) -> Urgency:
    """Judges one text, whatever its language and length."""
    buckets, values = features(text, spellings)
    margin = float(model.weights[buckets] @ values) + model.bias if len(buckets) else model.bias
    return Urgency(margin > 0, 1 / (1 + exp(-max(min(margin, 30.0), -30.0))), margin)


def features(
    text: str, spellings: Spellings
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The hashed n-grams of the text as written and in plain spelling."""
    collected: dict[int, float] = {}
    kind = ord("a")
    for view in (gist(text), normalise(text, spellings)):
        for counted in grams(terms(view)):
            weight = 1 / sqrt(len(counted) or 1)
            for gram in counted:
                bucket = crc32(f"{kind}{gram}".encode()) % _BUCKETS
                collected[bucket] = collected.get(bucket, 0.0) + weight
            kind += 1
    buckets = np.fromiter(collected.keys(), np.int64, len(collected))
    return buckets, np.fromiter(collected.values(), np.float32, len(collected))


class UrgencyCheck:
    """The check with its model and word lists loaded, for a process without Rasa."""

    def __init__(self, model: UrgencyModel, spellings: Spellings) -> None:
        self._model = model
        self._spellings = spellings

    @classmethod
    def from_trained(cls, archive: Path) -> UrgencyCheck:
        """Takes the model out of a trained assistant (`models/*.tar.gz`).

        Raises:
            SetupError: the archive holds none.
        """
        try:
            with tarfile.open(archive) as opened:
                for member in opened:
                    if PurePosixPath(member.name).name == MODEL_FILE:
                        content = opened.extractfile(member)
                        if content is not None:
                            model = UrgencyModel.load(io.BytesIO(content.read()))
                            return cls(model, load_spellings())
        except (OSError, tarfile.TarError):
            pass
        raise SetupError(f"the model {archive.name} has no urgency check; run `make train`")

    def __call__(self, text: str) -> Urgency:
        """Judges one text."""
        return urgency(text, self._model, self._spellings)


def train_urgency(
    texts: Sequence[str],
    is_urgent: Sequence[bool],
    spellings: Spellings,
    *,
    false_alarms: float,
) -> UrgencyModel:
    """Learns from texts of which some are urgent.

    Args:
        texts: the examples.
        is_urgent: for each whether it is.
        spellings: chat spellings.
        false_alarms: the share of calm texts, held out in turn, that may be taken for urgent;
            the limit is put there.
    """
    from scipy.sparse import csr_matrix

    rows = [features(text, spellings) for text in texts]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    matrix = csr_matrix(
        (
            np.concatenate([values for _, values in rows]),
            np.concatenate([buckets for buckets, _ in rows]),
            starts,
        ),
        shape=(len(texts), _BUCKETS),
    )
    targets = np.asarray(is_urgent, bool)
    folds = np.random.default_rng(0).permutation(len(texts)) % _FOLDS
    margins = np.zeros(len(texts))
    for fold in range(_FOLDS):
        weights, bias = _fit(matrix[folds != fold], targets[folds != fold])
        margins[folds == fold] = matrix[folds == fold] @ weights + bias
    limit = float(np.quantile(margins[~targets], 1 - false_alarms))
    weights, bias = _fit(matrix, targets)
    return UrgencyModel(weights.astype(np.float32), float(bias) - limit)


def _fit(matrix: object, targets: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    learned = LogisticRegression(
        C=_PENALTY, class_weight="balanced", solver="liblinear", random_state=0
    ).fit(matrix, targets)
    return learned.coef_[0], float(learned.intercept_[0])
