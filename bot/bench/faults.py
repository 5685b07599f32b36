"""What can go wrong: each fault begins, lasts for a while and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from bot.bench.platform import Trouble
from bot.bench.postgresql import PostgresServer
from bot.bench.stage import Stage

_PROCESSES = ("gateway", "worker", "rasa", "actions", "redis")
# Longer than those who wait for it wait: a lease, a turn, an action.
_PAUSE_SECONDS = {"worker": 12.0, "redis": 6.0, "rasa": 22.0, "actions": 12.0}
_USUAL_PAUSE_SECONDS = 4.0
_TROUBLE_SECONDS = 5.0
_OUTAGE_SECONDS = 8.0
_LOOK_SECONDS = 0.05

Fault = Callable[[Stage], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Args:
        name: for people.
        fault: `async with fault(stage)` begins it; it has ended when the block is left.
        seconds: how long the block should last.
        refuses: whether the gateway must have refused messages (503) meanwhile.
    """

    name: str
    fault: Fault
    seconds: float = 0.0
    refuses: bool = False


def kinds(postgresql: PostgresServer | None) -> tuple[Kind, ...]:
    """Every kind.

    Args:
        postgresql: the database's server, where it is one of ours; SQLite otherwise.
    """
    found = [Kind(f"kill -9 {name}", _killed(name)) for name in _PROCESSES]
    found += [
        Kind(f"pause {name}", _paused(name), _PAUSE_SECONDS.get(name, _USUAL_PAUSE_SECONDS))
        for name in _PROCESSES
    ]
    found += [
        Kind("kill -9 rasa, worker, gateway", _killed("rasa", "worker", "gateway")),
        Kind("platforms: 429", _trouble(Trouble(429, seconds=2, share=0.5)), _TROUBLE_SECONDS),
        Kind("platforms: 500", _trouble(Trouble(500, share=0.5)), _TROUBLE_SECONDS),
        Kind("platforms: silence", _trouble(Trouble(0, seconds=1, share=0.5)), _TROUBLE_SECONDS),
        Kind("platforms: away", _trouble(Trouble(0)), _TROUBLE_SECONDS),
        Kind("Redis away, spool full", _paused("redis"), _OUTAGE_SECONDS, refuses=True),
    ]
    if postgresql:
        found += [
            Kind("kill -9 PostgreSQL", _postgresql_killed(postgresql), _TROUBLE_SECONDS),
            Kind("pause PostgreSQL", _postgresql_paused(postgresql), _TROUBLE_SECONDS),
        ]
    else:
        found.append(Kind("database locked", _database_locked, _OUTAGE_SECONDS))
    return tuple(found)


def _killed(*names: str) -> Fault:
    @asynccontextmanager
    async def fault(stage: Stage) -> AsyncIterator[None]:
        before = {name: stage.child(name).pid for name in names}
        for pid in before.values():
            if pid:
                os.kill(pid, signal.SIGKILL)
        yield
        for name in names:
            while stage.child(name).pid in (None, before[name]):  # noqa: ASYNC110 - a process
                await asyncio.sleep(_LOOK_SECONDS)

    return fault


def _paused(name: str) -> Fault:
    @asynccontextmanager
    async def fault(stage: Stage) -> AsyncIterator[None]:
        pid = stage.child(name).pid
        if not pid:
            raise ProcessLookupError(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    return fault


def _trouble(trouble: Trouble) -> Fault:
    @asynccontextmanager
    async def fault(stage: Stage) -> AsyncIterator[None]:
        stage.platform.trouble = trouble
        try:
            yield
        finally:
            stage.platform.trouble = None

    return fault


def _postgresql_killed(server: PostgresServer) -> Fault:
    @asynccontextmanager
    async def fault(_stage: Stage) -> AsyncIterator[None]:
        await asyncio.to_thread(server.kill)
        try:
            yield
        finally:
            await asyncio.to_thread(server.start)

    return fault


def _postgresql_paused(server: PostgresServer) -> Fault:
    @asynccontextmanager
    async def fault(_stage: Stage) -> AsyncIterator[None]:
        server.pause()
        try:
            yield
        finally:
            server.resume()

    return fault


@asynccontextmanager
async def _database_locked(stage: Stage) -> AsyncIterator[None]:
    """Somebody else holds SQLite's write lock, a copy that takes too long for instance."""
    path = make_url(stage.settings.database_url).database
    connection = sqlite3.connect(str(path), isolation_level=None, timeout=5)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()
