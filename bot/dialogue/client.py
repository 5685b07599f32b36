"""The worker's side of Rasa's door."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.consular.place import Place
from bot.conversation.session import Session
from bot.dialogue.protocol import DOOR_PATH, READY_PATH, UNDERSTAND_PATH
from bot.errors import AssistantUnavailable, TurnFailed
from bot.messages import Button, Location, OutboundMessage
from bot.services.meter import Meter, NoMeter
from bot.services.ports import Alarm, Answer
from bot.services.understand_input import Input

_TURN_SECONDS = 20.0
_UNDERSTAND_SECONDS = 0.2
_CONNECT_SECONDS = 2.0
_READY_SECONDS = 5.0
# No connection, no answer in time, or one that is not an answer.
_BROKEN = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)


class RasaAssistant:
    """The `Assistant` port over HTTP.

    Args:
        url: where `rasa run` listens.
        token: what its door wants.
    """

    def __init__(self, url: str, token: str, *, meter: Meter | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None
        self._meter = meter or NoMeter()

    async def answer(
        self, session: Session, meant: Input, *, message_id: str, is_redelivered: bool
    ) -> Answer:
        """Takes one turn.

        Raises:
            AssistantUnavailable: Rasa cannot be reached.
            TurnFailed: it was reached and failed.
        """
        turn = {
            "sender": session.conversation_id,
            "message_id": message_id,
            "text": meant.text,
            "payload": meant.payload,
            "redelivered": is_redelivered,
            "metadata": {
                "channel": session.channel.value,
                "language": session.language,
                "language_chosen": session.is_language_chosen,
                "location": asdict(meant.location) if meant.location else None,
                "attachment": meant.attachment,
                "calm": meant.is_calm,
            },
        }
        started = asyncio.get_running_loop().time()
        try:
            status, said = await self._call("POST", DOOR_PATH, body=turn, seconds=_TURN_SECONDS)
        except _BROKEN as error:
            raise AssistantUnavailable(type(error).__name__) from None
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TurnFailed("rasa")
        if status != HTTPStatus.OK:
            raise AssistantUnavailable(str(status))
        self._meter.observe("assistant", asyncio.get_running_loop().time() - started)
        return replace(_answer(said["messages"]), alarm=_alarm(said.get("alarm")))

    async def understand(self, session: Session, text: str) -> Alarm | None:
        """What Rasa takes a text for; None if it does not say so in a moment."""
        metadata = {"language": session.language, "language_chosen": session.is_language_chosen}
        asked = {"text": text, "metadata": metadata}
        try:
            status, found = await self._call(
                "POST", UNDERSTAND_PATH, body=asked, seconds=_UNDERSTAND_SECONDS
            )
        except _BROKEN:
            return None
        return _alarm(found) if status == HTTPStatus.OK else None

    async def is_ready(self) -> bool:
        """Whether Rasa has a model and can take a turn."""
        try:
            status, _ = await self._call("GET", READY_PATH, body=None, seconds=_READY_SECONDS)
        except _BROKEN:
            return False
        return status == HTTPStatus.OK

    async def close(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(
        self, method: str, path: str, *, body: dict[str, Any] | None, seconds: float
    ) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        async with self._session.request(
            method, self._url + path, json=body, timeout=timeout
        ) as answer:
            return answer.status, json.loads(await answer.read())


def _answer(replies: list[dict[str, Any]]) -> Answer:
    languages = [reply["language"] for reply in replies if reply.get("language")]
    return Answer(
        messages=tuple(_message(reply) for reply in replies),
        language=languages[-1] if languages else None,
        is_language_chosen=any(reply.get("language_chosen") for reply in replies),
    )


def _alarm(found: dict[str, Any] | None) -> Alarm | None:
    if not found:
        return None
    named = found["place"]
    place = Place(
        country=named.get("country"), city=named.get("city"), mission_id=named.get("mission")
    )
    return Alarm(found["intent"], place, language=found["language"])


def _message(reply: dict[str, Any]) -> OutboundMessage:
    location = reply.get("location")
    return OutboundMessage(
        text=reply["text"],
        buttons=tuple(Button(b["title"], payload=b["payload"]) for b in reply["buttons"]),
        location=Location(location["latitude"], longitude=location["longitude"])
        if location
        else None,
        asks_location=reply["asks_location"],
    )
