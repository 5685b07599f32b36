"""A case's topic, as one officer uses it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.case import Case
from bot.casework.officers import Officer
from bot.desk_chat.commands import OWN_AFFAIRS, Command
from bot.desk_chat.meaning import Meaning
from bot.messages import OutboundMessage


@dataclass(frozen=True)
class Room:
    """Where an officer writes among colleagues.

    Args:
        case: whose topic it is.
        account: the officer's own conversation with us.
        reader: the officer, with no more sight than the group has.
    """

    case: Case
    account: str
    reader: Officer

    def is_private(self, meant: Meaning) -> bool:
        """Whether something is answered in the officer's own chat: it is not about this case."""
        what = meant.what
        is_own = isinstance(what, Command) and what.do in OWN_AFFAIRS
        return is_own or what.reference not in (None, self.case.reference)


@dataclass(frozen=True)
class Source:
    """What an officer's command came with.

    Args:
        key: the message's id; it keeps words from being sent twice.
        is_in_topic: whether it was given in the topic of the case that it is about.
    """

    key: str
    is_in_topic: bool


def addressed(message: OutboundMessage, officer: Officer) -> OutboundMessage:
    """A message for one of several people who read it."""
    return replace(message, text=f"{officer.name}: {message.text}")
