"""Can a citizen send a file from the page, by keyboard too, and is a refusal said in words?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.sendable import LARGEST_BYTES
from bot.gateway.page import FOLDER
from scripts.picture import chromium
from tests.desk.chromium import TROUBLES, Page
from tests.gateway.conftest import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))
# As the browser's own window for choosing a file leaves it.
_CHOOSE = """{
  const files = new DataTransfer();
  files.items.add(new File([%s], %s, { type: %s }));
  const input = document.getElementById('file');
  input.files = files.files;
  input.dispatchEvent(new Event('change'));
}"""
_JPEG = "new Uint8Array([255, 216, 255, 224, 1])"
# A picture with a texture that no compression makes small.
_LARGE_PHOTO = """{
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 2000;
  const pen = canvas.getContext('2d'), noise = pen.createImageData(2000, 2000);
  for (let at = 0; at < noise.data.length; at += 65536)
    crypto.getRandomValues(noise.data.subarray(at, at + 65536));
  for (let at = 3; at < noise.data.length; at += 4) noise.data[at] = 255;
  pen.putImageData(noise, 0, 0);
  canvas.toBlob(made => { window.photo = made; }, 'image/png');
}"""


@asynccontextmanager
async def opened(gateway: Gateway, language: str) -> AsyncIterator[Page]:
    async with chromium() as browser:
        page = Page(browser)
        await browser.call("Page.enable")
        await browser.call("Page.addScriptToEvaluateOnNewDocument", source=TROUBLES)
        await page.size(360, 640, is_phone=True)
        await page.go(f"{gateway.url}/?lang={language}")
        yield page
        assert await page.run("window.troubles.join()") == ""


async def choose(page: Page, content: str, name: str, media_type: str) -> None:
    await page.run(_CHOOSE % (content, json.dumps(name), json.dumps(media_type)))


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_file_is_sent_and_what_cannot_go_is_said(gateway: Gateway, language: str) -> None:
    async with opened(gateway, language) as page:
        await page.run("document.getElementById('file').click = () => { window.chose = true; }")
        await page.tab_to('id="attach"')
        assert TEXTS["attach"][language] in str(
            await page.run("document.activeElement.getAttribute('aria-label')")
        )
        await page.press("Enter")
        await page.until("window.chose")
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")

        await choose(page, _JPEG, "paspor.jpg", "image/jpeg")
        await page.until("document.querySelector('.mine .meta').textContent.includes('✓')")
        (stored,) = await gateway.stored()
        assert await gateway.kept.get(stored.attachments[0].reference) == b"\xff\xd8\xff\xe0\x01"
        assert "paspor.jpg" in await page.text()

        await choose(page, "'<html>'", "a.pdf", "application/pdf")
        await page.until("document.querySelector('.mine.refused')")
        assert TEXTS["file_unfit"][language] in await page.text()

        await choose(page, f"new Uint8Array({LARGEST_BYTES + 1})", "b.pdf", "application/pdf")
        await page.until(
            f"document.getElementById('notice').textContent ==="
            f" {json.dumps(TEXTS['file_large'][language])}"
        )
        assert len(await gateway.stored()) == 1


async def test_a_photo_that_is_too_large_is_made_smaller_by_the_page(gateway: Gateway) -> None:
    async with opened(gateway, "id") as page:
        await page.run(_LARGE_PHOTO)
        await page.until(f"window.photo && window.photo.size > {LARGEST_BYTES}")
        await choose(page, "window.photo", "foto.png", "image/png")
        await page.until("document.querySelector('.mine .meta').textContent.includes('✓')")
    (stored,) = await gateway.stored()
    assert stored.attachments[0].media_type == "image/jpeg"


async def test_a_file_that_did_not_go_before_the_page_was_closed_is_not_forgotten(
    gateway: Gateway,
) -> None:
    async with opened(gateway, "en") as page:
        await page.run("window.fetch = () => new Promise(() => {})")
        await choose(page, _JPEG, "passport.jpg", "image/jpeg")
        await page.until("document.querySelector('.mine.sending')")
        await page.run("location.reload()")
        await page.until("document.querySelector('.mine.refused')")
        assert TEXTS["file_lost"]["en"] in await page.text()
        assert await gateway.stored() == []
