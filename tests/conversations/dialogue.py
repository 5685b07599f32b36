"""The trained assistant in one process: Rasa's turn, our actions, memory in a real Redis.

Between processes go the same JSON texts as when each runs by itself; only the network is left out.
"""

from __future__ import annotations

import copy
import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import SlotSet
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.consular.place import Place
from bot.conversation.session import Session
from bot.dialogue.nlg import ConsularLanguageGenerator
from bot.dialogue.processor import ConsularProcessor, take_over
from bot.dialogue.protocol import nlu_text
from bot.dialogue.replies import Replies
from bot.dialogue.tracker_store import ConsularTrackerStore
from bot.guided.state import State, Talk
from bot.services.ports import Alarm


class Actions:
    """The action server without its door."""

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def is_there(self) -> bool:
        return True

    async def call(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            answer = await self._executor.run(json.loads(json.dumps(body)))
        except ActionExecutionRejection as error:
            return 400, {"error": str(error), "action_name": error.action_name}
        return 200, json.loads(json.dumps(answer))


class Assistant:
    """Rasa with the trained model; `restart` leaves it nothing but what is stored."""

    def __init__(self, agent: Agent, open_session: Callable[[str], object]) -> None:
        self.open_session = open_session
        take_over(agent)
        assert isinstance(agent.processor, ConsularProcessor)
        self._loaded = agent.processor
        self._actions = Actions()
        self._parsed: dict[tuple[str, ...], dict[str, Any]] = {}
        self.restart()

    @classmethod
    async def load(cls, model: str, open_session: Callable[[str], object]) -> Assistant:
        """Loads a model as `rasa run` does.

        Args:
            model: its file.
            open_session: what the worker does at a conversation's first message.
        """
        # Without it every event is written out for a debug log that nobody reads.
        configure_structlog(logging.ERROR)
        endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
        return cls(await load_agent(model_path=model, endpoints=endpoints), open_session)

    def restart(self) -> None:
        """A new processor, store and catalogue."""
        domain = self._loaded.domain
        self._processor = copy.copy(self._loaded)
        self._processor.tracker_store = ConsularTrackerStore(domain)
        self._processor.nlg = ConsularLanguageGenerator(None, domain)  # type: ignore[arg-type]
        self._processor._server = self._actions  # type: ignore[assignment]
        self._processor.parse_message = self._parse  # type: ignore[method-assign]

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> Replies:
        """Takes one message; what starts with a slash is a button."""
        replies = Replies()
        await self._processor.handle_message(
            UserMessage(
                text,
                output_channel=replies,
                sender_id=sender,
                input_channel="consular",
                message_id=uuid.uuid4().hex,
                metadata=metadata,
            )
        )
        return replies

    async def talk(self, sender: str) -> Talk:
        """The checklists and forms of a conversation, as they are stored."""
        tracker = await self._processor.tracker_store.retrieve(sender)
        return Talk.from_slot(tracker.get_slot("guided") if tracker else None)

    async def asks(self, sender: str, state: State) -> None:
        """Puts a checklist or form before a citizen, as far as it has come."""
        tracker = await self._processor.fetch_tracker_and_update_session(sender, Replies(), {})
        tracker.update(SlotSet("guided", Talk(open=state).as_slot()))
        await self._processor.save_tracker(tracker)

    async def understand(self, session: Session, text: str) -> Alarm:
        """What the worker is told of words that sound like a cry."""
        known = {"language": session.language, "language_chosen": session.is_language_chosen}
        message = UserMessage(nlu_text(text), sender_id=session.conversation_id, metadata=known)
        found = json.loads(json.dumps(await self._processor.understand(message)))
        return Alarm(found["intent"], Place(), found["language"], is_answer=found["is_answer"])

    async def _parse(self, message: UserMessage, *_: Any, **__: Any) -> dict[str, Any]:
        """Understanding is a function of words and language: the same again is not worked out."""
        known = message.metadata or {}
        key = (message.text or "", str(known.get("language")), str(known.get("language_chosen")))
        if key not in self._parsed:
            self._parsed[key] = await self._loaded.parse_message(message)
        return copy.deepcopy(self._parsed[key])


class Citizen:
    """One conversation, with what the worker remembers of it."""

    def __init__(self, assistant: Assistant) -> None:
        self.id = f"web:{uuid.uuid4().hex}"
        assistant.open_session(self.id)
        self._assistant = assistant
        self._language: str | None = None
        self._is_chosen = False
        self.replies = Replies()

    async def says(self, text: str) -> Replies:
        """Words."""
        return await self._sends(nlu_text(text))

    async def presses(self, payload: str) -> Replies:
        """A button."""
        return await self._sends(payload)

    @property
    def buttons(self) -> list[str]:
        """What the last answer offered."""
        return [b["payload"] for m in self.replies.messages for b in m["buttons"]]

    async def _sends(self, text: str) -> Replies:
        metadata = {
            "channel": "web",
            "language": self._language,
            "language_chosen": self._is_chosen,
            "location": None,
            "attachment": None,
            "calm": False,
        }
        self.replies = await self._assistant.turn(self.id, text, metadata)
        if self.replies.alarm:
            # The worker helps; here it is no emergency, and the same words are asked again.
            self.replies = await self._assistant.turn(self.id, text, {**metadata, "calm": True})
        for message in self.replies.messages:
            self._language = message["language"] or self._language
            self._is_chosen = self._is_chosen or message["language_chosen"]
        return self.replies
