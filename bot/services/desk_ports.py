"""What the web desk needs from outside, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Attachment, Channel


@dataclass(frozen=True)
class KeptLink:
    """A sign-in link without its secret."""

    selector: str
    secret_hash: str
    officer_id: int
    expires_at: datetime
    is_used: bool


@dataclass(frozen=True)
class KeptSession:
    """A session without its secret.

    Args:
        seen_at: the officer's last action (UTC).
        ends_at: it ends then, whatever the officer does.
    """

    selector: str
    secret_hash: str
    officer_id: int
    seen_at: datetime
    ends_at: datetime


class DeskDoor(Protocol):
    """Links and sessions of the web desk; secrets are kept as keyed hashes only."""

    def put_link(self, link: KeptLink) -> None:
        """Keeps a link; earlier unused ones of this officer end."""

    def link(self, selector: str) -> KeptLink | None:
        """One link, used and expired ones included for a while."""

    def use_link(self, selector: str, now: datetime) -> bool:
        """Takes a link; of several who try, one only. False if it is used or over."""

    def put_session(self, session: KeptSession) -> None:
        """Keeps a session and forgets those that are over."""

    def session(self, selector: str) -> KeptSession | None:
        """One session."""

    def seen(self, selector: str, at: datetime) -> None:
        """The officer did something."""

    def end(self, selector: str) -> None:
        """Ends one session."""

    def end_all(self, officer_id: int) -> None:
        """Ends every session and unused link of an officer."""


@dataclass(frozen=True)
class Citizen:
    """Who writes in a case, as little of it as a page needs.

    Args:
        address: as the platform delivers to it; never to be shown whole unless asked for.
        last_words_at: when the citizen wrote last (UTC), as far as cases know.
    """

    channel: Channel
    address: str
    last_words_at: datetime | None


@dataclass(frozen=True)
class Marks:
    """Words that change when what they stand for changes.

    Args:
        desk: of all cases together.
        cases: by reference; what became of sent messages counts too.
    """

    desk: str
    cases: Mapping[str, str]


class Keep(Protocol):
    """A store for files that no platform has; what is in it ends by itself."""

    async def put(self, content: bytes, *, name: str | None = None) -> str:
        """Keeps a file; returns the key that leads to it.

        Args:
            name: of what is sent; under the same name once more the first file stays.

        Raises:
            SendFailed: the store is away or full.
        """


class Files(Protocol):
    """What was sent besides words, wherever it lies."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file's content.

        Args:
            attachment: says itself where it lies.

        Raises:
            SendFailed: it cannot be had.
        """


class DeskLooks(Protocol):
    """What only the web desk reads."""

    def citizen(self, conversation_id: str) -> Citizen | None:
        """Who writes in a conversation."""

    def marks(self, references: Collection[str]) -> Marks:
        """How things stand, in a few light queries."""
