"""Waiting for children to be of use, and giving up when they are not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx

from bot.dialogue.protocol import READY_PATH
from bot.errors import SetupError
from bot.supervisor.children import Child

READY_SECONDS = 180.0
_LOOK_SECONDS = 0.2
_MOST_DEATHS = 3


async def until(
    is_so: Callable[[], bool | Awaitable[bool]], children: Sequence[Child], *, what: str
) -> None:
    """Waits until something is so.

    Args:
        children: that must live for it.
        what: is missing until then.

    Raises:
        SetupError: one of them dies again and again, or it takes too long.
    """

    async def missing() -> str:
        answer = is_so()
        return "" if (answer if isinstance(answer, bool) else await answer) else what

    await _until_nothing_is_missing(missing, children)


async def until_ready(url: str, children: Sequence[Child]) -> None:
    """Waits until a gateway says that a message would be answered.

    Raises:
        SetupError: see `until`; it names what is missing.
    """
    async with httpx.AsyncClient(base_url=url, timeout=5.0) as client:

        async def missing() -> str:
            try:
                response = await client.get("/readyz")
                if response.status_code == httpx.codes.OK:
                    return ""
                parts: dict[str, bool] = response.json()["parts"]
            except (httpx.HTTPError, ValueError, KeyError):
                return "gateway"
            return ", ".join(name for name, is_there in parts.items() if not is_there)

        await _until_nothing_is_missing(missing, children)


async def is_warm(url: str) -> bool:
    """Whether a Rasa server can take a turn, and at once."""
    try:
        async with httpx.AsyncClient(timeout=30.0) as client:
            return (await client.get(url + READY_PATH)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def accepts(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


async def _until_nothing_is_missing(
    missing: Callable[[], Awaitable[str]], children: Sequence[Child]
) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS
    while what := await missing():
        if loop.time() > deadline:
            raise SetupError(f"not ready after {READY_SECONDS:.0f} seconds; missing: {what}")
        for child in children:
            if child.deaths >= _MOST_DEATHS:
                raise SetupError(f"{child.command.name} does not start; see its messages above")
        await asyncio.sleep(_LOOK_SECONDS)
