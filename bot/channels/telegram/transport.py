"""Delivers to Telegram by its Bot API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from telegram import (
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
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
from bot.channels.telegram.payloads import CALLBACK_PREFIX
from bot.channels.telegram.request import Request
from bot.channels.text import split
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Channel, Location, OutboundMessage, Sent
from bot.settings import TelegramSettings

_CONNECTIONS = 64
# core.telegram.org/bots/api: files of up to 50 MB, photos of up to 10; we fetch no more than 20.
_UPLOAD_BYTES = 20 * 1024 * 1024
_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTOS = (kinds.JPEG, kinds.PNG)
_Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


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
            chat_id = int(address)
        except ValueError:
            raise failures.UNKNOWN_ADDRESS.error() from None
        return await self._delivery.send(reference, self._parts(chat_id, message, reference))

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
        self, chat_id: int, message: OutboundMessage, reference: str
    ) -> list[Callable[[], Awaitable[str]]]:
        lasting = (
            ReplyKeyboardRemove() if message.clears_keyboard else lasting_keyboard(self._labels)
        )
        # A message carries one keyboard only: one with buttons leaves the lasting one as it was.
        under = inline_keyboard(message.buttons, reference) if message.buttons else lasting
        texts = split(message.text, LIMITS.text_units)
        parts: list[Callable[[], Awaitable[str]]] = []
        if message.location:
            pin = partial(self._send_location, chat_id, message.location)
            parts.append(partial(pin, markup=None if texts else under))
        for index, text in enumerate(texts, start=1):
            markup = under if index == len(texts) else None
            parts.append(partial(self._send_text, chat_id, text, markup=markup))
        parts += [
            partial(self._carry, chat_id, each, instead=message.instead_of_files)
            if is_elsewhere(each, self.channel)
            else partial(self._send_file, chat_id, each)
            for each in message.attachments
        ]
        if parts and message.asks_location and message.buttons and not message.clears_keyboard:
            # The keyboard with the location key needs a message of its own.
            prompt = self._labels.location_prompt or self._labels.location
            parts.append(partial(self._send_text, chat_id, prompt, markup=lasting))
        return parts

    async def _send_text(self, chat_id: int, text: str, *, markup: _Markup) -> str:
        sent = await call(
            self._bot.send_message(
                chat_id,
                text,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return str(sent.message_id)

    async def _carry(self, chat_id: int, file: Attachment, *, instead: str) -> str:
        try:
            found = await self._crossing.carried(file, most=_UPLOAD_BYTES)
        except SendFailed as failure:
            return await self._send_text(chat_id, said_instead(failure, instead), markup=None)
        named = InputFile(found.content, filename=f"{file.kind.value}.{found.kind.ending}")
        is_small = len(found.content) <= _PHOTO_BYTES
        if file.kind is AttachmentKind.PHOTO and found.kind in _PHOTOS and is_small:
            sent = await call(self._bot.send_photo(chat_id, named))
        elif file.kind is AttachmentKind.VOICE and found.kind is kinds.OGG:
            sent = await call(self._bot.send_voice(chat_id, named))
        elif file.kind is AttachmentKind.VIDEO and found.kind is kinds.MP4:
            sent = await call(self._bot.send_video(chat_id, named))
        else:
            sent = await call(self._bot.send_document(chat_id, named))
        return str(sent.message_id)

    async def _send_file(self, chat_id: int, file: Attachment) -> str:
        if file.kind is AttachmentKind.CONTACT:
            return await self._send_text(chat_id, file.reference, markup=None)
        if file.kind is AttachmentKind.PHOTO:
            sent = await call(self._bot.send_photo(chat_id, file.reference))
        elif file.kind is AttachmentKind.VOICE:
            sent = await call(self._bot.send_voice(chat_id, file.reference))
        elif file.kind is AttachmentKind.VIDEO:
            sent = await call(self._bot.send_video(chat_id, file.reference))
        else:
            sent = await call(self._bot.send_document(chat_id, file.reference))
        return str(sent.message_id)

    async def _send_location(self, chat_id: int, point: Location, *, markup: _Markup) -> str:
        sent = await call(
            self._bot.send_location(
                chat_id, latitude=point.latitude, longitude=point.longitude, reply_markup=markup
            )
        )
        return str(sent.message_id)
