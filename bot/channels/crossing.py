"""A file that lies on one platform and is wanted on another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.channels import failures
from bot.channels.kinds import FileKind, kind_of
from bot.channels.links import FileLinks
from bot.errors import SendFailed
from bot.messages import Attachment, Channel, Home
from bot.services.desk_ports import Files


@dataclass(frozen=True)
class Carried:
    """A file's content, and what it is."""

    content: bytes
    kind: FileKind


class Crossing:
    """Fetches files for the transports.

    Args:
        files: fetches from where they lie.
        links: gives an address to platforms that fetch by themselves.
    """

    def __init__(self, files: Files, links: FileLinks) -> None:
        self._files = files
        self._links = links

    async def carried(self, attachment: Attachment, *, most: int) -> Carried:
        """The file itself.

        Args:
            most: how many bytes the channel takes.

        Raises:
            SendFailed: it cannot be had, or is too large.
        """
        content = await self._files.fetch(attachment)
        if len(content) > most:
            raise failures.FILE_TOO_LARGE.error()
        return Carried(content, kind_of(content))

    async def address(
        self, attachment: Attachment, *, most: int, kinds: Collection[FileKind]
    ) -> str:
        """An address of the file, which has been looked at: the platform's own word comes late.

        Args:
            kinds: what the channel takes.

        Raises:
            SendFailed: it cannot be had, is too large or of another kind.
        """
        found = await self.carried(attachment, most=most)
        if found.kind not in kinds:
            raise failures.FILE_KIND.error()
        address = self._links.address(attachment)
        if address is None:
            raise failures.FILE_GONE.error()
        return address


def is_elsewhere(attachment: Attachment, channel: Channel) -> bool:
    """Whether a file must be carried to be seen on `channel`."""
    return attachment.home not in (None, Home.of(channel))


def said_instead(failure: SendFailed, words: str) -> str:
    """The words in place of a file that cannot be had.

    Raises:
        SendFailed: another try may succeed, or there are no words.
    """
    if failure.retry or not words:
        raise failure
    return words
