"""Breaks one thing after the other under load, and counts what citizens would have noticed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.bench.crowd import Citizen, Crowd, at_rate
from bot.bench.faults import Kind
from bot.bench.figures import Figures
from bot.bench.stage import Stage
from bot.messages import Channel
from bot.privacy import Privacy
from bot.storage.kept_tracker import open_tracker, tracker_key
from bot.storage.redis_client import open_redis

RATE = 8.0
_BEFORE_SECONDS = 2.0
_AFTER_SECONDS = 3.0
_PATIENCE_SECONDS = 120.0
_CITIZENS = 30
_WHATSAPP = 5
_REPEATS = 0.05
# The environment of an assistant that is broken on purpose: a spool that fills up in seconds.
ENVIRONMENT = {"SPOOL_MEGABYTES": "0.02"}


@dataclass
class Round:
    """What one fault did, once."""

    kind: str
    messages: int = 0
    lost: int = 0
    doubled_turns: int = 0
    doubled_deliveries: int = 0
    out_of_order: int = 0
    recovered_seconds: float = 0.0
    refusals: dict[int, int] = field(default_factory=dict)


async def chaos(
    stage: Stage,
    kinds: Sequence[Kind],
    *,
    rounds: int,
    seconds: float,
    say: Callable[[str], None],
) -> Figures:
    """Every kind, round after round, until the time is up.

    Args:
        stage: a running assistant, started with `ENVIRONMENT`.
        kinds: what to break.
        rounds: how often each.
        seconds: after so long nothing more is begun.
        say: hears of each round.
    """
    figures = Figures("chaos")
    began = time.perf_counter()
    done: list[Round] = []
    for number in range(1, rounds + 1):
        for kind in kinds:
            if time.perf_counter() - began > seconds:
                break
            result = await _round(stage, kind)
            done.append(result)
            say(_line(number, result))
    for kind in kinds:
        of_kind = [each for each in done if each.kind == kind.name]
        if of_kind:
            slowest = max(each.recovered_seconds for each in of_kind)
            figures.add(f"{kind.name}: recovered after, slowest", slowest, "s")
        if kind.refuses and of_kind:
            refused = sum(each.refusals.get(503, 0) for each in of_kind)
            figures.add(f"{kind.name}: refused with 503", refused, at_least=1)
    figures.add("kinds", len({each.kind for each in done}), at_least=12)
    figures.add("rounds", len(done))
    figures.add("messages", sum(each.messages for each in done))
    figures.add("lost", sum(each.lost for each in done), at_most=0)
    figures.add("doubled turns", sum(each.doubled_turns for each in done), at_most=0)
    figures.add("doubled deliveries", sum(each.doubled_deliveries for each in done))
    figures.add("out of order", sum(each.out_of_order for each in done), at_most=0)
    return figures


async def _round(stage: Stage, kind: Kind) -> Round:
    crowd = stage.crowd(repeats=_REPEATS)
    everybody = [
        crowd.citizen(Channel.TELEGRAM if number % _WHATSAPP else Channel.WHATSAPP)
        for number in range(_CITIZENS)
    ]
    stop = asyncio.Event()
    talking = asyncio.create_task(_talk(crowd, everybody, stop))
    await asyncio.sleep(_BEFORE_SECONDS)
    async with kind.fault(stage):
        await asyncio.sleep(kind.seconds)
    ended_at = time.perf_counter()
    waiting = [post for post in crowd.ledger.posts() if post.answered_at is None]
    await asyncio.sleep(_AFTER_SECONDS)
    stop.set()
    await talking
    await crowd.settle(_PATIENCE_SECONDS)
    answered = [post.answered_at for post in waiting if post.answered_at is not None]
    ledger = crowd.ledger
    return Round(
        kind.name,
        messages=len(ledger.posts()),
        lost=len(ledger.lost),
        doubled_turns=ledger.doubled_turns + await _twice_in_trackers(stage, everybody),
        doubled_deliveries=ledger.doubled_deliveries,
        out_of_order=ledger.out_of_order,
        recovered_seconds=max([*answered, ended_at]) - ended_at,
        refusals=crowd.refusals.by_status,
    )


async def _talk(crowd: Crowd, everybody: Sequence[Citizen], stop: asyncio.Event) -> None:
    """Everybody in turn, two messages at once now and then."""
    number = 0

    def speak() -> None:
        nonlocal number
        citizen = everybody[number % len(everybody)]
        number += 1
        crowd.say_signed(citizen)

    while not stop.is_set():
        await at_rate(RATE, 0.5, speak)


async def _twice_in_trackers(stage: Stage, everybody: Sequence[Citizen]) -> int:
    """How many messages the assistant's memory has more than once."""
    privacy = Privacy(stage.settings.secret_key)
    redis = open_redis(stage.redis_url())
    doubled = 0
    try:
        for citizen in everybody:
            conversation = privacy.conversation_id(citizen.channel.value, citizen.address)
            stored = await redis.get(tracker_key(conversation))
            if stored is None:
                continue
            _, events = open_tracker(privacy, stored)
            ids = Counter(e["message_id"] for e in events if e["event"] == "user")
            doubled += sum(count - 1 for count in ids.values())
    finally:
        await redis.close()
    return doubled


def _line(number: int, result: Round) -> str:
    refused = ", ".join(f"{status} x{count}" for status, count in sorted(result.refusals.items()))
    return (
        f"round {number}: {result.kind}: {result.messages} messages, {result.lost} lost, "
        f"{result.doubled_turns} doubled turns, {result.doubled_deliveries} doubled deliveries, "
        f"{result.out_of_order} out of order, recovered after {result.recovered_seconds:.1f} s"
        + (f" (refused at first: {refused})" if refused else "")
    )
