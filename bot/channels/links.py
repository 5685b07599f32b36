"""Addresses at which a file of a conversation can be fetched for a while, wherever it lies."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.errors import ConsularError
from bot.links import SignedLinks
from bot.messages import Attachment, Home
from bot.privacy import Privacy
from bot.storage.serialise import attachment_from_json, attachment_to_json

PATH = "/files"
# A platform fetches within minutes; it may try again.
FOR_PLATFORMS = timedelta(hours=1)
# Somebody who reads the web chat later in the day.
FOR_READERS = timedelta(hours=24)
# A calendar file ends with its appointment; until then the page goes on to show where it is.
_FOR_READERS = {Home.APPOINTMENT: timedelta(days=90)}


class FileLinks:
    """The address holds, sealed, where the file lies: nothing is kept here for it.

    Args:
        public_url: where platforms reach the gateway.
    """

    def __init__(self, privacy: Privacy, public_url: str | None, clock: Clock) -> None:
        self._links = SignedLinks(privacy, public_url, PATH)
        self._privacy = privacy
        self._clock = clock

    def address(self, attachment: Attachment, lasts: timedelta = FOR_PLATFORMS) -> str | None:
        """The whole address; None without a public one."""
        return self._links.address(self._named(attachment, lasts))

    def path_of(self, attachment: Attachment) -> str:
        """The path, for a page of ours."""
        lasts = _FOR_READERS.get(attachment.home or Home.WEB, FOR_READERS)
        return self._links.path_of(self._named(attachment, lasts))

    def opened(self, ends_at: str, sealed: str, signature: str) -> Attachment | None:
        """Where the file lies; None if the address is not ours or has ended."""
        # Signed first: what follows is read only from our own hand.
        if not self._links.is_ours(f"{ends_at}/{sealed}", signature):
            return None
        if int(ends_at) <= self._clock().timestamp():
            return None
        try:
            return attachment_from_json(self._privacy.unseal(sealed))
        except ConsularError:
            return None

    def _named(self, attachment: Attachment, lasts: timedelta) -> str:
        ends_at = int((self._clock() + lasts).timestamp())
        return f"{ends_at}/{self._privacy.seal(attachment_to_json(attachment))}"
