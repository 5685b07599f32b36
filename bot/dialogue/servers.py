"""The Rasa servers behind one name: a conversation keeps to one of them while that one is well.

Which one answers does not matter for what is said: the tracker is in Redis, and two servers cannot
both save the same turn.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from http import HTTPStatus
from typing import Any

import aiohttp

CONNECT_SECONDS = 2.0
# No connection, no answer in time, or one that is not an answer.
BROKEN = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)
_REST_SECONDS = 2.0


class Servers:
    """An HTTP client of all of them.

    Args:
        urls: one or several, with commas between.
        token: what their door wants.
    """

    def __init__(self, urls: str, token: str) -> None:
        self._urls = [url.strip() for url in urls.split(",") if url.strip()]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None
        self._resting_until: dict[str, float] = {}

    async def post(
        self, path: str, body: dict[str, Any], *, about: str, seconds: float
    ) -> tuple[int, dict[str, Any]]:
        """Asks the server of a conversation, and another one if that is gone.

        Args:
            about: the conversation.
            seconds: how long one of them may take. A server that takes longer is not left for
                another: it may be at it.

        Raises:
            BROKEN: none of them can be asked.
        """
        failed: Exception | None = None
        for url in self._order(about):
            try:
                status, said = await self._call("POST", url + path, body=body, seconds=seconds)
            except asyncio.TimeoutError:
                raise
            except BROKEN as error:
                failed = error
                self._rest(url)
                continue
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                return status, said
            failed = aiohttp.ClientError("not now")
            self._rest(url)
        raise failed or aiohttp.ClientError("no server")

    async def is_ready(self, path: str, *, seconds: float) -> bool:
        """Whether one of them can be asked."""
        answers = await asyncio.gather(*(self._is_fine(url + path, seconds) for url in self._urls))
        return any(answers)

    async def close(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()

    async def _is_fine(self, url: str, seconds: float) -> bool:
        try:
            status, _ = await self._call("GET", url, body=None, seconds=seconds)
        except BROKEN:
            return False
        return status == HTTPStatus.OK

    def _order(self, about: str) -> list[str]:
        first = zlib.crc32(about.encode()) % len(self._urls)
        urls = self._urls[first:] + self._urls[:first]
        now = asyncio.get_running_loop().time()
        return sorted(urls, key=lambda url: self._resting_until.get(url, 0.0) > now)

    def _rest(self, url: str) -> None:
        self._resting_until[url] = asyncio.get_running_loop().time() + _REST_SECONDS

    async def _call(
        self, method: str, url: str, *, body: dict[str, Any] | None, seconds: float
    ) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        async with self._session.request(method, url, json=body, timeout=timeout) as answer:
            return answer.status, json.loads(await answer.read())
