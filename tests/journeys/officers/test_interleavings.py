"""Random histories over real processes: no bot over a human, nothing lost, nothing twice.

A short one here; `make interleavings ARGS=<minutes>` runs a long one.
"""

from __future__ import annotations

import os
import random
import time

from tests.journeys.officers.bustle import Bustle
from tests.journeys.officers.conftest import Bureau

STEPS = 40
_KILLED = {STEPS // 4: "bot.workers", STEPS // 2: "rasa"}


def test_no_history_breaks_a_promise(bureau: Bureau) -> None:
    minutes = float(os.environ.get("INTERLEAVINGS_MINUTES", "0"))
    seed = int(os.environ.get("INTERLEAVINGS_SEED", random.randrange(10**6)))
    print(f"INTERLEAVINGS_SEED={seed}")
    bustle = Bustle(bureau, seed)
    end = time.monotonic() + minutes * 60
    is_first = True
    while is_first or time.monotonic() < end:
        is_first = False
        bustle.newcomers(3)
        bustle.claims_the_first()
        for step in range(STEPS):
            if step in _KILLED:
                bustle.kills(_KILLED[step])
            bustle.step()
        bustle.settles()
        bustle.check_everything()
    assert {"opened", "claimed"} <= set(bustle.figures())
    print(f"real processes: {bustle.steps} steps, {bustle.figures()}")
