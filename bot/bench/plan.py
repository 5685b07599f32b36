"""Which measurements there are, and in which order they are taken."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bench import encoder_race, latency, resources, throughput, understanding
from bot.bench.against_stock import against_stock
from bot.bench.chaos import ENVIRONMENT, chaos
from bot.bench.faults import kinds
from bot.bench.figures import Figure, Figures
from bot.bench.postgresql import PostgresServer
from bot.bench.servers import UNLIMITED, renewal, servers
from bot.bench.services import services
from bot.bench.stage import Stage, on_stage
from bot.bench.stock_understanding import understanding_against_stock
from bot.bench.training import training
from bot.errors import SetupError


@dataclass(frozen=True)
class Extent:
    """How long and how much.

    Args:
        seconds: of each load.
        steady_seconds: of the steady mixture.
        messages: of one web conversation.
        long: messages of the conversation that must not become dearer.
        conversations: that are held for the memory over time, each of `turns` messages.
    """

    seconds: float = 8.0
    steady_seconds: float = 60.0
    messages: int = 200
    long: int = 1000
    conversations: int = 200
    turns: int = 10


QUICK = Extent(3.0, steady_seconds=10.0, messages=40, long=120, conversations=40, turns=5)
FULL = Extent(15.0, steady_seconds=600.0, messages=500, long=1000, conversations=2000, turns=20)

_OnStage = Callable[[Stage, Extent], Awaitable[Figures]]
# One assistant for all of them, in this order: the first sees it as it is after its start.
_STAGED: dict[str, _OnStage] = {
    "start": lambda stage, _: resources.start(stage),
    "memory": lambda stage, _: resources.memory(stage, when="at rest"),
    "web": lambda stage, extent: latency.web(stage, messages=extent.messages),
    "webhook": lambda stage, extent: latency.webhook(stage, seconds=extent.seconds),
    "rasa-stopped": lambda stage, extent: latency.webhook_without_rasa(
        stage, seconds=extent.seconds
    ),
    "steady": lambda stage, extent: throughput.steady(stage, seconds=extent.steady_seconds),
    "burst": lambda stage, _: throughput.burst(stage),
    "growth": lambda stage, extent: latency.growth(stage, messages=extent.long),
    "memory-after": lambda stage, _: resources.memory(stage, when="after work"),
}
_RENEWAL, _FLAT, _ENCODER, _PARSE = "renewal", "flat", "encoder", "parse"
_TRAINING, _SERVICES, _SERVERS = "training", "services", "servers"
_STOCK_NLU, _STOCK = "stock-understanding", "stock"
_BESIDE_STOCK = (_STOCK_NLU, _STOCK)
NAMES = (
    *_STAGED,
    _RENEWAL,
    _FLAT,
    _ENCODER,
    _PARSE,
    _TRAINING,
    _SERVICES,
    _SERVERS,
    *_BESIDE_STOCK,
)
# What takes long is measured only when it is asked for.
_USUAL = (*_STAGED, _RENEWAL, _ENCODER, _PARSE)


def measure(
    model: Path, *, log: Path, only: Sequence[str], extent: Extent, with_stock: bool
) -> list[Figure]:
    """Takes the measurements.

    Args:
        model: a trained model.
        log: what the assistant says goes here.
        only: these; the usual ones if empty.
        with_stock: the comparison with stock Rasa too; training that takes minutes.

    Raises:
        SetupError: a name that is not known, or an assistant that does not start.
    """
    unknown = set(only) - set(NAMES)
    if unknown:
        raise SetupError(f"no such measurement: {', '.join(sorted(unknown))}")
    names = list(only or _USUAL)
    if with_stock:
        names += [name for name in _BESIDE_STOCK if name not in names]
    found = asyncio.run(_on_stage(model, names, log=log, extent=extent))
    if _ENCODER in names:
        found += _taken(encoder_race.encoder())
    if _PARSE in names:
        found += _taken(understanding.parse(model))
    if _TRAINING in names:
        found += _taken(training())
    if _SERVICES in names:
        found += _taken(asyncio.run(services(model, log=log, messages=extent.messages)))
    if _SERVERS in names:
        found += _taken(asyncio.run(servers(model, log=log, seconds=extent.seconds)))
    if _STOCK_NLU in names:
        found += _taken(understanding_against_stock(model))
    if _STOCK in names:
        found += _taken(asyncio.run(against_stock(model, log=log, seconds=extent.seconds)))
    return found


def break_things(
    model: Path,
    *,
    log: Path,
    rounds: int,
    seconds: float,
    with_postgresql: bool,
    only: Sequence[str] = (),
    folder: Path,
) -> list[Figure]:
    """Breaks one thing after the other under load.

    Args:
        rounds: how often each.
        seconds: nothing more is begun after so long.
        with_postgresql: on a PostgreSQL server of its own instead of SQLite.
        only: kinds whose names contain one of these words; all if empty.
        folder: where that server keeps its files.
    """
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(PostgresServer(folder)) if with_postgresql else None
        extra = ENVIRONMENT | ({"DATABASE_URL": server.url} if server else {})
        chosen = [
            kind for kind in kinds(server) if not only or any(word in kind.name for word in only)
        ]

        async def run() -> Figures:
            async with on_stage(model, log=log, extra=extra) as stage:
                return await chaos(stage, chosen, rounds=rounds, seconds=seconds, say=_say)

        return asyncio.run(run()).rows


async def _on_stage(
    model: Path, names: Sequence[str], *, log: Path, extent: Extent
) -> list[Figure]:
    found: list[Figure] = []
    wanted = [name for name in _STAGED if name in names]
    if wanted:
        async with on_stage(model, log=log) as stage:
            for name in wanted:
                found += _taken(await _STAGED[name](stage, extent))
    if _RENEWAL in names:
        async with on_stage(model, log=log) as stage:
            found += _taken(await renewal(stage, model=model))
    if _FLAT in names:
        # A platform's pace would only make it take an hour.
        async with on_stage(model, log=log, extra=UNLIMITED) as stage:
            flat = await resources.flatness(
                stage, conversations=extent.conversations, messages=extent.turns
            )
            found += _taken(flat)
    return found


def _taken(figures: Figures) -> list[Figure]:
    for row in figures.rows:
        _say(f"{row.group}: {row.name}: {row.value:g} {row.unit}".rstrip())
    return figures.rows


def _say(line: str) -> None:
    """Progress, kept apart from the result; what `sys.stderr` is may be a log by now."""
    if sys.__stderr__:
        sys.__stderr__.write(f"bench: {line}\n")
        sys.__stderr__.flush()
