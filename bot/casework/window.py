"""WhatsApp's 24 hours: how long an officer's own words still reach a citizen."""

from __future__ import annotations

from datetime import datetime

from bot.casework.timetable import WINDOW, WINDOW_WARNING
from bot.messages import Channel

LAST_CALL = WINDOW - WINDOW_WARNING
"""So long before its end the officer is told."""


def closes_at(channel: Channel, last_words_at: datetime) -> datetime | None:
    """When the window closes (UTC); None on a channel without one.

    Source: WhatsApp's customer service window, from the citizen's last message.
    """
    return last_words_at + WINDOW if channel is Channel.WHATSAPP else None
