"""`python -m bot run`: prepares what is missing, starts every process, says when it is ready."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from bot import settings as settings_module
from bot.errors import SetupError
from bot.privacy import Privacy
from bot.settings import InternalUrls, Settings
from bot.supervisor.children import Child, Command, python
from bot.supervisor.redis_server import redis_command, redis_url

_READY_SECONDS = 180.0
_LOOK_SECONDS = 0.2
_HOST = "127.0.0.1"
# Rasa's libraries take every core they find, for matrices that are too small to gain from it.
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True)
class Running:
    """What has been started. `url` is the gateway's."""

    url: str
    children: tuple[Child, ...]


async def run(settings: Settings, *, host: str, port: int, model: Path) -> None:
    """Runs until SIGINT or SIGTERM.

    Raises:
        SetupError: the port is taken, or the assistant does not get ready.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    children: list[Child] = []
    try:
        starting = asyncio.create_task(
            start(settings, host=host, port=port, model=model, children=children)
        )
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            _say(f"ready {starting.result().url}")
            await stop.wait()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
    finally:
        # The gateway first: what still comes in is refused and sent again by the platform.
        for child in reversed(children):
            await child.stop()


async def start(
    settings: Settings, *, host: str, port: int, model: Path, children: list[Child]
) -> Running:
    """Starts every process and waits until a message can be answered.

    Args:
        children: gets each child as it is started, for the caller to stop.

    Raises:
        SetupError: the port is taken, or the assistant does not get ready.
    """
    _check_port(host, port)
    privacy = Privacy(settings.secret_key)
    urls = InternalUrls(
        rasa=f"http://{_HOST}:{free_port()}",
        actions=f"http://{_HOST}:{free_port()}",
        model=model,
    )
    if settings.redis_url is None:
        redis_port = free_port()
        settings = replace(settings, redis_url=redis_url(redis_port, privacy))
        environment = _environment(settings, urls)
        await _start(
            children,
            redis_command(settings.data_dir, redis_port, privacy=privacy, environment=environment),
        )
        await _until(lambda: _accepts(_HOST, redis_port), children, what="Redis")
    environment = _environment(settings, urls)
    for command in _commands(environment, urls=urls, host=host, port=port, model=model):
        await _start(children, command)
    url = f"http://{host if host != '0.0.0.0' else _HOST}:{port}"  # noqa: S104 - compared only
    async with httpx.AsyncClient(base_url=url, timeout=5.0) as client:
        await _until_ready(client, children)
    return Running(url, tuple(children))


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _environment(settings: Settings, urls: InternalUrls) -> dict[str, str]:
    return settings_module.child_environment(settings, settings.redis_url or "", urls) | _QUIET


def _commands(
    environment: dict[str, str], *, urls: InternalUrls, host: str, port: int, model: Path
) -> list[Command]:
    rasa_port, actions_port = (url.rpartition(":")[2] for url in (urls.rasa, urls.actions))
    rasa = python("-m", "rasa", "run", "--model", str(model), "--interface", _HOST)
    rasa += [
        "--port",
        rasa_port,
        "--endpoints",
        "endpoints.yml",
        "--credentials",
        "credentials.yml",
    ]
    return [
        Command("rasa", [*rasa, "--quiet"], environment),
        Command("actions", python("-m", "actions", actions_port), environment),
        Command("worker", python("-m", "bot.workers"), environment),
        Command("gateway", python("-m", "bot.gateway", host, str(port)), environment),
    ]


async def _start(children: list[Child], command: Command) -> None:
    child = Child(command)
    children.append(child)
    _say(f"starting {command.name}")
    await child.start()


async def _until(is_so: Callable[[], bool], children: list[Child], *, what: str) -> None:
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    while not is_so():
        _give_up_if(children, asyncio.get_running_loop().time() > deadline, what=what)
        await asyncio.sleep(_LOOK_SECONDS)


async def _until_ready(client: httpx.AsyncClient, children: list[Child]) -> None:
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    while True:
        try:
            response = await client.get("/readyz")
            missing = [name for name, is_there in response.json()["parts"].items() if not is_there]
            if response.status_code == httpx.codes.OK:
                return
        except (httpx.HTTPError, ValueError, KeyError):
            missing = ["gateway"]
        late = asyncio.get_running_loop().time() > deadline
        _give_up_if(children, late, what=", ".join(missing))
        await asyncio.sleep(_LOOK_SECONDS)


def _give_up_if(children: list[Child], is_late: bool, *, what: str) -> None:
    if is_late:
        raise SetupError(f"not ready after {_READY_SECONDS:.0f} seconds; missing: {what}")
    for child in children:
        if child.deaths >= 3:
            raise SetupError(f"{child.command.name} does not start; see its messages above")


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(f"port {port} cannot be used: {error.strerror}") from None


def _accepts(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
