"""Delivers to WhatsApp by Twilio."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.channels import failures, kinds
from bot.channels.crossing import Crossing, is_elsewhere, said_instead
from bot.channels.parts import PartDelivery
from bot.channels.text import shorten, split, units
from bot.channels.whatsapp.client import MessageClient
from bot.channels.whatsapp.limits import LIMITS
from bot.conversation.menu import numbered
from bot.errors import SendFailed
from bot.messages import (
    Attachment,
    AttachmentKind,
    Button,
    Channel,
    Home,
    Location,
    OutboundMessage,
    Sent,
)
from bot.settings import TwilioSettings

STATUS_PATH = "/webhooks/whatsapp/status"
# twilio.com/docs/whatsapp/guidance-whatsapp-media-messages: no calendar files among them.
_MEDIA_BYTES = 16 * 1024 * 1024
_MEDIA = (
    kinds.JPEG,
    kinds.PNG,
    kinds.OGG,
    kinds.MP3,
    kinds.AMR,
    kinds.M4A,
    kinds.MP4,
    kinds.PDF,
)
_Part = Callable[[], Awaitable[str]]


class WhatsAppTransport:
    """Sends a position first, then the text, then files; choices as quick replies or as a menu.

    WhatsApp by Twilio has no control that asks for the position: the text must ask.

    Args:
        settings: account, sender and server.
        public_url: `PUBLIC_URL`; delivery reports come to `STATUS_PATH` under it.
        crossing: gives addresses to files that lie elsewhere.
        quick_replies: content sids by number of buttons. Such a template (`twilio/quick-reply`)
            has the variables 1 body, then title and id of each button: 2 and 3, 4 and 5, 6 and 7.
    """

    channel = Channel.WHATSAPP

    def __init__(
        self,
        settings: TwilioSettings,
        public_url: str,
        crossing: Crossing,
        *,
        quick_replies: Mapping[int, str] | None = None,
    ) -> None:
        self._from = settings.whatsapp_from
        self._status_callback = public_url.rstrip("/") + STATUS_PATH
        self._crossing = crossing
        self._quick_replies = dict(quick_replies or {})
        self._approved_texts = settings.approved_texts
        self._client = MessageClient(settings)
        self._delivery = PartDelivery()

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        """Delivers one message; see `bot.services.ports.Transport`.

        Raises:
            SendFailed: Twilio did not take it.
        """
        parts: list[_Part] = []
        if message.location:
            parts.append(self._location(address, message.location, message.text))
        quick_replies = self._quick_reply_template(message)
        if message.template:
            parts.append(self._approved(address, message.template))
        elif quick_replies:
            parts.append(self._quick_reply(address, message, quick_replies, reference=reference))
        else:
            parts += [partial(self._create, address, body=t) for t in _texts(message)]
        parts += [
            partial(self._file, address, each, instead=message.instead_of_files)
            for each in message.attachments
        ]
        return await self._delivery.send(reference, parts)

    async def close(self) -> None:
        """Gives back connections."""
        await self._client.close()

    async def _create(self, address: str, **fields: object) -> str:
        return await self._client.create(
            address, from_=self._from, status_callback=self._status_callback, **fields
        )

    async def _file(self, address: str, file: Attachment, *, instead: str) -> str:
        if not is_elsewhere(file, self.channel):
            return await self._create(address, media_url=[file.reference])
        if file.kind is AttachmentKind.CONTACT and file.home is Home.TELEGRAM:
            return await self._create(address, body=file.reference)
        try:
            found = await self._crossing.address(file, most=_MEDIA_BYTES, kinds=_MEDIA)
        except SendFailed as failure:
            return await self._create(address, body=said_instead(failure, instead))
        return await self._create(address, media_url=[found])

    def _location(self, address: str, point: Location, text: str) -> _Part:
        first_line = text.strip().partition("\n")[0].replace("|", " ")
        place = f"{point.latitude:.6f},{point.longitude:.6f}"
        label = shorten(first_line, LIMITS.location_label_units) or place
        return partial(
            self._create, address, body=label, persistent_action=[f"geo:{place}|{label}"]
        )

    def _quick_reply_template(self, message: OutboundMessage) -> str | None:
        titles = [button.title for button in message.buttons]
        fits = (
            len(titles) <= LIMITS.quick_replies
            and all(units(title) <= LIMITS.quick_reply_title_units for title in titles)
            and len(set(titles)) == len(titles)
            and 0 < units(message.text.strip()) <= LIMITS.quick_reply_body_units
        )
        return self._quick_replies.get(len(titles)) if titles and fits else None

    def _approved(self, address: str, name: str) -> _Part:
        content_sid = self._approved_texts.get(name)
        if content_sid is None:
            raise failures.TEMPLATE_REFUSED.error()
        return partial(self._create, address, content_sid=content_sid)

    def _quick_reply(
        self, address: str, message: OutboundMessage, content_sid: str, *, reference: str
    ) -> _Part:
        values = [message.text.strip()]
        for index, button in enumerate(message.buttons):
            values += [button.title, f"#{reference}:{index}"]
        variables = {str(number): value for number, value in enumerate(values, start=1)}
        return partial(
            self._create,
            address,
            content_sid=content_sid,
            content_variables=json.dumps(variables, ensure_ascii=False),
        )


def _texts(message: OutboundMessage) -> tuple[str, ...]:
    """The text with its menu, in parts. The menu stays whole if it can."""
    parts = split(message.text, LIMITS.text_units)
    if not message.buttons:
        return parts
    menu = _menu(message.buttons)
    joined = f"{parts[-1]}\n\n{menu}" if parts else menu
    if units(joined) <= LIMITS.text_units:
        return (*parts[:-1], joined)
    return (*parts, *split(menu, LIMITS.text_units))


def _menu(buttons: tuple[Button, ...]) -> str:
    return numbered([button.title for button in buttons])
