"""The room that sentence vectors lie in, made comparable.

Vectors of e5 all point the same way, so that any two sentences look alike (cosine 0.7 to 0.95).
What the questions of a collection have in common is taken out: their mean, and the few directions
in which they differ most from one another without differing in meaning (language, length, form).
What is left of two sentences is near 0 unless they mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

_DIRECTIONS = 3
_ROWS_A_DIRECTION = 50


@dataclass(frozen=True)
class Space:
    """What is taken out of every vector: `mean` (d,) and orthonormal `directions` (k, d)."""

    mean: Vectors
    directions: Vectors

    def place(self, vectors: Vectors) -> Vectors:
        """Vectors (n, d) without what is common, each of length 1."""
        moved = vectors - self.mean
        moved = moved - (moved @ self.directions.T) @ self.directions
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        placed: Vectors = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
        return placed


def learn_space(vectors: Vectors) -> Space:
    """The space of a collection; a small one has too little to learn directions from.

    Args:
        vectors: of its questions, in all languages (n, d).
    """
    mean = vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    count = min(_DIRECTIONS, len(vectors) // _ROWS_A_DIRECTION)
    return Space(mean.astype(np.float32), directions[:count].astype(np.float32))
