"""The address of an appointment's calendar file: signed, so that nobody can guess another's."""

from __future__ import annotations

from bot.privacy import Privacy

PATH = "/calendar"
_PURPOSE = "calendar"


class CalendarLinks:
    """Makes addresses and recognises them.

    Args:
        public_url: where citizens reach the gateway; None where it is not known.
    """

    def __init__(self, privacy: Privacy, public_url: str | None) -> None:
        self._privacy = privacy
        self._base = (public_url or "").rstrip("/")

    def address(self, reference: str, language: str) -> str | None:
        """Where the file is; None without a public address."""
        if not self._base:
            return None
        signature = self._privacy.sign(_PURPOSE, f"{language}:{reference}")
        return f"{self._base}{PATH}/{language}/{reference}/{signature}.ics"

    def is_ours(self, reference: str, language: str, *, signature: str) -> bool:
        """Whether we have given this address away."""
        return self._privacy.is_signed(_PURPOSE, f"{language}:{reference}", signature)
