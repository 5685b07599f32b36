"""A small real HTTP server in a thread, in place of a platform: records, and breaks on demand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from typing_extensions import Self


@dataclass(frozen=True)
class Call:
    """One request, as it came."""

    method: str
    fields: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Trouble:
    """What happens instead of an answer: a status, silence, or a line that goes dead."""

    method: str | None
    status: int = 500
    details: Mapping[str, Any] = field(default_factory=dict)
    silent_seconds: float = 0.0
    is_hang_up: bool = False


class FakePlatform:
    """Base of the fakes. Use it with `with` or `async with`; it answers from a thread of its own,
    so other processes and blocking tests can call it too.
    """

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._troubles: deque[Trouble] = deque()
        self._loop = asyncio.new_event_loop()
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def fail_next(
        self, status: int, *, times: int = 1, method: str | None = None, **details: Any
    ) -> None:
        """The next `times` calls (of one method, if named) are answered with an error."""
        self._troubles.extend([Trouble(method, status, details)] * times)

    def hang_next(self, seconds: float, *, times: int = 1, method: str | None = None) -> None:
        """The next calls are taken, and answered with an error 504 only after a time."""
        self._troubles.extend([Trouble(method, 504, silent_seconds=seconds)] * times)

    def hang_up_next(self, *, times: int = 1, method: str | None = None) -> None:
        """The next calls end in a closed connection."""
        self._troubles.extend([Trouble(method, is_hang_up=True)] * times)

    async def wait_until(self, is_so: Callable[[], bool], timeout: float = 10.0) -> None:
        """Waits until something is so; an AssertionError after `timeout` seconds."""
        end = time.monotonic() + timeout
        while not is_so():
            assert time.monotonic() < end, f"did not happen in {timeout} s"
            await asyncio.sleep(0.01)

    def routes(self) -> list[web.RouteDef]:
        """The platform's methods."""
        raise NotImplementedError

    def error(self, trouble: Trouble) -> web.Response:
        """How the platform says that something is wrong."""
        raise NotImplementedError

    async def answered(
        self, call: Call, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Records a call and answers it, unless a trouble waits for it."""
        self.calls.append(call)
        for trouble in list(self._troubles):
            if trouble.method in (None, call.method):
                self._troubles.remove(trouble)
                await self._pause(trouble.silent_seconds)
                if trouble.is_hang_up:
                    raise ConnectionResetError
                return self.error(trouble)
        return await answer()

    async def _pause(self, seconds: float) -> None:
        """Waits, but not longer than the server runs."""
        assert self._stop is not None
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the fake platform did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.__exit__)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application(middlewares=[_hang_up])
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@web.middleware
async def _hang_up(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ConnectionResetError:
        assert request.transport is not None
        request.transport.abort()
        raise


async def read_fields(request: web.Request) -> dict[str, Any]:
    """Query and body, whatever their form; a repeated field becomes a list."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        fields.update(json.loads(await request.read() or b"{}"))
        return fields
    form = await request.post()
    for name in form:
        values = form.getall(name)
        fields[name] = values[0] if len(values) == 1 else values
    return fields
