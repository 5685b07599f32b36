"""One Rasa server or several: a turn goes to one that can take it, and is never taken twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.conversation.session import Session
from bot.dialogue import client
from bot.dialogue.client import RasaAssistant
from bot.dialogue.protocol import DOOR_PATH, READY_PATH
from bot.errors import AssistantUnavailable, TurnFailed
from bot.messages import Channel
from bot.services.understand_input import Input

TOKEN = "a-token"


class FakeRasa:
    """A door that answers, refuses or keeps silent."""

    def __init__(self) -> None:
        self.turns: list[dict[str, Any]] = []
        self.status = 200
        self.silent_seconds = 0.0
        self.is_ready = True
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({}, status=403)
        self.turns.append(await request.json())
        await asyncio.sleep(self.silent_seconds)
        reply = {"text": self.url, "buttons": [], "asks_location": False, "language": "id"}
        return web.json_response({"messages": [reply]}, status=self.status)

    async def ready(self, _request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if self.is_ready else 503)


@asynccontextmanager
async def servers(count: int) -> AsyncIterator[tuple[list[FakeRasa], list[web.AppRunner]]]:
    made, runners = [], []
    for _ in range(count):
        rasa, app = FakeRasa(), web.Application()
        app.router.add_post(DOOR_PATH, rasa.take)
        app.router.add_get(READY_PATH, rasa.ready)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        rasa.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made.append(rasa)
        runners.append(runner)
    try:
        yield made, runners
    finally:
        for runner in runners:
            await runner.cleanup()


@asynccontextmanager
async def assistant(*rasas: FakeRasa) -> AsyncIterator[RasaAssistant]:
    made = RasaAssistant(",".join(rasa.url for rasa in rasas), TOKEN)
    try:
        yield made
    finally:
        await made.close()


async def ask(rasa: RasaAssistant, conversation: str = "web:a") -> str:
    session = Session(conversation, Channel.WEB)
    answer = await rasa.answer(session, Input("halo"), message_id="m", is_redelivered=False)
    return answer.messages[0].text


async def test_a_conversation_keeps_to_its_server_and_all_are_used() -> None:
    async with servers(2) as (rasas, _), assistant(*rasas) as made:
        first = {str(n): await ask(made, str(n)) for n in range(20)}
        again = {str(n): await ask(made, str(n)) for n in range(20)}
    assert first == again
    assert set(first.values()) == {rasa.url for rasa in rasas}


async def test_when_one_is_gone_the_other_takes_its_turns() -> None:
    async with servers(2) as (rasas, runners), assistant(*rasas) as made:
        await runners[0].cleanup()
        assert {await ask(made, str(n)) for n in range(20)} == {rasas[1].url}
        assert await made.is_ready()


async def test_one_that_cannot_now_is_passed_over() -> None:
    async with servers(2) as (rasas, _), assistant(*rasas) as made:
        rasas[0].status = 503
        assert {await ask(made, str(n)) for n in range(20)} == {rasas[1].url}


async def test_none_that_can_means_wait() -> None:
    async with servers(2) as (rasas, runners), assistant(*rasas) as made:
        rasas[0].status = 503
        await runners[1].cleanup()
        with pytest.raises(AssistantUnavailable):
            await ask(made)


async def test_a_fault_of_the_turn_is_not_tried_at_another() -> None:
    async with servers(2) as (rasas, _), assistant(*rasas) as made:
        for rasa in rasas:
            rasa.status = 500
        with pytest.raises(TurnFailed):
            await ask(made)
        assert sum(len(rasa.turns) for rasa in rasas) == 1


async def test_one_that_is_silent_may_be_at_it_and_nobody_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "_TURN_SECONDS", 0.1)
    async with servers(2) as (rasas, _), assistant(*rasas) as made:
        for rasa in rasas:
            rasa.silent_seconds, rasa.is_ready = 0.3, False
        with pytest.raises(AssistantUnavailable):
            await ask(made)
        assert sum(len(rasa.turns) for rasa in rasas) == 1


async def test_a_turn_that_takes_for_ever_while_all_is_well_is_a_fault_of_the_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "_TURN_SECONDS", 0.1)
    async with servers(1) as (rasas, _), assistant(*rasas) as made:
        rasas[0].silent_seconds = 0.3
        with pytest.raises(TurnFailed):
            await ask(made)
