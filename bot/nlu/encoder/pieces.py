"""The Unigram tokenizer of the encoder over memory-mapped tables.

A general tokenizer library keeps the 250,002 pieces in a trie of some 290 MB. A message is
short, so here all its substrings are hashed at once and looked up in one sorted table of
64-bit hashes (5 MB, shared by all processes), and Viterbi runs over what was found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import SetupError
from bot.nlu.encoder.packed import Vocabulary

_BLANK = "\u2581"
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_UNKNOWN_PENALTY = 10.0
_LONGEST = 16
_REMEMBERED = 20_000

Hashes = npt.NDArray[np.uint64]


def _mix(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(32))) * _MULTIPLIER
    return values ^ (values >> np.uint64(29))


def substring_hashes(text: str) -> Hashes:
    """The hashes of all substrings: row l holds those of length l + 1, by their start.

    Where a substring would run over the end, the row holds a hash of no meaning.
    """
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
    count = len(codes)
    table = np.zeros((min(_LONGEST, count), count), dtype=np.uint64)
    state = np.full(count, 0x51_7C_C1_B7, dtype=np.uint64)
    for length in range(len(table)):
        following = np.zeros(count, dtype=np.uint64)
        following[: count - length] = codes[length:]
        state = _mix(state * np.uint64(0x100000001B3) + following + np.uint64(1))
        table[length] = state
    return table


def write_tables(vocabulary: Vocabulary, directory: Path) -> None:
    """Writes what `PieceTokenizer` reads into `directory`.

    Raises:
        SetupError: two pieces share a hash, or one is too long.
    """
    usable = [
        (piece, index)
        for index, piece in enumerate(vocabulary.pieces)
        if piece and index not in _specials(vocabulary)
    ]
    if max(len(piece) for piece, _ in usable) > _LONGEST:
        raise SetupError("the encoder has pieces that are longer than the tokenizer reads")
    hashes = np.fromiter(_piece_hashes(piece for piece, _ in usable), np.uint64, len(usable))
    order = np.argsort(hashes)
    if len(np.unique(hashes)) != len(hashes):
        raise SetupError("two pieces of the encoder share a hash")
    ids = np.fromiter((index for _, index in usable), np.int32, len(usable))
    np.save(directory / "piece_hashes.npy", hashes[order])
    np.save(directory / "piece_ids.npy", ids[order])
    np.save(directory / "piece_scores.npy", vocabulary.scores[ids[order]])
    about = {
        "bos": vocabulary.bos,
        "eos": vocabulary.eos,
        "unknown": vocabulary.unknown,
        "unknown_score": float(vocabulary.scores.min()) - _UNKNOWN_PENALTY,
        "replacements": vocabulary.replacements,
    }
    (directory / "pieces.json").write_text(json.dumps(about), encoding="utf-8")


def _specials(vocabulary: Vocabulary) -> frozenset[int]:
    last = len(vocabulary.pieces) - 1
    named = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"}
    edge = (*range(4), last)
    return frozenset(i for i in edge if vocabulary.pieces[i] in named)


def _piece_hashes(pieces: Iterable[str]) -> Iterable[int]:
    for piece in pieces:
        yield int(substring_hashes(piece)[-1, 0])


class PieceTokenizer:
    """Splits a text into the encoder's piece ids."""

    def __init__(self, directory: Path) -> None:
        about = json.loads((directory / "pieces.json").read_text(encoding="utf-8"))
        self._hashes = np.load(directory / "piece_hashes.npy", mmap_mode="r")
        self._ids = np.load(directory / "piece_ids.npy", mmap_mode="r")
        self._scores = np.load(directory / "piece_scores.npy", mmap_mode="r")
        self._bos: int = about["bos"]
        self._eos: int = about["eos"]
        self._unknown: int = about["unknown"]
        self._unknown_score: float = about["unknown_score"]
        self._replacements = str.maketrans(about["replacements"])
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str, *, limit: int) -> list[int]:
        """The ids of `text`, with begin and end marks, at most `limit` of them."""
        words = text.translate(self._replacements).split()
        self._learn([word for word in words if word not in self._known])
        body = [piece for word in words for piece in self._known[word]]
        return [self._bos, *body[: limit - 2], self._eos]

    def _learn(self, words: list[str]) -> None:
        """Splits words that were not seen before; no piece reaches from one into the next."""
        if not words:
            return
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        text = "".join(_BLANK + word for word in words)
        pieces: list[list[int]] = [[] for _ in words]
        word = -1
        for start, piece in self._best_path(text):
            word += text[start] == _BLANK
            pieces[word].append(piece)
        self._known.update(zip(words, map(tuple, pieces), strict=True))

    def _best_path(self, text: str) -> list[tuple[int, int]]:
        arriving = self._candidates(text)
        count = len(text)
        best = [0.0] + [float("-inf")] * count
        origin = [0] * (count + 1)
        chosen = [self._unknown] * (count + 1)
        for end in range(1, count + 1):
            best[end] = best[end - 1] + self._unknown_score
            origin[end] = end - 1
            for start, piece, score in arriving[end]:
                if best[start] + score > best[end]:
                    best[end], origin[end], chosen[end] = best[start] + score, start, piece
        path = []
        while count > 0:
            path.append((origin[count], chosen[count]))
            count = origin[count]
        path.reverse()
        return path

    def _candidates(self, text: str) -> list[list[tuple[int, int, float]]]:
        wanted = substring_hashes(text)
        place = np.searchsorted(self._hashes, wanted)
        place[place == len(self._hashes)] = 0
        lengths, starts = np.nonzero(self._hashes[place] == wanted)
        rows = place[lengths, starts]
        ends = starts + lengths + 1
        arriving: list[list[tuple[int, int, float]]] = [[] for _ in range(len(text) + 1)]
        found = zip(
            starts.tolist(),
            ends.tolist(),
            self._ids[rows].tolist(),
            self._scores[rows].tolist(),
            strict=True,
        )
        for start, end, piece, score in found:
            if end <= len(text):
                arriving[end].append((start, piece, score))
        return arriving
