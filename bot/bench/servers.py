"""Two of each: what one more brings, what the death of one of each costs; and all of them anew."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from bot.bench.crowd import Citizen, Crowd, at_rate
from bot.bench.figures import Figures
from bot.bench.latency import accounts
from bot.bench.ledger import percentile, reply_seconds
from bot.bench.stage import Stage, on_stage
from bot.bench.throughput import best_rate
from bot.supervisor.processes import Copies

# For what the assistant can do, not for what a platform lets it do.
UNLIMITED = {"TELEGRAM_MESSAGES_PER_SECOND": "1000"}
_DOOMED = ("gateway-2", "worker-2", "rasa-2")
_RATE = 10.0
_REPEATS = 0.05
_CITIZENS = 40
_BEFORE_SECONDS = 3.0
_AFTER_SECONDS = 5.0
_PATIENCE_SECONDS = 90.0


async def servers(model: Path, *, log: Path, seconds: float) -> Figures:
    """Throughput with one and two Rasa servers, then one of each process is killed.

    Args:
        seconds: how long each step of the throughput lasts.
    """
    figures = Figures("servers")
    async with on_stage(model, log=log, extra=UNLIMITED) as stage:
        single = await best_rate(stage.crowd, seconds=seconds)
    figures.add("1 Rasa server, messages a second", single)
    two = Copies(gateways=2, workers=2, assistants=2)
    async with on_stage(model, log=log, extra=UNLIMITED, copies=two) as stage:
        figures.add("2 of each, messages a second", await best_rate(stage.crowd, seconds=seconds))
        await _deaths(stage, figures)
    return figures


async def _deaths(stage: Stage, figures: Figures) -> None:
    crowd = stage.crowd(repeats=_REPEATS)
    everybody = [crowd.citizen() for _ in range(_CITIZENS)]
    talking = asyncio.create_task(
        at_rate(_RATE, _BEFORE_SECONDS + _AFTER_SECONDS, _Turns(crowd, everybody))
    )
    await asyncio.sleep(_BEFORE_SECONDS)
    for name in _DOOMED:
        pid = stage.child(name).pid
        if pid:
            os.kill(pid, signal.SIGKILL)
    await talking
    waited = await crowd.settle(_PATIENCE_SECONDS)
    figures.add("kill -9 of one of each: answered after", waited, "s")
    accounts(figures, crowd)


async def renewal(stage: Stage, *, model: Path) -> Figures:
    """Every process but Redis is replaced by a new one while citizens write."""
    figures = Figures("renewal")
    crowd = stage.crowd(repeats=_REPEATS)
    everybody = [crowd.citizen() for _ in range(_CITIZENS)]
    stop = asyncio.Event()
    talking = asyncio.create_task(_talk(crowd, everybody, stop))
    started = time.perf_counter()
    await stage.fleet.renew(model)
    figures.add("took", time.perf_counter() - started, "s")
    await asyncio.sleep(_BEFORE_SECONDS)
    stop.set()
    await talking
    await crowd.settle(_PATIENCE_SECONDS)
    replies = reply_seconds(crowd.ledger.posts())
    figures.milliseconds("reply p50", percentile(replies, 0.5))
    figures.add("slowest reply", max(replies, default=0.0), "s")
    accounts(figures, crowd)
    return figures


async def _talk(crowd: Crowd, everybody: list[Citizen], stop: asyncio.Event) -> None:
    turns = _Turns(crowd, everybody)
    while not stop.is_set():
        await at_rate(_RATE, 1.0, turns)


class _Turns:
    """Lets everybody speak in turn."""

    def __init__(self, crowd: Crowd, everybody: list[Citizen]) -> None:
        self._crowd = crowd
        self._everybody = everybody
        self._number = 0

    def __call__(self) -> None:
        self._crowd.say_signed(self._everybody[self._number % len(self._everybody)])
        self._number += 1
