"""The encoder as it runs: ONNX Runtime on one thread over an encoder directory."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from bot.errors import SetupError
from bot.nlu.encoder.packed import unpack
from bot.nlu.encoder.pieces import PieceTokenizer
from bot.nlu.encoder.port import Vectors

_PREFIX = "query: "
_PASSAGE_PREFIX = "passage: "
_LONGEST_CHARACTERS = 600
_LONGEST_TOKENS = 96
_REMEMBERED = 2048


class OnnxEncoder:
    """Encodes texts with the files that `build_encoder` wrote.

    A text is cut after 600 characters and 96 pieces: more costs time and adds no meaning.
    The vectors of the last 2,048 different texts are kept in memory.

    Raises:
        SetupError: the directory is incomplete.
    """

    def __init__(self, directory: Path) -> None:
        if not (directory / "graph.onnx").is_file():
            raise SetupError("the sentence encoder is not built; run the set-up step")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(directory / "graph.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._rows = _Rows(directory / "embeddings.npy")
        self._tokenizer = PieceTokenizer(directory)
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self.dimension = self._rows.width

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, one row each: shape (n, `dimension`), float32, L2 norm 1."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text[:_LONGEST_CHARACTERS])
        return vectors

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As `encode`, for texts that questions are compared with; they are not remembered."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._run(_PASSAGE_PREFIX + text[:_LONGEST_CHARACTERS])
        return vectors

    def _vector(self, text: str) -> Vectors:
        known = self._remembered.get(text)
        if known is not None:
            self._remembered.move_to_end(text)
            return known
        vector = self._run(_PREFIX + text)
        self._remembered[text] = vector
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return vector

    def _run(self, text: str) -> Vectors:
        ids = self._tokenizer.ids(text, limit=_LONGEST_TOKENS)
        rows = self._rows.of(ids)[np.newaxis]
        vector: Vectors = self._session.run(["vector"], {"rows": rows})[0][0]
        return vector


class _Rows:
    """Rows of the embedding table, read from the file when wanted.

    The system's page cache keeps them; a memory map would count them as this process's memory.
    """

    def __init__(self, path: Path) -> None:
        table = np.load(path, mmap_mode="r")
        self._offset: int = table.offset
        self._size: int = table.shape[1]
        self.width = unpack(table[:1]).size
        self._file = path.open("rb", buffering=0)

    def of(self, ids: Sequence[int]) -> Vectors:
        """The rows of `ids`, unpacked: shape (n, `width`)."""
        number = self._file.fileno()
        raw = b"".join(os.pread(number, self._size, self._offset + i * self._size) for i in ids)
        return unpack(np.frombuffer(raw, np.uint8)).reshape(len(ids), self.width)
