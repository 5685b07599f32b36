"""Rasa's only way in: one door on loopback, for the worker alone.

Unlike the stock `rest` channel it wants a token, keeps `message_id` and metadata, and recognises
a message that the tracker holds already: its replies are given again, it is not handled twice.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import settings
from bot.dialogue.protocol import DOOR, READY, TOKEN_PURPOSE, nlu_text
from bot.logs import Log
from bot.privacy import Privacy

_log = Log(__name__)


class Replies(CollectingOutputChannel):
    """Collects whole messages: text as written, buttons, and what the catalogue says of them."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message as it is."""
        if message.get("text"):
            self.messages.append(reply(message))


def reply(message: dict[str, Any]) -> dict[str, Any]:
    """What the worker needs of a bot message."""
    return {
        "text": message["text"],
        "buttons": message.get("buttons") or [],
        "asks_location": bool(message.get("asks_location")),
        "location": message.get("location"),
        "language": message.get("language"),
        "language_chosen": bool(message.get("language_chosen")),
    }


class ConsularInput(InputChannel):
    """`POST /webhooks/consular/messages`, named in `credentials.yml`."""

    def __init__(self, token: str) -> None:
        self._authorization = f"Bearer {token}".encode()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Takes the token from the secret that all processes share."""
        return cls(Privacy(settings.load().secret_key).token(TOKEN_PURPOSE))

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's URLs."""
        return "consular"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The door's routes."""
        door = Blueprint("consular_input", __name__)

        @door.route(DOOR, methods=["POST"])
        async def take(request: Request) -> HTTPResponse:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._authorization):
                return response.json({"error": "forbidden"}, status=403)
            turn = request.json
            _use_plain_tracker_store(request.app.ctx.agent)
            try:
                messages = await self._handle(request, turn, on_new_message)
            except Exception:
                _log.exception("turn.failed", conversation=turn.get("sender"))
                return response.json({"error": "turn failed"}, status=500)
            return response.json({"messages": messages})

        @door.route(READY, methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            is_ready = request.app.ctx.agent.is_ready()
            return response.json({"ready": is_ready}, status=200 if is_ready else 503)

        return door

    async def _handle(
        self,
        request: Request,
        turn: dict[str, Any],
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> list[dict[str, Any]]:
        if turn["redelivered"]:
            known = await _known_replies(request, turn["sender"], turn["message_id"])
            if known is not None:
                return known
        replies = Replies()
        await on_new_message(
            UserMessage(
                turn["payload"] or nlu_text(turn["text"]),
                output_channel=replies,
                sender_id=turn["sender"],
                input_channel=self.name(),
                message_id=turn["message_id"],
                metadata=turn["metadata"],
            )
        )
        messages: list[dict[str, Any]] = replies.messages
        return messages


def _use_plain_tracker_store(agent: Agent) -> None:
    """Takes Rasa's safety net away: on a lost database it would start every citizen anew.

    Without it the turn fails and the worker tries again until the store is back.
    """
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        store = agent.tracker_store._tracker_store
        agent.tracker_store = agent.processor.tracker_store = store


async def _known_replies(
    request: Request, sender: str, message_id: str
) -> list[dict[str, Any]] | None:
    """The replies to a message that the tracker holds, or None if it does not."""
    tracker = await request.app.ctx.agent.tracker_store.retrieve(sender)
    found: list[dict[str, Any]] | None = None
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered):
            found = [] if event.message_id == message_id else None if found is None else found
            if found is not None and event.message_id != message_id:
                break
        elif isinstance(event, BotUttered) and found is not None and event.text:
            found.append(reply({"text": event.text, **event.data, **event.metadata}))
    return found
