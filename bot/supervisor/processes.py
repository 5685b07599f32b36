"""Which processes there are, and how each is started."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import settings as settings_module
from bot.errors import SetupError
from bot.settings import InternalUrls, Settings
from bot.supervisor.children import Command, python

LOOPBACK = "127.0.0.1"
_BACKLOG = 2048
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
class Copies:
    """How many of each process there are; Redis and the action server stand alone."""

    gateways: int = 1
    workers: int = 1
    assistants: int = 1


ONE_EACH = Copies()


class Door:
    """The address that a gateway answers at.

    The supervisor opens it and keeps it open: while a gateway is replaced, or has died, whoever
    knocks waits for the next one instead of being refused.

    Raises:
        SetupError: the port cannot be used.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(_BACKLOG)
        except OSError as error:
            self._socket.close()
            raise SetupError(f"port {port} cannot be used: {error.strerror}") from None
        self._socket.set_inheritable(True)
        self.host = host
        self.port = int(self._socket.getsockname()[1])

    @property
    def descriptor(self) -> int:
        """What the gateway inherits."""
        return self._socket.fileno()

    @property
    def url(self) -> str:
        """Where to knock on this machine."""
        host = LOOPBACK if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared only
        return f"http://{host}:{self.port}"

    def close(self) -> None:
        """From now on everybody is refused."""
        self._socket.close()


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def new_urls(model: Path, copies: Copies) -> InternalUrls:
    """Free addresses for Rasa and the action server."""
    return InternalUrls(
        rasa=",".join(f"http://{LOOPBACK}:{free_port()}" for _ in range(copies.assistants)),
        actions=f"http://{LOOPBACK}:{free_port()}",
        model=model,
    )


def environment(settings: Settings, urls: InternalUrls) -> dict[str, str]:
    """What a child process finds in its environment."""
    return settings_module.child_environment(settings, settings.redis_url or "", urls) | _QUIET


def actions_command(settings: Settings, urls: InternalUrls) -> Command:
    """The action server."""
    arguments = python("-m", "actions", port_of(urls.actions))
    return Command("actions", arguments, environment(settings, urls))


def rasa_commands(settings: Settings, urls: InternalUrls) -> list[Command]:
    """Every Rasa server."""
    rasa = python("-m", "rasa", "run", "--model", str(urls.model), "--interface", LOOPBACK)
    rasa += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml", "--quiet"]
    return [
        Command(_named("rasa", n), [*rasa, "--port", port_of(url)], environment(settings, urls))
        for n, url in enumerate(urls.rasa.split(","), start=1)
    ]


def worker_commands(settings: Settings, urls: InternalUrls, copies: Copies) -> list[Command]:
    """Every worker."""
    return [
        Command(_named("worker", n), python("-m", "bot.workers"), environment(settings, urls))
        for n in range(1, copies.workers + 1)
    ]


def gateway_commands(
    settings: Settings, urls: InternalUrls, doors: Sequence[Door]
) -> list[Command]:
    """A gateway at each door."""
    return [
        Command(
            _named("gateway", n),
            python("-m", "bot.gateway", door.host, str(door.port), str(door.descriptor)),
            environment(settings, urls),
            descriptors=(door.descriptor,),
        )
        for n, door in enumerate(doors, start=1)
    ]


def port_of(url: str) -> str:
    """The port of an address of ours."""
    return url.rpartition(":")[2]


def _named(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"
