"""Our own record of a conversation; what Rasa forgets or loses does not change it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.messages import Channel


class Owner(str, Enum):
    """Who answers now."""

    BOT = "bot"
    QUEUE = "queue"
    OFFICER = "officer"


@dataclass(frozen=True)
class Session:
    """A conversation as it stands.

    Args:
        conversation_id: the pseudonym, Rasa's sender id.
        channel: where the citizen writes.
        language: of the last answer, None before the first.
        is_language_chosen: whether the citizen asked for it.
        owner: who answers.
    """

    conversation_id: str
    channel: Channel
    language: str | None = None
    is_language_chosen: bool = False
    owner: Owner = Owner.BOT
