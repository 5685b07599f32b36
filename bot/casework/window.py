"""WhatsApp's 24 hours: how long an officer's own words still reach a citizen."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Channel

WINDOW = timedelta(hours=24)
LAST_CALL = timedelta(hours=2)
"""So long before its end the officer should be told."""


def closes_at(channel: Channel, last_words_at: datetime) -> datetime | None:
    """When the window closes (UTC); None on a channel without one.

    Source: WhatsApp's customer service window, from the citizen's last message.
    """
    return last_words_at + WINDOW if channel is Channel.WHATSAPP else None
