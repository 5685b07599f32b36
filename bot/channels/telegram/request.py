"""How the Bot API's client talks HTTP: on aiohttp, whose pool costs the same at any size.

The client's own way asks every open connection at every request whether it still lives, and so
spends more on a message than the assistant on its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.request import getproxies

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0


class Request(BaseRequest):
    """A connection pool.

    Args:
        connections: how many at most.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take (seconds)."""
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Opens the pool; also done by the first request."""
        self._opened()

    async def shutdown(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; see `telegram.request.BaseRequest`.

        Raises:
            TimedOut: no answer in time.
            NetworkError: no connection, or it broke.
        """
        wait = ANSWER_SECONDS if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=wait)
        data = _body(request_data) if request_data else None
        try:
            async with self._opened().request(
                method, url, data=data, timeout=timeout, headers={"User-Agent": self.USER_AGENT}
            ) as answer:
                return answer.status, await answer.read()
        except asyncio.TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The library's words may hold the address, and with it the token.
            raise NetworkError(type(error).__name__) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            # A proxy of the machine's environment is used, as the library does; where there is
            # none, it is not looked for again at every request.
            self._session = aiohttp.ClientSession(connector=connector, trust_env=bool(getproxies()))
        return self._session


def _body(data: RequestData) -> Mapping[str, str] | aiohttp.FormData:
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (file_name, content, media_type) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form


def has_not_left(error: BaseException | None) -> bool:
    """Whether a request that failed for this reason never reached the platform."""
    return isinstance(error, aiohttp.ClientConnectorError)
