"""How the assistant's memory of a conversation lies in Redis: `<version>|<sealed events>`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from bot.privacy import Privacy

# Most of a tracker is the same few names again and again: packed, it takes a tenth.
_FASTEST = 1


def tracker_key(conversation_id: str) -> str:
    """Where a conversation's memory lies."""
    return f"tracker:z:{conversation_id}"


def seal_events(privacy: Privacy, events: Sequence[dict[str, Any]]) -> str:
    """Events, ready to be stored."""
    written = json.dumps(events, ensure_ascii=False).encode()
    return privacy.seal_bytes(zlib.compress(written, _FASTEST))


def open_tracker(privacy: Privacy, stored: str) -> tuple[str, list[dict[str, Any]]]:
    """The version and the events of what is stored.

    Raises:
        ConsularError: sealed with another key, or changed.
    """
    version, _, sealed = stored.rpartition("|")
    events: list[dict[str, Any]] = json.loads(zlib.decompress(privacy.unseal_bytes(sealed)))
    return version, events
