"""Files that citizens sent, fetched from the platforms for officers; never kept here."""

from __future__ import annotations

import httpx

from bot.channels import failures
from bot.channels.whatsapp.payloads import is_platform_address
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Channel
from bot.settings import TelegramSettings, TwilioSettings

# Telegram gives bots files of up to 20 MB; WhatsApp's media are smaller.
LARGEST_BYTES = 20 * 1024 * 1024
_TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=15.0, pool=5.0)


class PlatformFiles:
    """The `Files` port.

    A client lives for one file: officers open few, and its redirects and passwords end with it.
    """

    def __init__(
        self, telegram: TelegramSettings | None = None, twilio: TwilioSettings | None = None
    ) -> None:
        self._telegram = telegram
        self._twilio = twilio

    async def fetch(self, channel: Channel, attachment: Attachment) -> bytes:
        """A file's content.

        Raises:
            SendFailed: the platform does not give it, it is too large, or the channel is off.
        """
        if attachment.kind is AttachmentKind.CONTACT:
            raise failures.EMPTY.error()
        if (attachment.size_bytes or 0) > LARGEST_BYTES:
            raise failures.BAD_REQUEST.error()
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
                if channel is Channel.TELEGRAM and self._telegram:
                    return await _from_telegram(client, self._telegram, attachment.reference)
                if channel is Channel.WHATSAPP and self._twilio:
                    return await _from_twilio(client, self._twilio, attachment.reference)
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
        raise failures.BAD_REQUEST.error() from None
    return await _read(client, f"{settings.api_url}/file/bot{settings.token}/{path}")


async def _from_twilio(client: httpx.AsyncClient, settings: TwilioSettings, url: str) -> bytes:
    # Stored long ago, perhaps under other settings: the password goes to the platform alone.
    if not is_platform_address(url, settings.api_url):
        raise failures.BAD_REQUEST.error()
    password = httpx.BasicAuth(settings.account_sid, settings.auth_token)
    client.follow_redirects = True
    client.max_redirects = 3
    return await _read(client, url, password)


async def _read(client: httpx.AsyncClient, url: str, auth: httpx.Auth | None = None) -> bytes:
    parts: list[bytes] = []
    size = 0
    async with client.stream("GET", url, auth=auth) as answer:
        if answer.status_code != httpx.codes.OK:
            raise failures.BAD_REQUEST.error()
        async for part in answer.aiter_bytes():
            size += len(part)
            if size > LARGEST_BYTES:
                raise failures.BAD_REQUEST.error()
            parts.append(part)
    return b"".join(parts)
