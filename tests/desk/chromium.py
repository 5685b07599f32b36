"""A page of Chromium, used like a person does."""

from __future__ import annotations

import asyncio
from typing import Any

from scripts.picture import Browser

TROUBLES = """
window.troubles = [];
document.addEventListener('securitypolicyviolation', e => troubles.push(e.violatedDirective));
window.addEventListener('error', e => troubles.push(e.message));
"""
"""Keeps what a page has broken, in `window.troubles`."""
_FOCUSED = "document.activeElement.outerHTML.slice(0, 500)"
_KEYS = {"Tab": 9, "Enter": 13, " ": 32, "Escape": 27, "ArrowRight": 39}


class Page:
    """A page of Chromium, used like a person does."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def run(self, script: str) -> Any:
        return await self._browser.run(script)

    async def size(self, width: int, height: int, *, is_phone: bool) -> None:
        await self._browser.resize(width, height, is_phone=is_phone)

    async def dark(self) -> None:
        await self._browser.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark"}],
        )

    async def without_scripts(self) -> None:
        await self._browser.call("Emulation.setScriptExecutionDisabled", value=True)

    async def go(self, url: str) -> None:
        await self._browser.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def until(self, condition: str, *, seconds: float = 10.0) -> None:
        """Waits until a script says true."""
        for _ in range(int(seconds * 10)):
            if await self.run(f"Boolean({condition})"):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"never: {condition}")

    async def press(self, key: str, *, modifiers: int = 0) -> None:
        code = {"key": key, "windowsVirtualKeyCode": _KEYS[key], "modifiers": modifiers}
        text = {"text": "\r"} if key == "Enter" else {"text": " "} if key == " " else {}
        await self._browser.call("Input.dispatchKeyEvent", type="keyDown", **code, **text)
        await self._browser.call("Input.dispatchKeyEvent", type="keyUp", **code)

    async def write(self, text: str) -> None:
        await self._browser.call("Input.insertText", text=text)

    async def tab_to(self, mark: str) -> None:
        """Presses Tab until what has the focus has `mark` in it."""
        for _ in range(80):
            if mark in str(await self.run(_FOCUSED)):
                return
            await self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {mark}")

    async def text(self) -> str:
        return " ".join(str(await self.run("document.body.innerText")).split())
