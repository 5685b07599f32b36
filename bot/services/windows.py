"""WhatsApp's 24 hours: after them a person can only be written to by an approved text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Window:
    """How a window stands: it closes at `closes_at` (UTC), or is closed where that is None."""

    closes_at: datetime | None


class WindowLook(Protocol):
    """Lets officers see how long their words still reach a citizen; blocks."""

    def __call__(self, conversation_id: str) -> Window | None:
        """The window; None on a channel without one, or where it cannot be known now."""


class Windows(Protocol):
    """Until when we may write freely, by conversation; officers' conversations count as well."""

    async def heard(self, conversation_id: str, at: datetime) -> bool:
        """The person wrote, at `at` (UTC); True if the window was closed before."""

    async def is_open(self, conversation_id: str) -> bool:
        """Whether anything may be said."""

    async def shut(self, conversation_id: str) -> None:
        """The platform says that it is closed."""

    async def may_invite(self, conversation_id: str) -> bool:
        """Whether the person may be asked to write: once a day; asking counts as done."""
