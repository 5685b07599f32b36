"""Many citizens at once: a steady mixture, a burst, and the most that still goes well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from bot.bench.crowd import Citizen, Crowd, at_rate
from bot.bench.figures import Figures
from bot.bench.latency import accounts
from bot.bench.ledger import percentile, reply_seconds
from bot.bench.machine import cpu_seconds, memory_of
from bot.bench.stage import Stage

MESSAGES_A_SECOND = 20.0
_BUTTONS = 0.4
_SIGNED = 0.5
_SECONDS_BETWEEN = 20.0
# Nobody types faster; and a platform lets us answer one chat only about once a second.
_LEAST_SECONDS_BETWEEN = 5.0
_BURST = 500
_URGENT = 0.05
_PATIENCE_SECONDS = 60.0
_GOOD_SECONDS = 1.0
_RATES = (20, 40, 60, 70, 80, 90, 100, 110, 120, 130, 140, 160, 180, 200)


async def steady(stage: Stage, *, seconds: float, rate: float = MESSAGES_A_SECOND) -> Figures:
    """Twenty messages a second, four of ten of them taps on a button."""
    figures = Figures("steady")
    crowd = stage.crowd()
    mixture = Mixture(crowd, citizens=int(rate * _SECONDS_BETWEEN))
    before = {name: cpu_seconds(pid) for name, pid in stage.pids().items()}
    started = time.perf_counter()
    await at_rate(rate, seconds, mixture.send)
    await crowd.settle(_PATIENCE_SECONDS)
    span = time.perf_counter() - started
    posts = crowd.ledger.posts()
    replies = reply_seconds(posts)
    taken = [post.taken_seconds for post in posts if post.taken_seconds is not None]
    figures.milliseconds("reply p50", percentile(replies, 0.5), at_most=80)
    figures.milliseconds("reply p95", percentile(replies, 0.95), at_most=300)
    figures.milliseconds("reply p99", percentile(replies, 0.99))
    figures.milliseconds("webhook p50", percentile(taken, 0.5))
    figures.milliseconds("webhook p95", percentile(taken, 0.95))
    figures.milliseconds("webhook p99", percentile(taken, 0.99), at_most=50)
    figures.add("buttons", len(crowd.ledger.posts("button")) / max(1, len(posts)))
    accounts(figures, crowd)
    for name, pid in stage.pids().items():
        figures.add(f"{name}, of a core", (cpu_seconds(pid) - before[name]) / span)
    return figures


async def burst(stage: Stage, *, messages: int = _BURST) -> Figures:
    """Everybody within one second, some of them in need."""
    figures = Figures("burst")
    crowd = stage.crowd()

    def send() -> None:
        citizen = crowd.citizen()
        if crowd.wording.chance(_URGENT):
            crowd.cry(citizen)
        else:
            crowd.say_signed(citizen)

    await at_rate(messages, 1.0, send)
    waited = await crowd.settle(_PATIENCE_SECONDS)
    figures.add("all answered after", waited, "s")
    urgent = reply_seconds(crowd.ledger.posts("urgent"))
    figures.add("urgent", len(urgent))
    figures.add("urgent answered after, last", max(urgent, default=0.0), "s", at_most=2.0)
    accounts(figures, crowd)
    return figures


async def capacity(stage: Stage, *, seconds: float) -> Figures:
    """The highest rate whose p95 stays below a second."""
    figures = Figures("capacity")
    figures.add("messages a second", await best_rate(stage.crowd, seconds=seconds))
    figures.add("Rasa, PSS", memory_of(stage.pids()["rasa"]).pss, "MB")
    return figures


async def best_rate(new_crowd: Callable[[], Crowd], *, seconds: float) -> float:
    """Raises the rate step by step.

    Args:
        new_crowd: gives new citizens for each step.
        seconds: how long each step lasts.

    Returns:
        Messages a second that were answered in the best good step.
    """
    best = 0.0
    for rate in _RATES:
        crowd = new_crowd()
        started = time.perf_counter()
        await at_rate(rate, seconds, partial(_ask, crowd))
        await crowd.settle(_PATIENCE_SECONDS)
        replies = reply_seconds(crowd.ledger.posts())
        if crowd.ledger.lost or percentile(replies, 0.95) > _GOOD_SECONDS:
            break
        best = len(replies) / (time.perf_counter() - started)
        await asyncio.sleep(1)
    return best


def _ask(crowd: Crowd) -> None:
    crowd.say_signed(crowd.citizen())


class Mixture:
    """What a crowd sends: taps, questions of every day, and signed ones.

    Args:
        crowd: sends.
        citizens: how many take turns.
    """

    def __init__(self, crowd: Crowd, *, citizens: int) -> None:
        self._crowd = crowd
        self._citizens = [crowd.citizen() for _ in range(citizens)]
        self._spoke_at = dict.fromkeys(self._citizens, 0.0)
        self._next = 0

    def send(self) -> None:
        """One message of the next citizen who has nothing in the air."""
        wording = self._crowd.wording
        if wording.chance(_BUTTONS):
            citizen = self._pick(wants_buttons=True)
            if citizen:
                self._spoke_at[citizen] = time.perf_counter()
                self._crowd.tap(citizen)
                return
        citizen = self._pick(wants_buttons=False) or self._crowd.citizen()
        self._spoke_at[citizen] = time.perf_counter()
        if wording.chance(_SIGNED):
            self._crowd.say_signed(citizen)
        else:
            self._crowd.say(citizen)

    def _pick(self, *, wants_buttons: bool) -> Citizen | None:
        for _ in self._citizens:
            self._next = (self._next + 1) % len(self._citizens)
            citizen = self._citizens[self._next]
            is_busy = self._crowd.ledger.has_open(citizen.address)
            if is_busy or self._spoke_at[citizen] > time.perf_counter() - _LEAST_SECONDS_BETWEEN:
                continue
            if citizen.buttons or not wants_buttons:
                return citizen
        return None
