"""Delivers to the web chat: into the citizen's mailbox, whole, with its buttons."""

from __future__ import annotations

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.channels import failures
from bot.channels.web.mailbox import Mailbox
from bot.messages import Channel, OutboundMessage, Sent
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN


class WebTransport:
    """Fills `bot.services.ports.Transport` for the web chat. It has no limits of its own.

    Args:
        mailbox: where messages go.
        privacy: turns an address into its conversation.
    """

    channel = Channel.WEB

    def __init__(self, mailbox: Mailbox, privacy: Privacy) -> None:
        self._mailbox = mailbox
        self._privacy = privacy

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        """Delivers one message; see `bot.services.ports.Transport`.

        Raises:
            SendFailed: the mailbox is not there; the same reference may be tried again.
        """
        conversation = self._privacy.conversation_id(self.channel.value, address)
        try:
            seq = await self._mailbox.put(
                conversation,
                message,
                reference=reference,
                sender="officer" if message.is_officers else "bot",
            )
        except (RedisTimeoutError, asyncio.TimeoutError):
            raise failures.TIMEOUT.error() from None
        except (RedisConnectionError, OSError):
            raise failures.NETWORK.error() from None
        except REDIS_DOWN:
            raise failures.PLATFORM_ERROR.error() from None
        return Sent((f"{conversation}:{seq}",))

    async def close(self) -> None:
        """Nothing to give back: the Redis client belongs to who made it."""
