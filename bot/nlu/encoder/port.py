"""What the pipeline asks of an encoder, whichever files stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Gives each text a vector of length 1, so that a dot product is a cosine."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, one row each: shape (n, `dimension`), float32, L2 norm 1."""
        ...
