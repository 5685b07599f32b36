"""Rasa's only way in: one door on loopback, for the worker alone.

Unlike the stock `rest` channel it wants a token, keeps `message_id` and metadata, and says whether
a failed turn may be the message's fault (500) or something that it needs is away (503).
"""

from __future__ import annotations

import gc
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import settings
from bot.dialogue.processor import take_over
from bot.dialogue.protocol import DOOR, READY, TOKEN_PURPOSE, UNDERSTAND, nlu_text
from bot.dialogue.replies import Replies
from bot.dialogue.tracker_store import StaleTracker
from bot.errors import AssistantUnavailable
from bot.logs import Log, about, correlation_id
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN

_log = Log(__name__)

# Not the message's fault: the worker waits and tries the same turn again.
_AWAY: tuple[type[BaseException], ...] = (AssistantUnavailable, StaleTracker, *REDIS_DOWN)
_WARM_UP = ("halo, paspor saya hilang di Singapura", "hello, I lost my passport in Singapore")


class ConsularInput(InputChannel):
    """`POST /webhooks/consular/messages`, named in `credentials.yml`."""

    def __init__(self, token: str) -> None:
        self._authorization = f"Bearer {token}".encode()
        self._warm: object = None

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
            agent = request.app.ctx.agent
            if not agent.is_ready():
                return response.json({"error": "no model"}, status=503)
            take_over(agent)
            turn = request.json
            with about(correlation_id(turn["metadata"]["channel"], turn["message_id"])):
                return await self._answer(turn, on_new_message)

        @door.route(UNDERSTAND, methods=["POST"])
        async def understand(request: Request) -> HTTPResponse:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._authorization):
                return response.json({"error": "forbidden"}, status=403)
            agent = request.app.ctx.agent
            if not agent.is_ready():
                return response.json({"error": "no model"}, status=503)
            metadata = request.json["metadata"]
            take_over(agent)
            message = UserMessage(
                nlu_text(request.json["text"]), sender_id=request.json["sender"], metadata=metadata
            )
            return response.json(await agent.processor.understand(message))

        @door.route(READY, methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            is_ready = await self._is_warm(request.app.ctx.agent)
            return response.json({"ready": is_ready}, status=200 if is_ready else 503)

        return door

    async def _answer(
        self, turn: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        try:
            replies = await self._handle(turn, on_new_message)
        except _AWAY as error:
            _log.warning("turn.impossible", reason=type(error).__name__)
            return response.json({"error": "not now"}, status=503)
        except Exception:
            _log.exception("turn.failed")
            return response.json({"error": "turn failed"}, status=500)
        return response.json(
            {"messages": replies.messages, "alarm": replies.alarm, "chosen": replies.chosen}
        )

    async def _handle(
        self, turn: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> Replies:
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
        return replies

    async def _is_warm(self, agent: Agent) -> bool:
        """Whether a turn would be taken, and at once: the first parse loads what a model needs."""
        if not agent.is_ready():
            return False
        take_over(agent)
        if self._warm is not agent.processor:
            for text in _WARM_UP:
                await agent.parse_message(text)
            self._warm = agent.processor
            # What is loaded stays: the collector need not walk through all of it again and again.
            gc.collect()
            gc.freeze()
        return bool(await agent.processor.has_actions())
