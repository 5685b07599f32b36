"""Makes the pictures of the web desk in `docs/images`, from an invented working day.

    .venv/bin/python scripts/desk_pictures.py [FOLDER]

Chromium must be installed. With `--serve` it goes on serving and prints a sign-in link instead.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.bootstrap.desk import desk
from bot.channels.files import PlatformFiles
from bot.gateway.answers import http_error
from bot.gateway.server import GatewayServer
from bot.gateway.shield import Shield
from scripts.desk_demo import PRIVACY, Demo
from scripts.picture import Browser, chromium

_DESKTOP, _PHONE = (1360, 980), (360, 780)
_OPEN = "document.querySelectorAll('details.drop')[%d].open = true"
_ENTER = "document.querySelector('main form').requestSubmit()"
_TALK = "document.getElementById('latest').scrollIntoView({block: 'end'}); scrollBy(0, 200)"


@asynccontextmanager
async def serving(demo: Demo, port: int = 0) -> AsyncIterator[str]:
    """Serves the desk alone."""
    made = desk(
        demo.engine, PRIVACY, demo.facts, clock=demo.clock, public_url=None, files=PlatformFiles()
    )
    app = Starlette(
        routes=list(made.routes),
        middleware=[Middleware(Shield)],
        exception_handlers={HTTPException: http_error},
    )
    server = GatewayServer(app, made.pulse, host="127.0.0.1", port=port)
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running


async def go(browser: Browser, url: str) -> None:
    """Opens a page and waits until it is there."""
    await browser.call("Page.navigate", url=url)
    await settled(browser)


async def settled(browser: Browser) -> None:
    """Waits for a page that was asked for."""
    await asyncio.sleep(0.4)
    for _ in range(100):
        if await browser.run("document.readyState") == "complete":
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.2)


async def until(is_so: Callable[[], bool]) -> None:
    """Waits for something, ten seconds at most."""
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def enter(browser: Browser, link: str) -> None:
    """Signs in by a link."""
    await go(browser, link)
    await browser.run(_ENTER)
    await settled(browser)


async def dark(browser: Browser, is_dark: bool) -> None:
    """Chooses the colours."""
    value = "dark" if is_dark else "light"
    await browser.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}]
    )


async def pictures(folder: Path) -> None:
    """Makes every picture."""
    with tempfile.TemporaryDirectory() as data:
        demo = Demo(Path(data))
        people, reference = demo.make()

        async with serving(demo) as url, chromium() as browser:

            async def shot(name: str) -> None:
                picture = base64.b64decode(await browser.shot())
                (folder / f"desk-{name}.png").write_bytes(picture)
                sys.stdout.write(f"desk-{name}.png\n")

            case = f"{url}/desk/cases/{reference}"
            await dark(browser, False)
            await browser.resize(*_DESKTOP, is_phone=False)
            await enter(browser, demo.services.enter_desk.link(people.siti, url))
            await shot("queue")
            await go(browser, case)
            await shot("case")
            await browser.run(_OPEN % 1)
            await shot("transfer")
            await dark(browser, True)
            await go(browser, case)
            await shot("dark")
            await dark(browser, False)
            await browser.resize(*_PHONE, is_phone=True)
            await go(browser, f"{url}/desk")
            await shot("phone-queue")
            await go(browser, case)
            await browser.run(_TALK)
            await asyncio.sleep(0.2)
            await shot("phone-case")
            await browser.resize(*_DESKTOP, is_phone=False)
            await enter(browser, demo.services.enter_desk.link(people.budi, url))
            await go(browser, f"{url}/desk/officers")
            await shot("officers")


async def serve(port: int) -> None:
    """Serves until it is stopped."""
    with tempfile.TemporaryDirectory() as data:
        demo = Demo(Path(data))
        people, _ = demo.make()
        async with serving(demo, port) as url:
            for officer in (people.siti, people.budi):
                sys.stdout.write(demo.services.enter_desk.link(officer, url) + "\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Pictures of the web desk.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/images"))
    parser.add_argument("--serve", type=int, metavar="PORT", help="try it out instead")
    options = parser.parse_args()
    asyncio.run(serve(options.serve) if options.serve else pictures(options.folder))


if __name__ == "__main__":
    main()
