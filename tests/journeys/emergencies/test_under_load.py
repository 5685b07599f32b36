"""However many others write: the first card is there at once."""

from __future__ import annotations

import itertools
import os
import threading
import time

from tests.journeys.conftest import Assistant

OTHERS_PER_SECOND = 20
SECONDS = 10
P95_SECONDS = 0.3
QUESTIONS = (
    "jam buka KBRI Tokyo",
    "berapa biaya ganti paspor di Penang",
    "how do I register my marriage in Sydney",
    "apakah WNI perlu visa ke Jepang",
    "terima kasih",
)


def test_the_first_card_overtakes_twenty_messages_a_second(assistant: Assistant) -> None:
    citizens = [assistant.web() for _ in range(OTHERS_PER_SECOND)]
    in_danger = [assistant.web() for _ in range(SECONDS * 2)]
    is_over = threading.Event()

    def others() -> None:
        started = time.monotonic()
        for number in itertools.count():
            if is_over.is_set():
                return
            citizens[number % len(citizens)].post(text=QUESTIONS[number % len(QUESTIONS)])
            time.sleep(max(0.0, started + (number + 1) / OTHERS_PER_SECOND - time.monotonic()))

    writing = threading.Thread(target=others)
    writing.start()
    waits = []
    try:
        time.sleep(2)
        for citizen in in_danger:
            began = time.monotonic()
            assert "KSL-" in citizen.says("tolong saya diculik, saya di Penang").text
            waits.append(time.monotonic() - began)
            time.sleep(max(0.0, 0.5 - waits[-1]))
    finally:
        is_over.set()
        writing.join()
    waits.sort()
    # Where other programs want the cores as well, everything takes as much longer.
    share = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    allowed = P95_SECONDS * share
    p95 = waits[int(len(waits) * 0.95) - 1]
    print(f"first card, p95: {p95 * 1000:.0f} ms (allowed {allowed * 1000:.0f} ms)")
    assert p95 <= allowed, [round(wait, 3) for wait in waits]
