"""WhatsApp's 24 hours: after them a person can only be written to by an approved text."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Windows(Protocol):
    """Until when we may write freely, by conversation; officers' conversations count as well."""

    async def heard(self, conversation_id: str, at: datetime) -> bool:
        """The person wrote, at `at` (UTC); True if the window was closed before."""

    async def is_open(self, conversation_id: str) -> bool:
        """Whether anything may be said."""

    async def closes_at(self, conversation_id: str) -> datetime | None:
        """Until when anything may be said (UTC); None if the window is closed."""

    async def shut(self, conversation_id: str) -> None:
        """The platform says that it is closed."""

    async def may_invite(self, conversation_id: str) -> bool:
        """Whether the person may be asked to write: once a day; asking counts as done."""
