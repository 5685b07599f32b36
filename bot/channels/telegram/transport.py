"""Delivers to Telegram by its Bot API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import TelegramError

from bot.channels import failures, kinds
from bot.channels.crossing import Crossing, is_elsewhere, said_instead
from bot.channels.parts import PartDelivery
from bot.channels.telegram.client import build_bot, call
from bot.channels.telegram.keyboards import KeyboardLabels, inline_keyboard, lasting_keyboard
from bot.channels.telegram.limits import LIMITS
from bot.channels.telegram.payloads import (
    CALLBACK_PREFIX,
    split_address,
    topic_address,
    topic_message,
)
from bot.channels.telegram.request import Request
from bot.channels.text import split
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Channel, Location, OutboundMessage, Sent
from bot.settings import TelegramSettings

_CONNECTIONS = 64
# core.telegram.org/bots/api: files of up to 50 MB, photos of up to 10; we fetch no more than 20.
_UPLOAD_BYTES = 20 * 1024 * 1024
_PHOTO_BYTES = 10 * 1024 * 1024
# What the platform shows as what it is; anything else goes as a document.
_SHOWN = {
    AttachmentKind.PHOTO: (kinds.JPEG, kinds.PNG),
    AttachmentKind.VOICE: (kinds.OGG,),
    AttachmentKind.VIDEO: (kinds.MP4,),
}
_Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None
_TITLE_CHARACTERS = 128
_SENDERS: Mapping[AttachmentKind, Callable[..., Awaitable[Message]]] = {
    AttachmentKind.PHOTO: Bot.send_photo,
    AttachmentKind.VOICE: Bot.send_voice,
    AttachmentKind.VIDEO: Bot.send_video,
}


@dataclass(frozen=True)
class _Place:
    """A chat, or a topic in one."""

    chat_id: int
    thread: int | None

    def key(self, number: int) -> str:
        """The platform id by which a message is known to us."""
        if self.thread is None:
            return str(number)
        return topic_message(str(self.chat_id), str(number))


class TelegramTransport:
    """Sends a position first, then the text, its buttons under the last part, then files.

    Args:
        settings: token and Bot API server.
        labels: of the keyboard that stays.
        crossing: fetches what lies elsewhere, to be uploaded.
    """

    channel = Channel.TELEGRAM

    def __init__(
        self, settings: TelegramSettings, labels: KeyboardLabels, crossing: Crossing
    ) -> None:
        self._labels = labels
        self._crossing = crossing
        self._request = Request(_CONNECTIONS)
        self._bot = build_bot(settings, self._request)
        self._delivery = PartDelivery()

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        """Delivers one message; see `bot.services.ports.Transport`.

        Raises:
            SendFailed: Telegram did not take it.
        """
        try:
            chat_id, thread = split_address(address)
        except ValueError:
            raise failures.UNKNOWN_ADDRESS.error() from None
        parts = self._parts(_Place(chat_id, thread), message, reference)
        return await self._delivery.send(reference, parts)

    async def open_topic(self, chat: str, title: str) -> str:
        """Opens a topic; see `bot.services.chat_ports.Forums`.

        Raises:
            SendFailed: Telegram did not do it.
        """
        topic = await call(self._bot.create_forum_topic(chat, title[:_TITLE_CHARACTERS]))
        return topic_address(chat, str(topic.message_thread_id))

    async def close_topic(self, address: str) -> None:
        """Closes a topic.

        Raises:
            SendFailed: Telegram did not do it.
        """
        chat_id, thread = split_address(address)
        await call(self._bot.close_forum_topic(chat_id, thread or 0))

    async def reopen_topic(self, address: str) -> None:
        """Opens a closed topic again.

        Raises:
            SendFailed: Telegram did not do it.
        """
        chat_id, thread = split_address(address)
        await call(self._bot.reopen_forum_topic(chat_id, thread or 0))

    async def acknowledge(self, callback_id: str) -> None:
        """Stops the waiting sign on a tapped button; a failure is of no consequence.

        Args:
            callback_id: the callback's id, with or without the prefix of `message_id`.
        """
        try:
            await self._bot.answer_callback_query(callback_id.removeprefix(CALLBACK_PREFIX))
        except TelegramError:
            return

    async def close(self) -> None:
        """Gives back connections."""
        await self._request.shutdown()

    def _parts(
        self, place: _Place, message: OutboundMessage, reference: str
    ) -> list[Callable[[], Awaitable[str]]]:
        lasting = self._lasting(place, message)
        # A message carries one keyboard only: one with buttons leaves the lasting one as it was.
        under = inline_keyboard(message.buttons, reference) if message.buttons else lasting
        texts = split(message.text, LIMITS.text_units)
        parts: list[Callable[[], Awaitable[str]]] = []
        if message.location:
            pin = partial(self._send_location, place, message.location)
            parts.append(partial(pin, markup=None if texts else under))
        for index, text in enumerate(texts, start=1):
            markup = under if index == len(texts) else None
            parts.append(partial(self._send_text, place, text, markup=markup))
        parts += [
            partial(self._carry, place, each, instead=message.instead_of_files)
            if is_elsewhere(each, self.channel)
            else partial(self._send_file, place, each)
            for each in message.attachments
        ]
        if parts and message.asks_location and message.buttons and not message.clears_keyboard:
            # The keyboard with the location key needs a message of its own.
            prompt = self._labels.location_prompt or self._labels.location
            parts.append(partial(self._send_text, place, prompt, markup=lasting))
        return parts

    def _lasting(self, place: _Place, message: OutboundMessage) -> _Markup:
        """The keys that stay are a citizen's; a group has none."""
        if place.thread is not None:
            return None
        return ReplyKeyboardRemove() if message.clears_keyboard else lasting_keyboard(self._labels)

    async def _send_text(self, place: _Place, text: str, *, markup: _Markup) -> str:
        sent = await call(
            self._bot.send_message(
                place.chat_id,
                text,
                message_thread_id=place.thread,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return place.key(sent.message_id)

    async def _carry(self, place: _Place, file: Attachment, *, instead: str) -> str:
        try:
            found = await self._crossing.carried(file, most=_UPLOAD_BYTES)
        except SendFailed as failure:
            return await self._send_text(place, said_instead(failure, instead), markup=None)
        named = InputFile(found.content, filename=f"{file.kind.value}.{found.kind.ending}")
        is_large = len(found.content) > _PHOTO_BYTES
        is_shown = found.kind in _SHOWN.get(file.kind, ())
        if not is_shown or (file.kind is AttachmentKind.PHOTO and is_large):
            return await self._send_as(AttachmentKind.DOCUMENT, place, named)
        return await self._send_as(file.kind, place, named)

    async def _send_file(self, place: _Place, file: Attachment) -> str:
        if file.kind is AttachmentKind.CONTACT:
            return await self._send_text(place, file.reference, markup=None)
        return await self._send_as(file.kind, place, file.reference)

    async def _send_as(self, kind: AttachmentKind, place: _Place, file: str | InputFile) -> str:
        send = _SENDERS.get(kind, Bot.send_document)
        sent = await call(send(self._bot, place.chat_id, file, message_thread_id=place.thread))
        return place.key(sent.message_id)

    async def _send_location(self, place: _Place, point: Location, *, markup: _Markup) -> str:
        sent = await call(
            self._bot.send_location(
                place.chat_id,
                latitude=point.latitude,
                longitude=point.longitude,
                message_thread_id=place.thread,
                reply_markup=markup,
            )
        )
        return place.key(sent.message_id)
