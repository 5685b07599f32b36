"""Stops a conversation between two machines: an automatic reply that answers ours for ever."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=5)
_MOST = 5
# Who hears many different things talks with us; a machine gets the same few again and again.
_FEW = 3
_REMEMBERED = 20_000


class LoopBreaker:
    """Remembers what each citizen was told lately, as a digest."""

    def __init__(self) -> None:
        self._said: dict[str, deque[tuple[datetime, bytes]]] = {}

    def allows(self, conversation_id: str, text: str, *, now: datetime) -> bool:
        """Whether a text may go out; it counts as said if so.

        Five times in five minutes is the most for the same text, as long as hardly anything else
        is said.
        """
        said = self._said.pop(conversation_id, deque())
        while said and said[0][0] <= now - _WINDOW:
            said.popleft()
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
        counts = Counter(each for _, each in said)
        is_loop = counts[digest] >= _MOST and len(counts) <= _FEW
        if not is_loop:
            said.append((now, digest))
        # The last to be said stands last, so that the first is the longest silent.
        self._said[conversation_id] = said
        if len(self._said) > _REMEMBERED:
            del self._said[next(iter(self._said))]
        return not is_loop
