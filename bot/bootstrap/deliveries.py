"""How a worker's messages reach the platforms: at which pace, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.clock import utc_now
from bot.messages import Channel
from bot.services.deliver import Deliver, Window
from bot.services.loop_breaker import LoopBreaker
from bot.services.meter import Meter
from bot.services.pace import Limits, Pace
from bot.services.ports import Outbox, Transport
from bot.settings import Settings
from bot.storage.shared_limit import RedisSharedLimit

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

# Telegram: about one message a second to one chat, short bursts pass (core.telegram.org/bots/faq).
_CHAT_MESSAGES = 5
_CHAT_SECONDS = 5.0


def deliveries(
    settings: Settings,
    *,
    redis: Redis,
    outbox: Outbox,
    transports: Mapping[Channel, Transport],
    is_mine: Callable[[str], bool],
    meter: Meter,
    window: Window | None = None,
) -> Deliver:
    """Puts delivery together.

    Args:
        is_mine: whether this worker has a conversation now.
        window: puts off what WhatsApp does not take at this hour.
    """
    return Deliver(
        outbox=outbox,
        transports=transports,
        clock=utc_now,
        pace=Pace(_limits(settings), RedisSharedLimit(redis)),
        breaker=LoopBreaker(),
        is_mine=is_mine,
        meter=meter,
        window=window,
    )


def _limits(settings: Settings) -> dict[Channel, Limits]:
    limits = {}
    if settings.telegram:
        limits[Channel.TELEGRAM] = Limits(
            settings.telegram.messages_per_second,
            chat_messages=_CHAT_MESSAGES,
            chat_seconds=_CHAT_SECONDS,
        )
    if settings.twilio:
        limits[Channel.WHATSAPP] = Limits(settings.twilio.messages_per_second)
    return limits
