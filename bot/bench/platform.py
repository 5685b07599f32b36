"""A small server in place of Telegram and Twilio: takes what citizens read, or fails on demand."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from typing_extensions import Self

from bot.messages import Channel

BOT_TOKEN = "123456:bench"  # noqa: S105 - of a server of our own
ACCOUNT_SID = "AC" + "0b" * 16
AUTH_TOKEN = "8e" * 16
SENDER = "whatsapp:+14155238886"
_HANDOVER_SECONDS = 1.0


@dataclass(frozen=True)
class Delivered:
    """A message that a citizen got.

    Args:
        channel: by which platform.
        address: as the platform names the citizen.
        text: the words.
        buttons: title and callback data of each.
        at: `time.perf_counter()` when it came.
    """

    channel: Channel
    address: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    at: float

    @property
    def reference(self) -> str | None:
        """Which outbound message it is, as far as its buttons tell."""
        data = self.buttons[0][1] if self.buttons else ""
        return data[1:].partition(":")[0] if data.startswith("#") else None


@dataclass(frozen=True)
class Trouble:
    """How the platform fails. What it refuses it has not taken.

    Args:
        status: of HTTP; 0 hangs up after `seconds` without an answer.
        seconds: of silence before the answer, or what a 429 asks to wait.
        share: of the calls that it meets, 1 is all.
        addresses: only these citizens, None for all.
    """

    status: int
    seconds: float = 0.0
    share: float = 1.0
    addresses: frozenset[str] | None = None


class FakePlatform:
    """Use it with `async with`. Runs in the caller's loop, so that one clock measures all."""

    def __init__(self) -> None:
        self.url = ""
        self.trouble: Trouble | None = None
        self.calls = 0
        self.refused = 0
        self.on_delivered: Callable[[Delivered], None] = lambda _message: None
        self._count = 0
        self._runner: web.AppRunner | None = None
        self._chance = random.Random(1)  # noqa: S311 - which calls fail

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._telegram)
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self._twilio)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_HANDOVER_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _telegram(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        fields = {name: str(value) for name, value in form.items()}
        if method.lower() == "getme":
            me = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
            return _ok(me)
        if not method.lower().startswith("send"):
            return _ok(True)
        address = fields["chat_id"]
        failed = await self._failed(request, address)
        if failed is not None:
            return failed
        self._deliver(
            Channel.TELEGRAM, address, text=fields.get("text", ""), buttons=_buttons(fields)
        )
        chat = {"id": int(address), "type": "private"}
        message = {"message_id": self._count, "date": int(time.time()), "chat": chat}
        return _ok({**message, "text": fields.get("text", "")})

    async def _twilio(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        address = str(form["To"])
        failed = await self._failed(request, address)
        if failed is not None:
            return failed
        self._deliver(Channel.WHATSAPP, address, text=str(form.get("Body", "")), buttons=())
        taken = {"sid": f"SM{self._count:032x}", "account_sid": ACCOUNT_SID, "status": "queued"}
        return web.json_response(taken, status=201)

    async def _failed(self, request: web.Request, address: str) -> web.Response | None:
        self.calls += 1
        trouble = self.trouble
        if trouble is None or self._chance.random() >= trouble.share:
            return None
        if trouble.addresses is not None and address not in trouble.addresses:
            return None
        self.refused += 1
        if trouble.status != 429:
            await asyncio.sleep(trouble.seconds)
        if trouble.status == 0 and request.transport:
            request.transport.abort()
        body = {"ok": False, "error_code": trouble.status, "description": "refused", "code": 20429}
        headers = {}
        if trouble.status == 429:
            body["parameters"] = {"retry_after": trouble.seconds}
            headers["Retry-After"] = f"{trouble.seconds:.0f}"
        return web.json_response(body, status=trouble.status or 504, headers=headers)

    def _deliver(
        self, channel: Channel, address: str, *, text: str, buttons: tuple[tuple[str, str], ...]
    ) -> None:
        self._count += 1
        self.on_delivered(Delivered(channel, address, text, buttons, time.perf_counter()))


def _buttons(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    markup: dict[str, Any] = json.loads(fields.get("reply_markup") or "{}")
    rows = markup.get("inline_keyboard") or []
    return tuple((key["text"], key["callback_data"]) for row in rows for key in row)


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})
