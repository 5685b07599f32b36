"""The owner gate: a citizen's message goes to people, to the bot, or to both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.casework.case import Case
from bot.casework.events import Event
from bot.casework.ownership import is_bots_turn
from bot.casework.talking import CitizenWords, citizen_spoke
from bot.casework.transitions import Change
from bot.clock import Clock
from bot.conversation.session import Owner
from bot.logs import Log
from bot.messages import InboundMessage
from bot.services.case_ports import Cases, Timetables

_log = Log(__name__)


@dataclass(frozen=True)
class Relayed:
    """Where a message went.

    Args:
        is_bots_turn: whether the bot answers it.
        owner: who has the conversation now.
        case: the case that has the message now.
        message: its number there.
        events: what happened by it just now; empty when it was there before.
    """

    is_bots_turn: bool
    owner: Owner
    case: Case | None
    message: int | None
    events: tuple[Event, ...] = ()


class Relay(Protocol):
    """What a turn needs of the gate."""

    def __call__(
        self,
        conversation_id: str,
        message: InboundMessage,
        *,
        reopens: bool = True,
        is_urgent: bool = False,
    ) -> Relayed:
        """See `RelayFromCitizen`."""


class RelayFromCitizen:
    """The use-case; calling it again with the same message changes nothing.

    To be called for every inbound message before the bot is asked, and once more after the
    bot's turn: what the turn itself has opened gets the message that led to it, and a message
    whose answer was dropped reaches the officer who came meanwhile.
    """

    def __init__(self, cases: Cases, timetables: Timetables, clock: Clock) -> None:
        self._cases = cases
        self._timetables = timetables
        self._clock = clock

    def __call__(
        self,
        conversation_id: str,
        message: InboundMessage,
        *,
        reopens: bool = True,
        is_urgent: bool = False,
    ) -> Relayed:
        """Takes the message into the case it belongs to, if any.

        Args:
            reopens: whether it may open a case again that was closed less than 72 hours ago. A
                tapped button never does.
            is_urgent: whether it tells of danger; raises the case to P1.
        """
        words = CitizenWords(
            reopens=reopens and message.payload is None,
            is_urgent=is_urgent,
            location=message.location,
        )

        def decide(cases: tuple[Case, ...]) -> Change | None:
            return citizen_spoke(cases, words, now=self._clock(), times=self._timetables.of_case)

        heard = self._cases.hear(conversation_id, message, decide)
        if heard.is_new and heard.case:
            _log.info("case.heard", case=heard.case.reference, message=heard.message)
        return Relayed(
            is_bots_turn=is_bots_turn(
                heard.owner, message.message_id, handed_over_by=heard.handed_over_by
            ),
            owner=heard.owner,
            case=heard.case,
            message=heard.message,
            events=heard.events,
        )
