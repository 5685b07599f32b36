"""All processes of the assistant on one machine: started, replaced one by one, stopped."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.logs import Log
from bot.privacy import Privacy
from bot.settings import InternalUrls, Settings
from bot.storage.leases import count_workers
from bot.storage.redis_client import REDIS_DOWN, open_redis
from bot.supervisor import processes
from bot.supervisor.children import Child, Command
from bot.supervisor.processes import LOOPBACK, Copies, Door
from bot.supervisor.redis_server import redis_command, redis_url
from bot.supervisor.waiting import accepts, is_warm, until, until_ready

_log = Log(__name__)


class Fleet:
    """What runs. Always `stop` it, also after a `start` that failed.

    Args:
        host: where the gateways answer.
        port: of the first one; further ones take what is free.
        copies: how many of each.
    """

    def __init__(self, settings: Settings, *, host: str, port: int, copies: Copies) -> None:
        self._settings = settings
        self._host = host
        self._port = port
        self._copies = copies
        self._doors: list[Door] = []
        self._redis: list[Child] = []
        self._actions: list[Child] = []
        self._assistants: list[Child] = []
        self._workers: list[Child] = []
        self._gateways: list[Child] = []

    @property
    def urls(self) -> tuple[str, ...]:
        """Of every gateway."""
        return tuple(door.url for door in self._doors)

    @property
    def children(self) -> tuple[Child, ...]:
        """Every process, in the order in which they are started."""
        return (
            *self._redis,
            *self._actions,
            *self._assistants,
            *self._workers,
            *self._gateways,
        )

    async def start(self, model: Path) -> None:
        """Starts every process and waits until a message can be answered.

        Raises:
            SetupError: the port is taken, or the assistant does not get ready.
        """
        for number in range(self._copies.gateways):
            self._doors.append(Door(self._host, 0 if number else self._port))
        if self._settings.redis_url is None:
            await self._start_redis()
        urls = processes.new_urls(model, self._copies)
        settings, copies = self._settings, self._copies
        await self._add(self._assistants, processes.rasa_commands(settings, urls))
        await self._add(self._actions, [processes.actions_command(settings, urls)])
        await self._add(self._workers, processes.worker_commands(settings, urls, copies))
        await self._add(self._gateways, processes.gateway_commands(settings, urls, self._doors))
        for url in self.urls:
            await until_ready(url, self.children)

    async def renew(self, model: Path) -> None:
        """Replaces every process but Redis, the new ones first, so that nobody notices.

        The new Rasa is warm before the new workers begin, and the old one ends when the old
        workers have finished what they had begun.

        Raises:
            SetupError: the new ones are of no use; the old ones go on.
        """
        urls = processes.new_urls(model, self._copies)
        settings, copies = self._settings, self._copies
        actions: list[Child] = []
        assistants: list[Child] = []
        workers: list[Child] = []
        try:
            await self._add(actions, [processes.actions_command(settings, urls)])
            await self._add(assistants, processes.rasa_commands(settings, urls))
            await self._until_warm(urls, [*actions, *assistants])
            await self._add(workers, processes.worker_commands(settings, urls, copies))
            await self._until_on_duty(len(self._workers) + len(workers), workers)
        except BaseException:
            await _stop([*workers, *assistants, *actions])
            raise
        old = (self._workers, self._gateways, self._assistants, self._actions)
        self._workers, self._assistants, self._actions = workers, assistants, actions
        await _stop(old[0])
        self._gateways = []
        await self._add(self._gateways, processes.gateway_commands(settings, urls, self._doors))
        for children in old[1:]:
            await _stop(children)
        for url in self.urls:
            await until_ready(url, self.children)
        _log.info("fleet.renewed", model=model.name)

    async def stop(self) -> None:
        """Ends everything, the gateways first: what still comes in is refused and comes again."""
        await _stop(self._gateways)
        for door in self._doors:
            door.close()
        for children in (self._workers, self._assistants, self._actions, self._redis):
            await _stop(children)

    async def _start_redis(self) -> None:
        privacy = Privacy(self._settings.secret_key)
        port = processes.free_port()
        self._settings = replace(self._settings, redis_url=redis_url(port, privacy))
        urls = InternalUrls(rasa="", actions="")
        command = redis_command(
            self._settings.data_dir,
            port,
            privacy=privacy,
            environment=processes.environment(self._settings, urls),
        )
        await self._add(self._redis, [command])
        await until(lambda: accepts(LOOPBACK, port), self._redis, what="Redis")

    async def _add(self, children: list[Child], commands: Sequence[Command]) -> None:
        for command in commands:
            child = Child(command)
            children.append(child)
            say(f"starting {command.name}")
            await child.start()

    async def _until_warm(self, urls: InternalUrls, children: Sequence[Child]) -> None:
        for url in urls.rasa.split(","):
            await until(lambda url=url: is_warm(url), children, what="Rasa")  # type: ignore[misc]

    async def _until_on_duty(self, count: int, children: Sequence[Child]) -> None:
        redis = open_redis(self._settings.redis_url or "")

        async def are_there() -> bool:
            try:
                return await count_workers(redis) >= count
            except REDIS_DOWN:
                return False

        try:
            await until(are_there, children, what="worker")
        finally:
            await redis.close()


async def _stop(children: Sequence[Child]) -> None:
    await asyncio.gather(*(child.stop() for child in children))


def say(line: str) -> None:
    """A line for the person who runs it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
