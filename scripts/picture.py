"""Makes a picture of a real conversation in the web chat of a running assistant.

    .venv/bin/python scripts/picture.py URL FILE.png [--language id] [--height 844] TEXT ...

Chromium must be installed. Each text is written into the page as a citizen would write it; of
several, the page is shown after each answer, side by side.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.client import connect

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WIDTH, _SCALE = 390, 2  # CSS pixels of a common phone, two dots each
_GAP = 24
_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_QUIET_LOOKS = 10

_SAY = """
document.getElementById('text').value = %s;
document.getElementById('form').requestSubmit();
"""
_SIDE_BY_SIDE = """
document.body.style.cssText = 'margin:0;display:flex;gap:%dpx;background:#fff';
Promise.all(%s.map(function (data) {
  const phone = document.body.appendChild(new Image());
  phone.width = %d;
  phone.src = 'data:image/png;base64,' + data;
  return phone.decode();
}));
"""
_STATE = "[document.readyState, document.querySelectorAll('#log .turn.bot').length].join(' ')"


class Browser:
    """One page of a headless Chromium, spoken to by the DevTools protocol."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """Calls a method and waits for its result; events in between are passed over."""
        number = next(self._numbers)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(await self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    async def run(self, script: str, *, is_slow: bool = False) -> Any:
        """Evaluates a script in the page; a slow one gives a promise to wait for."""
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=is_slow)
        return found["result"].get("value")

    async def resize(self, width: int, height: int, *, is_phone: bool) -> None:
        """Gives the page a screen of this size in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": _SCALE, "mobile": is_phone}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Emulation.setScrollbarsHidden", hidden=True)

    async def shot(self) -> str:
        """The page as it looks now: PNG in base64."""
        data: str = (await self.call("Page.captureScreenshot", format="png"))["data"]
        return data

    async def answers(self) -> int:
        """How many answers the page shows; -1 while it loads."""
        state, count = str(await self.run(_STATE)).split()
        return int(count) if state == "complete" else -1

    async def settle(self, more_than: int) -> None:
        """Waits until the page shows more answers than that, and no further one comes."""
        last, looks = -1, 0
        for _ in range(int(_WAIT_SECONDS / _LOOK_SECONDS)):
            count = await self.answers()
            looks = looks + 1 if count == last else 0
            last = count
            if count > more_than and looks >= _QUIET_LOOKS:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise TimeoutError("the page shows no answer")


async def picture(browser: Browser, url: str, *, texts: list[str], height: int) -> bytes:
    """Holds the conversation; the page after each answer, side by side, as PNG."""
    await browser.resize(_WIDTH, height, is_phone=True)
    await browser.call("Page.navigate", url=url)
    await browser.settle(more_than=-1)
    phones = []
    for text in texts:
        before = await browser.answers()
        await browser.run(_SAY % json.dumps(text))
        await browser.settle(more_than=before)
        await browser.run("document.activeElement.blur()")
        phones.append(await browser.shot())
    if len(phones) > 1:
        await browser.call("Page.navigate", url="about:blank")
        width = len(phones) * (_WIDTH + _GAP) - _GAP
        await browser.resize(width, height, is_phone=False)
        await browser.run(_SIDE_BY_SIDE % (_GAP, json.dumps(phones), _WIDTH), is_slow=True)
        return base64.b64decode(await browser.shot())
    return base64.b64decode(phones[0])


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium with one empty page.

    Raises:
        FileNotFoundError: it is not installed.
    """
    async with chromium_port() as port:
        async with httpx.AsyncClient() as client:
            tabs = (await client.get(f"http://127.0.0.1:{port}/json/list")).json()
        page = next(tab for tab in tabs if tab["type"] == "page")
        async with connect(page["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Browser(socket)


@asynccontextmanager
async def private_page(port: int) -> AsyncIterator[Browser]:
    """One more page of a running Chromium, with cookies of its own.

    Args:
        port: from `chromium_port`.
    """
    async with httpx.AsyncClient() as client:
        version = (await client.get(f"http://127.0.0.1:{port}/json/version")).json()
    async with connect(version["webSocketDebuggerUrl"], max_size=None) as socket:
        whole = Browser(socket)
        context = (await whole.call("Target.createBrowserContext"))["browserContextId"]
        target = await whole.call(
            "Target.createTarget", url="about:blank", browserContextId=context
        )
        address = f"ws://127.0.0.1:{port}/devtools/page/{target['targetId']}"
        async with connect(address, max_size=None) as page:
            yield Browser(page)


@asynccontextmanager
async def chromium_port() -> AsyncIterator[int]:
    """A headless Chromium; gives the port of its DevTools.

    Raises:
        FileNotFoundError: it is not installed.
    """
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, "--headless=new", "--remote-debugging-port=0", "--no-first-run"]
        command += [f"--user-data-dir={profile}", "--disable-gpu"]
        command += ["--disable-background-networking", "about:blank"]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        running = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603, ASYNC220
        try:
            yield await port_of(Path(profile))
        finally:
            running.terminate()
            running.wait()


async def port_of(profile: Path) -> int:
    """The debugging port that Chromium has chosen."""
    for _ in range(int(_WAIT_SECONDS / _LOOK_SECONDS)):
        try:
            return int((profile / "DevToolsActivePort").read_text().split()[0])
        except (OSError, IndexError):
            await asyncio.sleep(_LOOK_SECONDS)
    raise TimeoutError("Chromium does not start")


async def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(description="Picture of a conversation in the web chat.")
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("texts", nargs="+", metavar="TEXT")
    parser.add_argument("--language", choices=("id", "en"), default="id", help="of the page")
    parser.add_argument("--height", type=int, default=844, help="in CSS pixels")
    options = parser.parse_args()
    try:
        async with chromium() as browser:
            shot = await picture(
                browser,
                f"{options.url.rstrip('/')}/?lang={options.language}",
                texts=options.texts,
                height=options.height,
            )
    except FileNotFoundError as error:
        parser.error(str(error))
    options.file.write_bytes(shot)
    sys.stdout.write(f"{options.file}\n")


if __name__ == "__main__":
    asyncio.run(main())
