"""Rasa's turn, made safe to repeat: a message is handled once, and wholly or not at all.

Two things Rasa's own processor does are not good enough here. It handles a message again that the
tracker holds already; and when an action fails it goes on without it, so that the citizen gets
silence and the tracker says that all is well.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import ActionExecutionRejected, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.language import language_of
from bot.conversation.wishes import halves
from bot.dialogue.alarms import alarm_of, calmed, understood
from bot.dialogue.graph_run import PlannedRunner
from bot.dialogue.meanings import chosen_meaning
from bot.dialogue.open_question import OpenQuestion
from bot.dialogue.protocol import is_choice
from bot.dialogue.remote_action import ActionServer, ConsularRemoteAction
from bot.dialogue.replies import Replies, reply
from bot.dialogue.two_wishes import Pair, alarm_in, beside_alarm, choice, one_of_two
from bot.storage.redis_client import REDIS_DOWN


class ConsularProcessor(MessageProcessor):
    """Stands in the place of Rasa's own processor; see `take_over`."""

    _server: ActionServer | None = None

    async def has_actions(self) -> bool:
        """Whether actions can be run."""
        return await self._action_server().is_there()

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Takes one turn, or gives the replies again of a turn that was taken.

        Called while the conversation is locked, so that two deliveries of one message that
        overlap are seen one after the other.

        Raises:
            AssistantUnavailable: something that the turn needs is away; nothing was kept.
            TurnFailed: an action failed; nothing was kept.
        """
        channel = message.output_channel
        tracker = await self.fetch_tracker_and_update_session(
            message.sender_id, channel, message.metadata
        )
        known = known_replies(tracker, message.message_id)
        if known is not None and isinstance(channel, Replies):
            channel.messages.extend(known)
            return None
        if not is_choice(message.text):
            parsed = await self.parse_message(message, tracker)
            is_answer = _is_asked_for(tracker, message, parsed)
            pairs = [] if is_answer else await self._halves(message, tracker)
            metadata = message.metadata or {}
            if metadata.get("offer") and isinstance(channel, Replies):
                await self._offer(beside_alarm(pairs), message, channel=channel, tracker=tracker)
                return None
            is_calm = bool(metadata.get("calm")) or is_answer
            alarm = None if is_calm else alarm_in(parsed, pairs)
            if alarm and isinstance(channel, Replies):
                channel.alarm = alarm
                return None
            calm = (beside_alarm(pairs) or calmed(parsed)) if is_calm else None
            message.parse_data = calm or one_of_two(parsed, pairs)
        elif isinstance(channel, Replies):
            channel.chosen = chosen_meaning(tracker, str(message.text))
        await self._handle_message_with_tracker(message, tracker)
        tracker = await self.run_action_extract_slots(channel, tracker)
        await self._run_prediction_loop(channel, tracker)
        await self.save_tracker(tracker)
        return None

    async def understand(self, message: UserMessage) -> dict[str, Any]:
        """What a text that sounds like a cry is taken for, without a turn.

        `is_answer`: it only answers what we asked. Not known where the memory does not answer.
        """
        parsed = await self.parse_message(message)
        try:
            tracker = await self.tracker_store.retrieve(message.sender_id)
        except REDIS_DOWN:
            tracker = None
        is_answer = tracker is not None and OpenQuestion.of(tracker).is_answered_by(
            message.text or "", parsed, is_calm=False
        )
        return understood(parsed) | {"is_answer": is_answer}

    async def _halves(self, message: UserMessage, tracker: DialogueStateTracker) -> list[Pair]:
        """The text understood as two, wherever it may be two."""
        return [
            Pair(
                await self._understood(each.first, message, tracker),
                await self._understood(each.second, message, tracker),
                each.is_stressed,
            )
            for each in halves(message.text or "")
        ]

    async def _understood(
        self, text: str, message: UserMessage, tracker: DialogueStateTracker
    ) -> dict[str, Any]:
        part = UserMessage(text, sender_id=message.sender_id, metadata=message.metadata)
        parsed: dict[str, Any] = await self.parse_message(part, tracker)
        return parsed

    async def _offer(
        self,
        wish: dict[str, Any] | None,
        message: UserMessage,
        *,
        channel: Replies,
        tracker: DialogueStateTracker,
    ) -> None:
        """Offers a wish that had to wait; no turn is taken by it."""
        if wish is None:
            return
        metadata = message.metadata or {}
        button, name = choice(wish), "utter_other_wish"
        if metadata.get("quiet"):
            name = "utter_other_wish_quiet"
            button["title"] = "utter_other_wish_title"
        language = language_of({**wish, "metadata": metadata})
        said = await self.nlg.generate(
            name, tracker, channel.name(), language=language, choices=[button]
        )
        channel.messages.append(reply(said))

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """As Rasa's, but what an action raises ends the turn."""
        if isinstance(action, RemoteAction):
            action = ConsularRemoteAction(action.name(), self._action_server())
        try:
            events = await action.run(
                output_channel, nlg, self._foreseen(tracker, prediction.events), self.domain
            )
        except ActionExecutionRejection:
            rejected = ActionExecutionRejected(
                action.name(), prediction.policy_name, prediction.max_confidence
            )
            tracker.update(rejected)
            return bool(self.should_predict_another_action(action.name()))
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events):
            tracker = await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))

    def _foreseen(self, tracker: DialogueStateTracker, events: list[Event]) -> DialogueStateTracker:
        """The tracker as the action sees it; a copy replays every event, so only if need be."""
        if not events:
            return tracker
        copied = tracker.copy()
        copied.update_with_events(events, self.domain)
        return copied

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: that the domain knows all of it is checked before training, not at every turn.

        Rasa's own check builds an empty domain, to compare, at every parse.
        """

    def _action_server(self) -> ActionServer:
        if self._server is None:
            self._server = ActionServer(self.action_endpoint.url)
        return self._server


def _is_asked_for(
    tracker: DialogueStateTracker, message: UserMessage, parsed: dict[str, Any]
) -> bool:
    """Whether the message answers what we asked, however alone it sounds.

    The worker has looked for cries in the words before; here only the classifier's guess gives
    way.
    """
    question, text = OpenQuestion.of(tracker), message.text or ""
    if alarm_of(parsed) is None:
        return question.offers(text)
    return question.is_answered_by(text, parsed, is_calm=True)


def take_over(agent: Agent) -> None:
    """Puts our processor in the place of Rasa's; to be called before a turn.

    Rasa names no setting for it, and makes a new processor whenever it loads a model. Its safety
    net under the tracker store goes too: on a lost store it would start every citizen anew.
    """
    processor = agent.processor
    if processor is None or isinstance(processor, ConsularProcessor):
        return
    processor.__class__ = ConsularProcessor
    processor.graph_runner.__class__ = PlannedRunner
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        store = agent.tracker_store._tracker_store
        agent.tracker_store = processor.tracker_store = store


def known_replies(
    tracker: DialogueStateTracker, message_id: str | None
) -> list[dict[str, Any]] | None:
    """The replies to a message that the tracker holds, or None if it does not."""
    found: list[dict[str, Any]] | None = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if found is not None:
                break
            found = [] if event.message_id == message_id else None
        elif isinstance(event, BotUttered) and found is not None and event.text:
            found.append(reply({"text": event.text, **event.data, **event.metadata}))
    return found
