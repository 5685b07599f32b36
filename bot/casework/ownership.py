"""Who answers a conversation: derived from its open cases, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.casework.case import Case, CaseState
from bot.conversation.session import Owner


def owner_of(cases: Iterable[Case]) -> Owner:
    """The owner that a conversation's cases make."""
    owner = Owner.BOT
    for case in cases:
        if case.state is CaseState.CLAIMED:
            return Owner.OFFICER
        if case.state is CaseState.QUEUED and case.is_handed_over:
            owner = Owner.QUEUE
    return owner


def case_in_talk(cases: Iterable[Case]) -> Case | None:
    """The open case that a citizen's next words belong to.

    A claimed case before a waiting one, the more urgent before the less urgent, then the newer.
    """
    still_open = [case for case in cases if case.is_open]
    return min(
        still_open,
        key=lambda case: (
            case.state is not CaseState.CLAIMED,
            case.priority.value,
            not case.is_handed_over,
            -(case.claimed_at or case.opened_at).timestamp(),
        ),
        default=None,
    )


def is_bots_turn(owner: Owner, message_id: str, *, handed_over_by: str | None) -> bool:
    """Whether the bot answers a message.

    While the citizen waits in the queue the bot is silent, except for the answer to the very
    message that put them there: it tells the reference. Once an officer has it, nothing.

    Args:
        owner: as it is now.
        message_id: the inbound message.
        handed_over_by: the message that brought the conversation into the queue.
    """
    return owner is Owner.BOT or (owner is Owner.QUEUE and message_id == handed_over_by)
