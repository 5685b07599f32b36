"""The worker's side of Rasa's door."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Any

from bot.channels.text import split
from bot.consular.place import Place
from bot.conversation.session import Session
from bot.dialogue.protocol import DOOR_PATH, READY_PATH, UNDERSTAND_PATH
from bot.dialogue.servers import BROKEN, Servers
from bot.errors import AssistantUnavailable, TurnFailed
from bot.logs import Log
from bot.messages import Button, Location, OutboundMessage
from bot.services.meter import Meter, NoMeter
from bot.services.ports import Alarm, Answer
from bot.services.understand_input import Input
from bot.storage.serialise import attachment_from_json

_log = Log(__name__)

CARD_LENGTH = 900
_TURN_SECONDS = 20.0
_UNDERSTAND_SECONDS = 0.2
_READY_SECONDS = 5.0


class RasaAssistant:
    """The `Assistant` port over HTTP.

    Args:
        url: where `rasa run` listens; several with commas between.
        token: what its door wants.
    """

    def __init__(self, url: str, token: str, *, meter: Meter | None = None) -> None:
        self._servers = Servers(url, token)
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
                "offer": meant.is_offer,
                "quiet": meant.is_quiet,
            },
        }
        started = asyncio.get_running_loop().time()
        try:
            status, said = await self._servers.post(
                DOOR_PATH, turn, about=session.conversation_id, seconds=_TURN_SECONDS
            )
        except BROKEN as error:
            if isinstance(error, asyncio.TimeoutError) and await self.is_ready():
                # Everything is well, but this message takes too long.
                raise TurnFailed("slow") from None
            raise AssistantUnavailable(type(error).__name__) from None
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TurnFailed("rasa")
        if status != HTTPStatus.OK:
            raise AssistantUnavailable(str(status))
        self._meter.observe("assistant", asyncio.get_running_loop().time() - started)
        self._note_choice(said.get("chosen"))
        return replace(_answer(said["messages"]), alarm=_alarm(said.get("alarm")))

    async def understand(self, session: Session, text: str) -> Alarm | None:
        """What Rasa takes a text for; None if it does not say so in a moment."""
        metadata = {"language": session.language, "language_chosen": session.is_language_chosen}
        asked = {"sender": session.conversation_id, "text": text, "metadata": metadata}
        try:
            status, found = await self._servers.post(
                UNDERSTAND_PATH,
                asked,
                about=session.conversation_id,
                seconds=_UNDERSTAND_SECONDS,
            )
        except BROKEN:
            return None
        return _alarm(found) if status == HTTPStatus.OK else None

    async def is_ready(self) -> bool:
        """Whether Rasa has a model and can take a turn."""
        return await self._servers.is_ready(READY_PATH, seconds=_READY_SECONDS)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._servers.close()

    def _note_choice(self, chosen: dict[str, Any] | None) -> None:
        """What was meant where we were unsure; never the words."""
        if chosen is None:
            return
        intent, offered = chosen["intent"], chosen["offered"]
        _log.info("meaning.chosen", intent=intent, offered=offered)
        self._meter.count("meanings", intent=intent, rank=str(offered.index(intent) + 1))


def _answer(replies: list[dict[str, Any]]) -> Answer:
    languages = [reply["language"] for reply in replies if reply.get("language")]
    return Answer(
        messages=tuple(message for reply in replies for message in _messages(reply)),
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
    return Alarm(
        found["intent"],
        place,
        language=found["language"],
        is_answer=bool(found.get("is_answer")),
    )


def _messages(reply: dict[str, Any]) -> list[OutboundMessage]:
    """One message, or several that each fit a phone screen; buttons and files are with the last."""
    *cards, last = split(reply["text"], CARD_LENGTH) or (reply["text"],)
    location = reply.get("location")
    return [
        *(OutboundMessage(text) for text in cards),
        OutboundMessage(
            text=last,
            buttons=tuple(Button(b["title"], payload=b["payload"]) for b in reply["buttons"]),
            location=Location(location["latitude"], longitude=location["longitude"])
            if location
            else None,
            asks_location=reply["asks_location"],
            attachments=tuple(attachment_from_json(each) for each in reply.get("attachments", ())),
            instead_of_files=reply.get("instead_of_files", ""),
        ),
    ]
