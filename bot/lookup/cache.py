"""Vectors that were worked out before, kept on disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.lookup.space import Vectors
from bot.project import PROJECT

DEFAULT_ROOT = PROJECT / "build" / "lookup"

Encode = Callable[[Sequence[str]], Vectors]


class VectorCache:
    """One file for one encoder; a text's vector is worked out once.

    Args:
        name: of the encoder; another encoder's vectors are of no use.
        root: where the file lies; `build/lookup` of the project when None.
    """

    def __init__(self, name: str, root: Path | None = None) -> None:
        self._path = (root or DEFAULT_ROOT) / f"{name}.npz"
        self._vectors: dict[str, Vectors] = self._read()
        self._used: set[str] = set()

    def vectors(self, texts: Sequence[str], kind: str, encode: Encode) -> Vectors:
        """The vectors of `texts`, one row each.

        Args:
            kind: how they are encoded (`query`, `passage`); the same text has a vector of each.
            encode: works out those that are missing.
        """
        keys = [_key(kind, text) for text in texts]
        missing = dict(zip(keys, texts, strict=True))
        missing = {key: text for key, text in missing.items() if key not in self._vectors}
        if missing:
            found = encode(list(missing.values()))
            self._vectors |= dict(zip(missing, found, strict=True))
        self._used.update(keys)
        return np.stack([self._vectors[key] for key in keys])

    def save(self) -> None:
        """Writes what was asked for, whole or not at all.

        Vectors of texts that are gone are dropped; a disk that cannot be written costs only time.
        """
        keys = sorted(self._used)
        table = np.stack([self._vectors[key] for key in keys]).astype(np.float16)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self._path.parent, suffix=".npz")
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=np.array(keys), vectors=table)
            Path(draft).replace(self._path)
        except OSError:
            return

    def _read(self) -> dict[str, Vectors]:
        try:
            with np.load(self._path, allow_pickle=False) as stored:
                vectors = stored["vectors"].astype(np.float32)
                return dict(zip(stored["keys"].tolist(), vectors, strict=True))
        except (OSError, ValueError, KeyError):
            return {}


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:32]
