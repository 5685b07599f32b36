"""What help in an emergency needs from outside, as protocols."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.casework.case import Outcome, Priority
from bot.consular.place import Place
from bot.conversation.session import Session
from bot.emergency.course import Saying
from bot.emergency.emergency import Emergency
from bot.messages import InboundMessage, Location, OutboundMessage
from bot.services.find_mission import FoundMission
from bot.services.ports import Alarm
from bot.services.understand_input import Offer


@dataclass(frozen=True)
class Gist:
    """What can be told of a text at once, without the assistant.

    Args:
        words: the text with chat spelling written out.
        language: None where it cannot be told.
        place: named in it.
        is_urgent: whether it tells of danger.
    """

    words: str
    language: str | None
    place: Place
    is_urgent: bool


class Reading(Protocol):
    """Reads a text within milliseconds, in the worker itself."""

    def __call__(self, text: str) -> Gist:
        """The gist of `text`."""

    def is_urgent(self, text: str) -> bool:
        """Whether it tells of danger."""

    def words(self, text: str) -> str:
        """The text with chat spelling written out."""


class Understanding(Protocol):
    """Asks the assistant what a text means, without a turn."""

    async def understand(self, session: Session, text: str) -> Alarm | None:
        """The likeliest intent, and whether it answers what the assistant has asked.

        None if there is no answer in a moment.
        """


class EmergencyWords(Protocol):
    """The words, from `data/responses`."""

    def say(self, saying: Saying, emergency: Emergency, found: FoundMission) -> OutboundMessage:
        """One message, filled with the facts that are there."""

    def recorded(self, reference: str, language: str) -> OutboundMessage:
        """The number of a record that had to wait for one."""


@dataclass(frozen=True)
class EmergencyReport:
    """What officers must learn of an emergency: the case is opened by it, or takes what is new.

    Args:
        message: the citizen's message that led to it.
        summary: in our own closed words: kind, who, now or over.
        map_link: where it is, for a person to open.
        outcome: set where the citizen ended it and nobody need come.
    """

    conversation_id: str
    message: InboundMessage
    subject: str
    priority: Priority
    language: str
    at: datetime
    mission_id: str | None
    location: Location | None
    for_whom: str | None
    wishes: tuple[str, ...]
    summary: str
    place: str
    map_link: str | None
    outcome: Outcome | None = None


class EmergencyDesk(Protocol):
    """Brings reports to the case desk; may block."""

    def report(self, report: EmergencyReport) -> str:
        """Opens the case or brings it up to date, once; returns its reference."""


class EmergencyRecords(Protocol):
    """Emergencies between two messages, and reports that wait for the database.

    Kept beside the stream, so that it is there whenever a message is.
    """

    async def load(self, conversation_id: str) -> Emergency | None:
        """The conversation's last emergency."""

    async def save(self, conversation_id: str, emergency: Emergency) -> None:
        """Keeps it for as long as anybody may come back to it."""

    async def postpone(self, report: EmergencyReport) -> None:
        """Keeps a report until the database is back."""

    async def next_postponed(self) -> tuple[str, EmergencyReport | None] | None:
        """The oldest postponed report with a handle; no report if it cannot be read."""

    async def done(self, handle: str) -> None:
        """It was brought to the desk."""


@dataclass(frozen=True)
class Known:
    """What our own records know of a conversation.

    Args:
        is_answered: whether this message was answered before.
        registered: where the citizen has registered as a resident.
    """

    session: Session
    offers: tuple[Offer, ...]
    is_answered: bool
    registered: Place = field(default_factory=Place)
