"""`chat`: a conversation in the terminal, by the same way as the web chat."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx

from bot.commands.run import prepare
from bot.commands.train import train
from bot.content.catalogue import Catalogue
from bot.conversation.menu import match_answer, numbered
from bot.errors import SetupError
from bot.supervisor.fleet import Fleet
from bot.supervisor.processes import ONE_EACH, free_port

_HOST = "127.0.0.1"
_WAIT_SECONDS = 15
_QUIET_SECONDS = 1


def chat(data_dir: str | None, *, language: str | None, url: str | None) -> None:
    """Talks until end of file.

    Args:
        data_dir: of the assistant that is started when no `url` is given.
        language: asks for it first.
        url: a running assistant.

    Raises:
        SetupError: the assistant cannot be started or reached.
    """
    asyncio.run(_chat(data_dir, language=language, url=url))


async def _chat(data_dir: str | None, *, language: str | None, url: str | None) -> None:
    async with (
        _assistant(data_dir, url) as base_url,
        httpx.AsyncClient(base_url=base_url, timeout=_WAIT_SECONDS + 5) as client,
    ):
        try:
            await _converse(Conversation(client), language)
        except httpx.HTTPError as error:
            raise SetupError(f"the assistant cannot be reached: {type(error).__name__}") from None


@contextlib.asynccontextmanager
async def _assistant(data_dir: str | None, url: str | None) -> AsyncIterator[str]:
    if url:
        yield url
        return
    settings = prepare(data_dir)
    fleet = Fleet(settings, host=_HOST, port=free_port(), copies=ONE_EACH)
    try:
        await fleet.start(train())
        yield fleet.urls[0]
    finally:
        await fleet.stop()


class Conversation:
    """One web chat session."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._headers: dict[str, str] = {}
        self._after = 0

    async def open(self) -> None:
        """Begins the session."""
        response = await self._client.post("/webchat/sessions")
        response.raise_for_status()
        self._headers = {"Authorization": f"Bearer {response.json()['token']}"}

    async def say(self, **content: Any) -> list[dict[str, Any]]:
        """Sends one message and waits for what comes back."""
        message = {"message_id": uuid.uuid4().hex, **content}
        sent = await self._client.post("/webchat/messages", json=message, headers=self._headers)
        sent.raise_for_status()
        answers: list[dict[str, Any]] = []
        for wait in itertools.chain([_WAIT_SECONDS], itertools.repeat(_QUIET_SECONDS)):
            new = await self._read(wait)
            answers += new
            if not new:
                return answers
        return answers

    async def _read(self, wait_seconds: int) -> list[dict[str, Any]]:
        params = {"after": self._after, "wait": wait_seconds}
        response = await self._client.get("/webchat/messages", params=params, headers=self._headers)
        response.raise_for_status()
        messages: list[dict[str, Any]] = response.json()["messages"]
        self._after = max([self._after, *(m["seq"] for m in messages)])
        return messages


async def _converse(conversation: Conversation, language: str | None) -> None:
    await conversation.open()
    if language:
        wanted = Catalogue.load().text("utter_meaning_change_language", language)
        _show(await conversation.say(text=wanted))
    buttons: Sequence[dict[str, str]] = ()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        text = line.strip()
        if not text:
            continue
        index = match_answer(text, [button["title"] for button in buttons])
        content = {"text": text} if index is None else {"payload": buttons[index]["payload"]}
        answers = await conversation.say(**content)
        buttons = answers[-1]["buttons"] if answers else ()
        _show(answers)


def _show(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        titles = [button["title"] for button in answer["buttons"]]
        menu = [numbered(titles)] if titles else []
        sys.stdout.write("\n".join([answer["text"], *menu]) + "\n\n")
    sys.stdout.flush()
