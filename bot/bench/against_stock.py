"""The comparison with stock Rasa: same machine, same run, same training data."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.bench.figures import Figures
from bot.bench.latency import converse
from bot.bench.machine import memory_of
from bot.bench.servers import UNLIMITED
from bot.bench.stage import on_stage
from bot.bench.stock import on_stock_stage, trained
from bot.bench.throughput import best_rate


async def against_stock(model: Path, *, log: Path, seconds: float) -> Figures:
    """Throughput, memory and start.

    Args:
        model: ours, trained.
        seconds: how long each step of the throughput lasts.
    """
    figures = Figures("against stock")
    stock = await asyncio.to_thread(trained)
    figures.add("stock: training", stock.seconds, "s")
    async with on_stock_stage(stock, log=log) as theirs:
        their_start = theirs.start_seconds
        their_rate = await best_rate(theirs.crowd, seconds=seconds)
        their_memory = memory_of(theirs.process.pid)
    async with on_stage(model, log=log, extra=UNLIMITED) as stage:
        our_start = stage.start_seconds + (await converse(stage, 1, warm_up=0))[0]
        our_rate = await best_rate(stage.crowd, seconds=seconds)
        our_memory = memory_of(stage.pids()["rasa"])
    figures.add("stock: messages a second at p95 <= 1 s", their_rate)
    figures.add("ours: messages a second at p95 <= 1 s", our_rate)
    figures.add("throughput, ours to stock's", our_rate / max(their_rate, 0.1), "times", at_least=2)
    figures.add("stock: RSS", their_memory.rss, "MB")
    figures.add("ours: RSS of Rasa", our_memory.rss, "MB")
    share = our_memory.rss / their_memory.rss
    figures.add("memory of Rasa, ours to stock's", share, "times", at_most=0.65)
    figures.add("stock: start to first answer", their_start, "s")
    figures.add("ours: start to first answer", our_start, "s")
    figures.add("start, ours to stock's", our_start / their_start, "times", at_most=0.5)
    return figures
