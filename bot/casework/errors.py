"""Why a wish about a case is not granted; each says what the view needs to explain it."""

from __future__ import annotations

from datetime import datetime

from bot.errors import ConsularError


class CaseError(ConsularError):
    """The base: nothing was changed."""


class UnknownCase(CaseError):
    """No such case, or none that this officer may see: the two are never told apart."""


class AlreadyClaimed(CaseError):
    """Somebody else has the case.

    Args:
        reference: the case.
        officer_id: who has it.
        name: their name, for the officer who came second; never logged.
        since: when they claimed it (UTC).
    """

    def __init__(self, reference: str, *, officer_id: int, name: str, since: datetime) -> None:
        super().__init__(f"{reference} is claimed by officer {officer_id}")
        self.reference = reference
        self.officer_id = officer_id
        self.name = name
        self.since = since


class ConversationHeld(AlreadyClaimed):
    """Somebody else talks with this citizen already, in the case `reference`."""


class NotAllowed(CaseError):
    """This officer may see the case but not do this; the message names the action."""


class WrongState(CaseError):
    """The case stands where this cannot be done (a closed case cannot be claimed)."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__(f"cannot {action} a {state} case")
        self.action = action
        self.state = state


class StaleCase(CaseError):
    """The case was changed since it was looked at."""


class GraceOver(CaseError):
    """Closed too long ago to be opened again."""


class InvalidWish(CaseError):
    """What was asked for makes no sense (no such mission, six stars)."""


class NoCaseInHand(CaseError):
    """The officer has no case that their words could go to."""


class WhichCase(CaseError):
    """The officer has several cases and named none; nothing is guessed."""

    def __init__(self, references: tuple[str, ...]) -> None:
        super().__init__("several cases in hand")
        self.references = references
