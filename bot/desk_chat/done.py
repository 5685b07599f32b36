"""What comes of an officer's message, and how a refusal is put into words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.errors import (
    AlreadyClaimed,
    CaseError,
    ConversationHeld,
    GraceOver,
    InvalidWish,
    NoCaseInHand,
    NotAllowed,
    StaleCase,
    UnknownCase,
    WrongState,
)
from bot.casework.officers import Officer
from bot.desk_chat.cards import Cards
from bot.messages import OutboundMessage

_KEYS: dict[type[CaseError], str] = {
    NotAllowed: "no_right",
    StaleCase: "no_luck",
    InvalidWish: "no_wish",
    WrongState: "no_state",
    GraceOver: "no_state",
}


@dataclass(frozen=True)
class Done:
    """What comes of it.

    Args:
        messages: what the officer is told.
        wish: what the next words are for, as a button would carry it; None for nothing.
        keeps: whether the officer's own message is kept until they have chosen a case.
        case: the case that was acted on: whoever should know is told at once.
        conversation_id: where words are on their way to a citizen.
    """

    messages: tuple[OutboundMessage, ...] = ()
    wish: str | None = None
    keeps: bool = False
    case: str | None = None
    conversation_id: str | None = None


def refusal(
    error: CaseError, officer: Officer, cards: Cards, *, reference: str | None
) -> OutboundMessage:
    """Why a wish was not granted.

    Args:
        reference: the case that it was about, if one was named.
    """
    if isinstance(error, AlreadyClaimed):
        key = "no_held" if isinstance(error, ConversationHeld) else "no_taken"
        at = cards.clock(error.since, officer)
        return cards.message(key, officer, case=error.reference, name=error.name, at=at)
    if isinstance(error, NoCaseInHand):
        return cards.message("no_hand", officer)
    if isinstance(error, UnknownCase) or reference is None:
        return cards.message("no_case", officer)
    return cards.message(_KEYS.get(type(error), "no_state"), officer, case=reference)
