"""Files fetched from where they lie, for officers and for another channel; never kept here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import httpx

from bot.channels import failures
from bot.channels.whatsapp.payloads import is_platform_address
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Home
from bot.settings import TelegramSettings, TwilioSettings

# Telegram gives bots files of up to 20 MB; WhatsApp's media are smaller.
LARGEST_BYTES = 20 * 1024 * 1024
_TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=15.0, pool=5.0)


Read = Callable[[str], Awaitable[bytes | None]]
"""Reads what lies with us by its reference; None if it has ended, `SendFailed` if not now."""


class PlatformFiles:
    """The `Files` port.

    A client lives for one file: few are opened, and its redirects and passwords end with it.

    Args:
        ours: how to read what lies on no platform.
    """

    def __init__(
        self,
        telegram: TelegramSettings | None = None,
        twilio: TwilioSettings | None = None,
        *,
        ours: Mapping[Home, Read] = MappingProxyType({}),
    ) -> None:
        self._telegram = telegram
        self._twilio = twilio
        self._ours = ours

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file's content.

        Raises:
            SendFailed: it is not given, is too large, or its channel is off.
        """
        home, reference = attachment.home, attachment.reference
        if attachment.kind is AttachmentKind.CONTACT and home is Home.TELEGRAM:
            raise failures.EMPTY.error()
        if (attachment.size_bytes or 0) > LARGEST_BYTES:
            raise failures.FILE_TOO_LARGE.error()
        read = self._ours.get(home) if home else None
        if read:
            found = await read(reference)
            if found is None:
                raise failures.FILE_GONE.error()
            return found
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
                if home is Home.TELEGRAM and self._telegram:
                    return await _from_telegram(client, self._telegram, reference)
                if home is Home.WHATSAPP and self._twilio:
                    return await _from_twilio(client, self._twilio, reference)
        except httpx.HTTPError:
            # The library's words hold the address, and with it a token.
            raise failures.NETWORK.error() from None
        raise SendFailed("channel_off", retry=False)


async def _from_telegram(
    client: httpx.AsyncClient, settings: TelegramSettings, file_id: str
) -> bytes:
    asked = await client.post(
        f"{settings.api_url}/bot{settings.token}/getFile", data={"file_id": file_id}
    )
    try:
        path = str(asked.json()["result"]["file_path"])
    except (ValueError, KeyError, TypeError):
        raise _not_given(asked).error() from None
    return await _read(client, f"{settings.api_url}/file/bot{settings.token}/{path}")


async def _from_twilio(client: httpx.AsyncClient, settings: TwilioSettings, url: str) -> bytes:
    # Stored long ago, perhaps under other settings: the password goes to the platform alone.
    if not is_platform_address(url, settings.api_url):
        raise failures.FILE_GONE.error()
    password = httpx.BasicAuth(settings.account_sid, settings.auth_token)
    client.follow_redirects = True
    client.max_redirects = 3
    return await _read(client, url, password)


async def _read(client: httpx.AsyncClient, url: str, auth: httpx.Auth | None = None) -> bytes:
    parts: list[bytes] = []
    size = 0
    async with client.stream("GET", url, auth=auth) as answer:
        if answer.status_code != httpx.codes.OK:
            raise _not_given(answer).error()
        async for part in answer.aiter_bytes():
            size += len(part)
            if size > LARGEST_BYTES:
                raise failures.FILE_TOO_LARGE.error()
            parts.append(part)
    return b"".join(parts)


def _not_given(answer: httpx.Response) -> failures.Failure:
    is_soon = answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error
    return failures.PLATFORM_ERROR if is_soon else failures.FILE_GONE
