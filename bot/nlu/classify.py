"""The intent classifier: linear margins over sparse and dense features, made into probabilities.

One-against-rest support vector machines on both kinds of features at once; the softmax of
their margins is sharpened by a temperature that held-out messages gave, so that a confidence
of 0.8 is right about 8 times in 10.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack

Floats = npt.NDArray[np.float32]

_SHARPNESS = (0.5, 20.0)
_TOLERANCE = 0.01


@dataclass(frozen=True)
class ClassifierSettings:
    """How the classifier learns.

    Args:
        dense_weight: the length of the standardised dense part beside the sparse part's.
        penalty: C of the support vector machines.
        held_out: the share of the messages that is kept apart to find the temperature.
    """

    dense_weight: float = 1.0
    penalty: float = 0.3
    held_out: float = 0.25


@dataclass(frozen=True)
class IntentModel:
    """A trained classifier.

    Args:
        labels: the names, in the order of the columns.
        mean, scale: standardise the dense features.
        sparse_weights, dense_weights, bias: the margins' weights, one column a label.
        sharpness: what margins are multiplied with before the softmax.
    """

    labels: tuple[str, ...]
    mean: Floats
    scale: Floats
    sparse_weights: npt.NDArray[np.float16]
    dense_weights: Floats
    bias: Floats
    sharpness: float

    def margins(self, sparse: csr_matrix, dense: Floats) -> Floats:
        """How far on the label's side each message lies: shape (messages, labels)."""
        standard = (dense - self.mean) * self.scale
        margins: Floats = standard @ self.dense_weights + self.bias
        for row in range(sparse.shape[0]):
            start, stop = sparse.indptr[row], sparse.indptr[row + 1]
            weights = self.sparse_weights[sparse.indices[start:stop]].astype(np.float32)
            margins[row] += sparse.data[start:stop].astype(np.float32) @ weights
        return margins

    def probabilities(self, sparse: csr_matrix, dense: Floats) -> Floats:
        """The calibrated probabilities: shape (messages, labels), each row sums to 1."""
        return softmax(self.margins(sparse, dense) * self.sharpness)

    def save(self, directory: Path) -> None:
        """Writes the model below `directory`, as arrays and JSON only."""
        np.savez(
            directory / "intents.npz",
            mean=self.mean,
            scale=self.scale,
            sparse_weights=self.sparse_weights,
            dense_weights=self.dense_weights,
            bias=self.bias,
        )
        about = {"labels": self.labels, "sharpness": self.sharpness}
        (directory / "intents.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """Reads what `save` wrote."""
        about = json.loads((directory / "intents.json").read_text(encoding="utf-8"))
        with np.load(directory / "intents.npz") as arrays:
            return cls(labels=tuple(about["labels"]), sharpness=about["sharpness"], **dict(arrays))


def softmax(values: Floats) -> Floats:
    """Rows that sum to 1."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    normed: Floats = powers / powers.sum(axis=1, keepdims=True)
    return normed


def train(
    sparse: csr_matrix,
    dense: Floats,
    labels: Sequence[str],
    *,
    settings: ClassifierSettings,
    groups: Sequence[int] | None = None,
) -> IntentModel:
    """Trains on one row a message.

    Args:
        sparse: n-gram features.
        dense: sentence vectors.
        labels: the intent of each row.
        settings: how it learns.
        groups: rows with the same number (a message and its noisy copies) stay in one fold.
    """
    names, targets = np.unique(np.asarray(labels), return_inverse=True)
    mean = dense.mean(axis=0)
    scale = settings.dense_weight / np.sqrt(dense.shape[1]) / (dense.std(axis=0) + 1e-6)
    joint = hstack([sparse, csr_matrix((dense - mean) * scale)], format="csr")
    keys = np.asarray(groups if groups is not None else np.arange(len(targets)))
    sharpness = _sharpness(joint, targets, keys, settings=settings)
    weights, bias = _fit(joint, targets, settings.penalty)
    split = sparse.shape[1]
    return IntentModel(
        labels=tuple(str(name) for name in names),
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        sparse_weights=weights[:split].astype(np.float16),
        dense_weights=weights[split:].astype(np.float32),
        bias=bias.astype(np.float32),
        sharpness=sharpness,
    )


def _fit(
    joint: csr_matrix, targets: npt.NDArray[np.int64], penalty: float
) -> tuple[Floats, Floats]:
    from sklearn.svm import LinearSVC

    machines = LinearSVC(C=penalty, tol=_TOLERANCE, random_state=0).fit(joint, targets)
    weights, bias = machines.coef_, machines.intercept_
    if len(weights) == 1:
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    return weights.T, bias


def _sharpness(
    joint: csr_matrix,
    targets: npt.NDArray[np.int64],
    keys: npt.NDArray[np.int64],
    *,
    settings: ClassifierSettings,
) -> float:
    """The factor under which held-out messages are least surprising."""
    order = np.random.default_rng(0).permutation(keys.max() + 1)
    test = order[keys] < settings.held_out * len(order)
    if len(np.unique(targets[~test])) <= targets.max() or not test.any():
        return 1.0
    weights, bias = _fit(joint[~test], targets[~test], settings.penalty)
    margins = (joint[test] @ weights + bias).astype(np.float32)
    rows = np.arange(len(margins))

    def surprise(factor: float) -> float:
        chances = softmax(margins * factor)[rows, targets[test]]
        return float(-np.log(chances + 1e-9).mean())

    return float(minimize_scalar(surprise, bounds=_SHARPNESS, method="bounded").x)
