"""Asks the action server, quickly and without hiding that it could not be asked.

Rasa's own way sends the whole tracker, opens a new connection and compiles a schema of the answer
anew at every call (more than half of a turn), and goes on in silence when the call fails.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.dialogue.protocol import ABOUT_HEADER
from bot.errors import AssistantUnavailable, TurnFailed
from bot.logs import about_now

_ANSWER_SECONDS = 10.0
_HEALTH = "/health"
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=1.0)
_BROKEN = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)
_TURNS_SENT = 3
_FINE = 200
_REJECTED = 400
_UNAVAILABLE = (502, 503, 504)


class ActionServer:
    """The connection to the action server, kept open between turns.

    Args:
        url: where actions are run.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def is_there(self) -> bool:
        """Whether it answers."""
        try:
            async with self._opened().get(
                self._url.rpartition("/")[0] + _HEALTH, timeout=_HEALTH_TIMEOUT
            ) as response:
                return response.status == _FINE
        except _BROKEN:
            return False

    async def call(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Runs one action; the status and what the server says.

        Raises:
            AssistantUnavailable: it cannot be reached or does not answer in time.
        """
        try:
            about = about_now()
            headers = {ABOUT_HEADER: about} if about else None
            async with self._opened().post(self._url, json=body, headers=headers) as response:
                return response.status, json.loads(await response.read() or b"{}")
        except _BROKEN as error:
            raise AssistantUnavailable(f"actions: {type(error).__name__}") from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session


class ConsularRemoteAction(RemoteAction):
    """One action of ours.

    Args:
        name: of the action.
        server: where it runs.
    """

    def __init__(self, name: str, server: ActionServer) -> None:
        super().__init__(name, action_endpoint=None)
        self._server = server

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """What is said and what is to be remembered.

        Raises:
            AssistantUnavailable: the action server or what it needs is away; try again later.
            TurnFailed: it was there and failed.
            ActionExecutionRejection: the action does not want to run.
        """
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = [event.as_dict() for event in latest_events(tracker)]
        status, answer = await self._server.call(
            {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": state}
        )
        if status == _REJECTED and "action_name" in answer:
            raise ActionExecutionRejection(answer["action_name"], answer.get("error"))
        if status in _UNAVAILABLE:
            raise AssistantUnavailable(f"actions: {status}")
        if status != _FINE:
            raise TurnFailed(f"{self.name()}: {status}")
        if not _is_answer(answer):
            raise TurnFailed(f"{self.name()}: not an answer of an action")
        said = await self._utter_responses(
            answer.get("responses", []), output_channel, nlg, tracker
        )
        return [*said, *deserialise_events(answer.get("events", []))]


def _is_answer(answer: dict[str, Any]) -> bool:
    """Whether it has the shape; the action server is ours, so no more is asked."""
    events, responses = answer.get("events", []), answer.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(each, dict) and "event" in each for each in events)
        and all(isinstance(each, dict) for each in responses)
    )


def latest_events(tracker: DialogueStateTracker) -> list[Event]:
    """The events of the last turns; slots and the latest message go along by themselves."""
    events = list(tracker.events)
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    return events[turns[-_TURNS_SENT] :] if len(turns) > _TURNS_SENT else events
