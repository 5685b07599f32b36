"""One message can be followed through the logs of every process, without a word of it."""

from __future__ import annotations

import json
import time
from collections import defaultdict

from tests.journeys.conftest import Assistant

_PATIENCE_SECONDS = 10.0
_STEPS = {"turn.done", "action.done"}
_NAME = "Wisnuwardhana"


def _events(assistant: Assistant) -> dict[str, set[str]]:
    """The events of each message."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in assistant.log.read_text().splitlines():
        if line.startswith("{"):
            said = json.loads(line)
            found[said.get("about", "")].add(said["event"])
    return found


def test_a_message_has_one_name_in_the_logs_of_worker_and_actions(assistant: Assistant) -> None:
    citizen = assistant.web()
    citizen.says(f"berapa biaya ganti paspor di Jepang, saya {_NAME}")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (ways := [e for about, e in _events(assistant).items() if about and e >= _STEPS]):
        assert time.monotonic() < deadline, _events(assistant)
        time.sleep(0.1)
    assert ways
    assert _NAME not in assistant.log.read_text()
