"""Citizens who write by Telegram and WhatsApp, posted as the platforms post them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.bench.ledger import Ledger, Post
from bot.bench.platform import ACCOUNT_SID, AUTH_TOKEN, SENDER, Delivered
from bot.bench.wording import Wording, keeps_to_the_bot
from bot.messages import Channel

WEBHOOK_SECRET = "a-secret-of-the-bench"  # noqa: S105 - of an assistant of our own
_RETRY_SECONDS = 0.25
_ANSWER_SECONDS = 10.0


@dataclass(eq=False)
class Citizen:
    """Somebody who writes. `turn` keeps their messages in order until the gateway has them."""

    address: str
    channel: Channel
    buttons: list[str] = field(default_factory=list)
    sent: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Refusals:
    """What the gateway did not take at once, by status (0: no answer)."""

    by_status: dict[int, int] = field(default_factory=dict)

    def add(self, status: int) -> None:
        """Counts one."""
        self.by_status[status] = self.by_status.get(status, 0) + 1


class Crowd:
    """Sends for all citizens. As the platforms do, it posts again what was not taken.

    Args:
        session: an HTTP client of the caller.
        urls: the gateways'; they are taken in turn, and the next one when one fails. What is
            signed is signed for the first.
        ledger: gets every post and delivery.
        wording: what is said.
        repeats: how often a post that was taken is posted once more, 0 to 1.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        urls: Sequence[str],
        *,
        ledger: Ledger,
        wording: Wording,
        repeats: float = 0.0,
        telegram_path: str = "/webhooks/telegram",
    ) -> None:
        self.ledger = ledger
        self.wording = wording
        self.refusals = Refusals()
        self._session = session
        self._urls = tuple(urls)
        self._posts = 0
        self._repeats = repeats
        self._telegram_path = telegram_path
        self._citizens: dict[str, Citizen] = {}
        self._ids = itertools.count(int(time.time()) % 1_000_000 * 1_000)
        self._addresses = itertools.count(880_000_000 + int(time.time()) % 100_000 * 1_000)
        self._tasks: set[asyncio.Task[None]] = set()

    def citizen(self, channel: Channel = Channel.TELEGRAM) -> Citizen:
        """Somebody new."""
        number = next(self._addresses)
        address = str(number) if channel is Channel.TELEGRAM else f"whatsapp:+60{number}"
        self._citizens[address] = Citizen(address, channel)
        return self._citizens[address]

    def delivered(self, message: Delivered) -> None:
        """To be called for what a citizen gets."""
        self.ledger.delivered(message)
        citizen = self._citizens.get(message.address)
        if citizen and message.buttons:
            citizen.buttons = [data for title, data in message.buttons if keeps_to_the_bot(title)]

    def say_signed(self, citizen: Citizen) -> Post:
        """A question whose answer can be told from all others."""
        text, sign = self.wording.signed()
        return self._send(citizen, "signed", sign=sign, text=text)

    def say(self, citizen: Citizen) -> Post:
        """An everyday question."""
        return self._send(citizen, "question", text=self.wording.question())

    def cry(self, citizen: Citizen) -> Post:
        """An emergency."""
        return self._send(citizen, "urgent", text=self.wording.urgent())

    def tap(self, citizen: Citizen) -> Post:
        """One of the buttons under the citizen's last message."""
        data = citizen.buttons[self.wording.pick(len(citizen.buttons))]
        return self._send(citizen, "button", data=data)

    async def settle(self, seconds: float) -> float:
        """Waits until everything is answered; returns how long it took, `seconds` at most."""
        started = time.perf_counter()
        while self.ledger.lost or self._tasks:
            if time.perf_counter() - started > seconds:
                break
            await asyncio.sleep(0.05)
        return time.perf_counter() - started

    def _send(
        self,
        citizen: Citizen,
        kind: str,
        *,
        text: str = "",
        data: str | None = None,
        sign: str | None = None,
    ) -> Post:
        post = self.ledger.post(citizen.address, kind=kind, sign=sign, due_at=time.perf_counter())
        citizen.sent += 1
        make = self._telegram if citizen.channel is Channel.TELEGRAM else self._whatsapp
        request = make(citizen, text=text, data=data)
        task = asyncio.ensure_future(self._bring(citizen, post, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return post

    async def _bring(self, citizen: Citizen, post: Post, request: dict[str, Any]) -> None:
        async with citizen.turn:
            while not await self._post(post, request):  # noqa: ASYNC110 - as a platform does
                await asyncio.sleep(_RETRY_SECONDS)
            if self.wording.chance(self._repeats):
                await self._post(post, request)

    async def _post(self, post: Post, request: dict[str, Any]) -> bool:
        started = time.perf_counter()
        try:
            timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
            url = self._next_url() + request["path"]
            async with self._session.post(
                url, data=request["data"], headers=request["headers"], timeout=timeout
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            status = 0
        if status == 200:
            if post.taken_seconds is None:
                post.taken_seconds = time.perf_counter() - started
            return True
        self.refusals.add(status)
        return False

    def _next_url(self) -> str:
        self._posts += 1
        return self._urls[self._posts % len(self._urls)]

    def _telegram(self, citizen: Citizen, *, text: str, data: str | None) -> dict[str, Any]:
        update_id = next(self._ids)
        person = {"id": int(citizen.address), "is_bot": False, "first_name": "Siti"}
        chat = {"id": int(citizen.address), "type": "private"}
        message: dict[str, Any] = {
            "message_id": update_id,
            "date": int(time.time()),
            "chat": chat,
        }
        update: dict[str, Any] = {"update_id": update_id}
        if data is None:
            update["message"] = {**message, "from": person, "text": text}
        else:
            update["callback_query"] = {
                "id": f"9{update_id}",
                "from": person,
                "chat_instance": "1",
                "message": {**message, "text": "…"},
                "data": data,
            }
        headers = {
            "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET,
            "Content-Type": "application/json",
        }
        body = json.dumps(update).encode()
        return {"path": self._telegram_path, "data": body, "headers": headers}

    def _whatsapp(self, citizen: Citizen, *, text: str, data: str | None) -> dict[str, Any]:
        sid = f"SM{next(self._ids):032x}"
        fields = {
            "MessageSid": sid,
            "AccountSid": ACCOUNT_SID,
            "From": citizen.address,
            "To": SENDER,
            "Body": text or (data or ""),
            "NumMedia": "0",
        }
        path = "/webhooks/whatsapp"
        named = "".join(name + value for name, value in sorted(fields.items()))
        signed = self._urls[0] + path + named
        digest = hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return {"path": path, "data": urlencode(fields).encode(), "headers": headers}


async def at_rate(rate: float, seconds: float, send: Callable[[], object]) -> None:
    """Calls `send` so often, on a fixed timetable, whatever becomes of it.

    Args:
        rate: calls a second.
        seconds: for how long.
        send: must not block.
    """
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        wait = started + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        send()
