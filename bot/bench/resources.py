"""What the assistant takes: time to start, memory at rest and after work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bot.bench.crowd import Citizen, Crowd
from bot.bench.figures import Figures
from bot.bench.latency import accounts, converse
from bot.bench.machine import memory_of
from bot.bench.stage import Stage

# A chat gets one message a second, so many chats at once keep the assistant busy.
_AT_ONCE = 70
_SAMPLES = 100
_ANSWER_SECONDS = 60.0
_FLAT = 1.05
_PROCESS_MEGABYTES = 750
_WHOLE_MEGABYTES = 1300


async def start(stage: Stage) -> Figures:
    """From the first process to the first answer."""
    figures = Figures("start")
    figures.add("ready after", stage.start_seconds, "s", at_most=40)
    began = time.perf_counter()
    await converse(stage, 1, warm_up=0)
    first = time.perf_counter() - began
    figures.milliseconds("first answer", first)
    figures.add("start to first answer", stage.start_seconds + first, "s")
    return figures


async def memory(stage: Stage, *, when: str) -> Figures:
    """Of every process. PSS shares out what several of them use."""
    figures = Figures(f"memory {when}")
    total = 0.0
    for name, pid in stage.pids().items():
        found = memory_of(pid)
        total += found.pss
        limit = _PROCESS_MEGABYTES if name == "rasa" else None
        figures.add(f"{name}, RSS", found.rss, "MB", at_most=limit)
        figures.add(f"{name}, PSS", found.pss, "MB")
    figures.add("all, PSS", total, "MB", at_most=_WHOLE_MEGABYTES)
    return figures


async def flatness(stage: Stage, *, conversations: int, messages: int) -> Figures:
    """Many conversations one after the other: does any process grow?

    Args:
        conversations: how many.
        messages: of each.
    """
    figures = Figures("memory over time")
    crowd = stage.crowd()
    waiting = [crowd.citizen() for _ in range(conversations)]
    total = conversations * messages
    samples: list[dict[str, float]] = []

    async def talk() -> None:
        while waiting:
            citizen = waiting.pop()
            for _ in range(messages):
                await _answered(crowd, citizen)
                sent = sum(each.sent for each in everybody)
                if sent * _SAMPLES >= total * (len(samples) + 1):
                    samples.append(_rss(stage))

    everybody = list(waiting)
    started = time.perf_counter()
    await asyncio.gather(*(talk() for _ in range(_AT_ONCE)))
    span = time.perf_counter() - started
    tenth = max(1, len(samples) // 10)
    for name in stage.pids():
        early = _mean(samples[tenth : 2 * tenth], name)
        late = _mean(samples[-tenth:], name)
        figures.add(f"{name}, last tenth against second", late / early, "times", at_most=_FLAT)
    figures.add("messages a second", total / span)
    accounts(figures, crowd)
    return figures


async def _answered(crowd: Crowd, citizen: Citizen) -> None:
    """One message, and then its answer."""
    taps = bool(citizen.buttons) and crowd.wording.chance(0.4)
    post = crowd.tap(citizen) if taps else crowd.say_signed(citizen)
    until = time.perf_counter() + _ANSWER_SECONDS
    while post.answered_at is None and time.perf_counter() < until:  # noqa: ASYNC110 - outside
        await asyncio.sleep(0.01)


def _rss(stage: Stage) -> dict[str, float]:
    return {name: memory_of(pid).rss for name, pid in stage.pids().items()}


def _mean(samples: Sequence[dict[str, float]], name: str) -> float:
    values = [sample[name] for sample in samples if name in sample]
    return sum(values) / len(values) if values else 0.0
