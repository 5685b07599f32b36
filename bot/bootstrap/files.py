"""Files between channels put together: who fetches them, and at which address they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.crossing import Crossing
from bot.channels.files import PlatformFiles, Read
from bot.channels.links import FileLinks
from bot.clock import utc_now
from bot.messages import Home
from bot.privacy import Privacy
from bot.settings import Settings
from bot.storage.kept_files import RedisKeptFiles

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileParts:
    """What gateway and worker share."""

    kept: RedisKeptFiles
    files: PlatformFiles
    links: FileLinks

    @property
    def crossing(self) -> Crossing:
        """For the transports."""
        return Crossing(self.files, self.links)


def file_parts(settings: Settings, privacy: Privacy, *, redis: Redis, calendar: Read) -> FileParts:
    """Puts them together.

    Args:
        calendar: makes the calendar files of appointments.
    """
    quota_bytes = int(settings.kept_files_megabytes * _MEGABYTE)
    kept = RedisKeptFiles(redis, privacy, quota_bytes=quota_bytes)
    ours = {Home.WEB: kept.get, Home.APPOINTMENT: calendar}
    return FileParts(
        kept,
        PlatformFiles(settings.telegram, settings.twilio, ours=ours),
        FileLinks(privacy, settings.public_url, utc_now),
    )
