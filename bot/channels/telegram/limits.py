"""What Telegram's Bot API allows (core.telegram.org/bots/api and /bots/faq)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TelegramLimits:
    """Lengths in UTF-16 code units unless the name says otherwise."""

    text_units: int = 4096
    caption_units: int = 1024
    callback_data_bytes: int = 64
    keyboard_buttons: int = 100
    row_buttons: int = 8
    callback_answer_units: int = 200
    secret_token_characters: int = 256
    messages_per_second: int = 30
    chat_messages_per_second: int = 1
    group_messages_per_minute: int = 20
    file_download_bytes: int = 20_000_000
    updates_kept_seconds: int = 86_400


LIMITS = TelegramLimits()
