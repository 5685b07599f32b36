"""Are files fetched from the platforms as they give them, and from nobody else?"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.channels import files
from bot.channels.files import PlatformFiles
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Home
from bot.settings import TelegramSettings, TwilioSettings
from tests.fakes.server import Call, FakePlatform, Trouble

TOKEN = "123:a-token"


class FakeFiles(FakePlatform):
    """Both platforms' ways to a file."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"/bot{TOKEN}/getFile", self._get_file),
            web.get(f"/file/bot{TOKEN}/photos/1.jpg", self._content),
            web.get("/2010-04-01/Accounts/AC1/Media/ME1", self._redirect),
            web.get("/cdn/ME1", self._content),
        ]

    def error(self, trouble: Trouble) -> web.Response:
        return web.Response(status=trouble.status)

    async def _get_file(self, request: web.Request) -> web.StreamResponse:
        asked = await request.post()

        async def answer() -> web.Response:
            known = {"file-1": "photos/1.jpg"}.get(str(asked["file_id"]))
            result: dict[str, Any] = {"ok": known is not None}
            return web.json_response(
                {**result, **({"result": {"file_path": known}} if known else {})}
            )

        return await self.answered(Call("getFile", dict(asked), request.headers), answer)

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.Response:
            raise web.HTTPTemporaryRedirect("/cdn/ME1")

        return await self.answered(Call("media", {}, request.headers), answer)

    async def _content(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.Response:
            return web.Response(body=b"a photo")

        return await self.answered(Call("content", {}, request.headers), answer)


@pytest.fixture
async def platform() -> AsyncIterator[FakeFiles]:
    async with FakeFiles() as running:
        yield running


@pytest.fixture
def fetcher(platform: FakeFiles) -> PlatformFiles:
    return PlatformFiles(
        TelegramSettings(TOKEN, "polling", webhook_secret="s", api_url=platform.url),
        TwilioSettings(
            "AC1", auth_token="secret", whatsapp_from="whatsapp:+1", api_url=platform.url
        ),
    )


def photo(
    reference: str, size: int | None = None, *, home: Home | None = Home.TELEGRAM
) -> Attachment:
    return Attachment(AttachmentKind.PHOTO, reference, "image/jpeg", size, home=home)


async def test_a_file_of_telegram_is_asked_for_and_read(fetcher: PlatformFiles) -> None:
    assert await fetcher.fetch(photo("file-1")) == b"a photo"


async def test_media_of_twilio_is_read_with_the_accounts_password(
    platform: FakeFiles, fetcher: PlatformFiles
) -> None:
    url = f"{platform.url}/2010-04-01/Accounts/AC1/Media/ME1"
    assert await fetcher.fetch(photo(url, home=Home.WHATSAPP)) == b"a photo"

    password = base64.b64encode(b"AC1:secret").decode()
    assert platform.calls[0].headers["Authorization"] == f"Basic {password}"


async def test_the_password_goes_to_nobody_else(
    platform: FakeFiles, fetcher: PlatformFiles
) -> None:
    for url in ("https://evil.example/ME1", "http://127.0.0.1:1/ME1", "file:///etc/passwd", "x"):
        with pytest.raises(SendFailed):
            await fetcher.fetch(photo(url, home=Home.WHATSAPP))
    assert platform.calls == []


async def test_what_is_too_large_is_not_read(
    monkeypatch: pytest.MonkeyPatch, platform: FakeFiles, fetcher: PlatformFiles
) -> None:
    with pytest.raises(SendFailed):
        await fetcher.fetch(photo("file-1", files.LARGEST_BYTES + 1))
    assert platform.calls == []
    monkeypatch.setattr(files, "LARGEST_BYTES", 3)
    with pytest.raises(SendFailed):
        await fetcher.fetch(photo("file-1"))


@pytest.mark.parametrize("method", ["getFile", "content"])
@pytest.mark.parametrize("trouble", ["refuses", "hangs up"])
async def test_a_platform_in_trouble_is_an_error_without_its_address(
    platform: FakeFiles, fetcher: PlatformFiles, method: str, trouble: str
) -> None:
    if trouble == "refuses":
        platform.fail_next(500, method=method)
    else:
        platform.hang_up_next(method=method)

    with pytest.raises(SendFailed) as caught:
        await fetcher.fetch(photo("file-1"))
    assert TOKEN not in str(caught.value)


async def test_a_file_that_telegram_does_not_know_is_an_error(fetcher: PlatformFiles) -> None:
    with pytest.raises(SendFailed):
        await fetcher.fetch(photo("file-2"))


async def test_a_channel_that_is_off_gives_no_files() -> None:
    for home in (*Home, None):
        with pytest.raises(SendFailed):
            await PlatformFiles().fetch(photo("file-1", home=home))
