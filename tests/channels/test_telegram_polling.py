"""Long polling: nothing is skipped before it is safe, nothing bad holds up the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram.polling import Poller
from bot.errors import NotStored
from bot.messages import InboundMessage
from bot.settings import TelegramSettings
from tests.fakes.telegram import FakeTelegram, message_update, tap_update, text_update

CHAT = 6_812_345_678


class Taker:
    """Takes messages; refuses as often as it is told to."""

    def __init__(self, refusals: list[Exception] | None = None) -> None:
        self.taken: list[InboundMessage] = []
        self._refusals = refusals or []

    async def __call__(self, message: InboundMessage) -> None:
        if self._refusals:
            raise self._refusals.pop()
        self.taken.append(message)


@asynccontextmanager
async def polling(
    telegram: FakeTelegram, take: Callable[[InboundMessage], Awaitable[None]]
) -> AsyncIterator[list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.005)

    settings = TelegramSettings("1:A", "polling", webhook_secret="", api_url=telegram.url)
    task = asyncio.create_task(Poller(settings, take, wait_seconds=1, sleep=sleep).run())
    yield pauses
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram("1:A") as fake:
        yield fake


async def test_updates_are_taken_in_order_and_confirmed(telegram: FakeTelegram) -> None:
    take = Taker()
    async with polling(telegram, take):
        telegram.push_update(text_update(10, CHAT, "satu"))
        telegram.push_update(tap_update(11, CHAT, "#a:1"))
        await telegram.wait_until(lambda: len(take.taken) == 2)
        telegram.push_update(text_update(12, CHAT, "tiga"))
        await telegram.wait_until(lambda: len(take.taken) == 3 and telegram.updates == [])
    assert [message.message_id for message in take.taken] == ["u10", "cb:5511", "u12"]


async def test_a_webhook_is_removed_first_and_what_waits_there_is_kept(
    telegram: FakeTelegram,
) -> None:
    telegram.webhook = {"url": "https://old.example"}
    telegram.push_update(text_update(10, CHAT, "satu"))
    take = Taker()
    async with polling(telegram, take):
        await telegram.wait_until(lambda: len(take.taken) == 1)
    assert [call.method for call in telegram.calls][:2] == ["deleteWebhook", "getUpdates"]


async def test_a_webhook_that_is_set_meanwhile_is_removed_too(telegram: FakeTelegram) -> None:
    take = Taker()
    async with polling(telegram, take):
        await telegram.wait_until(lambda: any(c.method == "getUpdates" for c in telegram.calls))
        telegram.webhook = {"url": "https://other.example"}
        telegram.push_update(text_update(10, CHAT, "satu"))
        telegram.push_update(text_update(11, CHAT, "dua"))
        await telegram.wait_until(lambda: len(take.taken) == 2 and telegram.updates == [])
    assert telegram.webhook == {}


async def test_what_could_not_be_stored_is_fetched_again_in_order(telegram: FakeTelegram) -> None:
    take = Taker([NotStored("redis"), RuntimeError("bug")])
    telegram.push_update(text_update(10, CHAT, "satu"))
    telegram.push_update(text_update(11, CHAT, "dua"))
    async with polling(telegram, take) as pauses:
        await telegram.wait_until(lambda: len(take.taken) == 2)
    assert [message.text for message in take.taken] == ["satu", "dua"]
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


async def test_what_is_ignored_or_malformed_holds_up_nobody(telegram: FakeTelegram) -> None:
    take = Taker()
    telegram.push_update(message_update(10, CHAT, sticker={}))
    telegram.push_update({"update_id": 11, "message": "broken"})
    telegram.push_update(text_update(12, CHAT, "tiga"))
    async with polling(telegram, take):
        await telegram.wait_until(lambda: len(take.taken) == 1)
    assert take.taken[0].message_id == "u12"


async def test_trouble_makes_the_pauses_longer_and_telegrams_wish_is_obeyed(
    telegram: FakeTelegram,
) -> None:
    telegram.fail_next(500, method="getUpdates", times=3)
    telegram.fail_next(429, method="getUpdates", retry_after=90)
    telegram.push_update(text_update(10, CHAT, "satu"))
    take = Taker()
    async with polling(telegram, take) as pauses:
        await telegram.wait_until(lambda: len(take.taken) == 1)
    assert pauses[0] <= 0.5 < 1.0 <= pauses[2] <= 2.0
    assert pauses[3] == 90


async def test_polling_starts_when_telegram_comes_back(telegram: FakeTelegram) -> None:
    telegram.fail_next(502, method="deleteWebhook", times=2)
    telegram.push_update(text_update(10, CHAT, "satu"))
    take = Taker()
    async with polling(telegram, take):
        await telegram.wait_until(lambda: len(take.taken) == 1)
    assert len(take.taken) == 1
