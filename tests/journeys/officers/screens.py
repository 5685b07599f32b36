"""Headless Chromium for officers at the desk: one process, each officer with own cookies."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from scripts.picture import chromium_port, private_page
from tests.desk.chromium import TROUBLES, Page
from tests.journeys.officers.people import PATIENCE_SECONDS

_T = TypeVar("_T")
_HARD_END_SECONDS = 60


class Screen:
    """One officer's page; every method blocks."""

    def __init__(self, screens: Screens, page: Page) -> None:
        self._screens = screens
        self._page = page

    def goes(self, url: str) -> None:
        """Opens an address."""
        self._screens.wait(self._page.go(url))

    def until(self, condition: str) -> None:
        """Waits until a script says true."""
        self._screens.wait(self._page.until(condition, seconds=PATIENCE_SECONDS))

    def shows(self, text: str) -> None:
        """Waits until the page, which keeps itself up to date, has this on it."""
        self.until(f"document.body.textContent.includes({json.dumps(text)})")

    def sends(self, action: str, script: str = "") -> None:
        """Fills in the form that goes to `action`, sends it and waits for the page behind it.

        Args:
            script: fills in; `form` is the form.
        """
        self._screens.wait(
            self._page.run(
                f"""(() => {{
                  const form = document.querySelector('form[action$="{action}"]');
                  {script};
                  window.isBefore = true;
                  form.requestSubmit();
                }})()"""
            )
        )
        self.until("!window.isBefore && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Evaluates a script."""
        return self._screens.wait(self._page.run(script))


class Screens:
    """The process; it lives in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = contextlib.AsyncExitStack()
        self._port: int | None = None
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def screen(self) -> Screen:
        """A page for one more officer."""
        with self._starting:
            if self._port is None:
                self._port = self.wait(self._stack.enter_async_context(chromium_port()))
        return Screen(self, self.wait(self._open(self._port)))

    def wait(self, doing: Coroutine[Any, Any, _T]) -> _T:
        """Does something in the browser's thread."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(_HARD_END_SECONDS)

    def close(self) -> None:
        """Ends the process."""
        self.wait(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_HARD_END_SECONDS)
        self._loop.close()

    async def _open(self, port: int) -> Page:
        browser = await self._stack.enter_async_context(private_page(port))
        page = Page(browser)
        await browser.call("Page.enable")
        await browser.call("Page.addScriptToEvaluateOnNewDocument", source=TROUBLES)
        await page.size(1360, 850, is_phone=False)
        return page


@contextlib.contextmanager
def screens() -> Iterator[Screens]:
    """Chromium, started with the first officer who needs it."""
    started = Screens()
    try:
        yield started
    finally:
        started.close()
