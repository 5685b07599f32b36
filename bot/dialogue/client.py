"""The worker's side of Rasa's door."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import httpx

from bot.conversation.session import Session
from bot.dialogue.protocol import DOOR_PATH, READY_PATH
from bot.errors import AssistantUnavailable, TurnFailed
from bot.messages import Button, Location, OutboundMessage
from bot.services.ports import Answer
from bot.services.understand_input import Input

_TURN_SECONDS = 20.0
_CONNECT_SECONDS = 2.0


class RasaAssistant:
    """The `Assistant` port over HTTP.

    Args:
        url: where `rasa run` listens.
        token: what its door wants.
    """

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(_TURN_SECONDS, connect=_CONNECT_SECONDS),
        )

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
            },
        }
        try:
            response = await self._client.post(DOOR_PATH, json=turn)
        except httpx.HTTPError as error:
            raise AssistantUnavailable(type(error).__name__) from None
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            raise TurnFailed("rasa")
        if response.status_code != httpx.codes.OK:
            raise AssistantUnavailable(str(response.status_code))
        return _answer(response.json()["messages"])

    async def is_ready(self) -> bool:
        """Whether Rasa has a model and can take a turn."""
        try:
            return (await self._client.get(READY_PATH)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Gives back the connections."""
        await self._client.aclose()


def _answer(replies: list[dict[str, Any]]) -> Answer:
    languages = [reply["language"] for reply in replies if reply.get("language")]
    return Answer(
        messages=tuple(_message(reply) for reply in replies),
        language=languages[-1] if languages else None,
        is_language_chosen=any(reply.get("language_chosen") for reply in replies),
    )


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
