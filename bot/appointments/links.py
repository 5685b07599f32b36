"""The address of an appointment's calendar file."""

from __future__ import annotations

from bot.links import SignedLinks
from bot.privacy import Privacy

PATH = "/calendar"


class CalendarLinks:
    """Makes addresses and recognises them.

    Args:
        public_url: where citizens reach the gateway; None where it is not known.
    """

    def __init__(self, privacy: Privacy, public_url: str | None) -> None:
        self._links = SignedLinks(privacy, public_url, PATH)

    def address(self, reference: str, language: str) -> str | None:
        """Where the file is; None without a public address."""
        return self._links.address(f"{language}/{reference}", ending=".ics")

    def is_ours(self, reference: str, language: str, *, signature: str) -> bool:
        """Whether we have given this address away."""
        return self._links.is_ours(f"{language}/{reference}", signature)
