"""What transports need to carry files between the fake platforms."""

from __future__ import annotations

from bot.channels.crossing import Crossing
from bot.channels.files import PlatformFiles
from bot.channels.links import FileLinks
from bot.clock import utc_now
from bot.privacy import Privacy
from bot.settings import TelegramSettings, TwilioSettings

PUBLIC_URL = "https://bot.example.id/"
LINKS = FileLinks(Privacy("a secret of the tests"), PUBLIC_URL, utc_now)


def crossing(
    telegram: TelegramSettings | None = None,
    twilio: TwilioSettings | None = None,
) -> Crossing:
    """Fetches from the platforms that are set up."""
    return Crossing(PlatformFiles(telegram, twilio), LINKS)
