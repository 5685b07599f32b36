"""Twilio's REST client, made asynchronous on httpx and free to talk to another server."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels import failures
from bot.channels.whatsapp.errors import explain
from bot.settings import TwilioSettings

_DEFAULT_API_URL = "https://api.twilio.com"
_TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=15.0, pool=10.0)
_CONNECTIONS = 32


class HttpxClient(AsyncHttpClient):
    """Carries the requests of Twilio's client to `TWILIO_API_URL`.

    Args:
        api_url: base address without a slash at the end.
    """

    def __init__(self, api_url: str) -> None:
        super().__init__(logging.getLogger(__name__), True)
        self._api_url = api_url
        self._client = httpx.AsyncClient(
            timeout=_TIMEOUT, limits=httpx.Limits(max_connections=_CONNECTIONS)
        )

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, as Twilio's client asks for it.

        Raises:
            SendFailed: no connection, no answer, or asked to wait.
        """
        try:
            answer = await self._client.request(
                method,
                url.replace(_DEFAULT_API_URL, self._api_url, 1),
                params=params,
                data=dict(data or {}),
                headers=dict(headers or {}),
                auth=auth,
                timeout=timeout or _TIMEOUT,
                follow_redirects=allow_redirects,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise failures.NETWORK.error() from None
        except httpx.HTTPError:
            raise failures.TIMEOUT.error() from None
        if answer.status_code == 429:
            # Twilio's own exception drops the headers, and with them how long to wait.
            raise failures.RATE_LIMITED.error(_seconds(answer.headers.get("Retry-After")))
        return Response(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        """Gives back connections."""
        await self._client.aclose()


class MessageClient:
    """Creates messages, and nothing else of Twilio's API.

    Args:
        settings: account and server.
    """

    def __init__(self, settings: TwilioSettings) -> None:
        self._http = HttpxClient(settings.api_url)
        self._twilio = Client(settings.account_sid, settings.auth_token, http_client=self._http)

    async def create(self, to: str, **fields: object) -> str:
        """Creates one message and returns its sid.

        Args:
            to: `whatsapp:+…`.
            fields: as `twilio.rest`'s `messages.create` takes them.

        Raises:
            SendFailed: Twilio did not take it; its words, which may hold a number, stay behind.
        """
        try:
            message = await self._twilio.messages.create_async(to, **fields)
        except TwilioRestException as error:
            raise explain(error.code, status=error.status).error() from None
        except (TwilioException, ValueError, AttributeError):
            raise failures.PLATFORM_ERROR.error() from None
        if not message.sid:
            raise failures.PLATFORM_ERROR.error()
        return str(message.sid)

    async def close(self) -> None:
        """Gives back connections."""
        await self._http.close()


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdecimal() else None
