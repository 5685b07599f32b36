"""Delivers to the web chat: into the citizen's mailbox, whole, with its buttons."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.channels import failures
from bot.channels.crossing import Crossing, said_instead
from bot.channels.web.mailbox import Mailbox
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Channel, Home, OutboundMessage, Sent
from bot.privacy import Privacy
from bot.storage.redis_client import REDIS_DOWN

_FILE_BYTES = 20 * 1024 * 1024


class WebTransport:
    """Fills `bot.services.ports.Transport` for the web chat. It has no limits of its own.

    Args:
        mailbox: where messages go.
        privacy: turns an address into its conversation.
        crossing: looks at files, of which the page is given the address.
    """

    channel = Channel.WEB

    def __init__(self, mailbox: Mailbox, privacy: Privacy, crossing: Crossing) -> None:
        self._mailbox = mailbox
        self._privacy = privacy
        self._crossing = crossing

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        """Delivers one message; see `bot.services.ports.Transport`.

        Raises:
            SendFailed: the mailbox is not there and the same reference may be tried again, or a
                file cannot be had.
        """
        message = await self._with_files(message)
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

    async def _with_files(self, message: OutboundMessage) -> OutboundMessage:
        """The message with the files that can be had, and words for the others."""
        files: list[Attachment] = []
        texts = [message.text]
        for each in message.attachments:
            if each.kind is AttachmentKind.CONTACT and each.home is Home.TELEGRAM:
                texts.append(each.reference)
                continue
            try:
                await self._crossing.carried(each, most=_FILE_BYTES)
                files.append(each)
            except SendFailed as failure:
                texts.append(said_instead(failure, message.instead_of_files))
        text = "\n\n".join(filter(None, texts))
        return replace(message, text=text, attachments=tuple(files))

    async def close(self) -> None:
        """Nothing to give back: the Redis client belongs to who made it."""
