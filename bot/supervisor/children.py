"""A child process that is started again when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.logs import Log
from bot.project import PROJECT

_log = Log(__name__)

# What a model is made of. Sentences are not: the catalogue words them at the moment of speaking.
MODEL_DATA = ("data/nlu", "data/rules")
_STOP_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_SETTLED_SECONDS = 60.0


@dataclass(frozen=True)
class Command:
    """How a child is started.

    Args:
        log: takes what it prints; None leaves it on our own stderr.
        descriptors: open files that it inherits.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None = None
    descriptors: tuple[int, ...] = ()


def python(*arguments: str) -> list[str]:
    """A command of this very interpreter."""
    return [sys.executable, *arguments]


class Child:
    """One supervised process."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.deaths = 0

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def start(self) -> None:
        """Starts it and keeps it running until `stop`."""
        await self._spawn()
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Asks it to end, waits, and ends it."""
        self._is_stopping = True
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except asyncio.TimeoutError:
            _log.warning("child.killed", child=self.command.name)
            process.kill()
            await process.wait()

    async def _spawn(self) -> None:
        output = None
        if self.command.log:
            self.command.log.parent.mkdir(parents=True, exist_ok=True)
            output = os.open(self.command.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.command.arguments,
                cwd=PROJECT,
                env=dict(self.command.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output if output is not None else sys.stderr,
                stderr=output if output is not None else sys.stderr,
                pass_fds=self.command.descriptors,
                # Ctrl-C in a terminal reaches only us; we stop the children in order.
                start_new_session=True,
            )
        finally:
            if output is not None:
                os.close(output)

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        while not self._is_stopping and self._process:
            started = loop.time()
            code = await self._process.wait()
            self.deaths += 1
            _log.error("child.died", child=self.command.name, code=code)
            pause = _FIRST_PAUSE_SECONDS if loop.time() - started > _SETTLED_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await self._spawn()
