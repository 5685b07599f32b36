"""What the platforms allow, row by row, as their documents say."""

from __future__ import annotations

import pytest

from bot.channels.telegram.limits import LIMITS as TELEGRAM
from bot.channels.whatsapp.limits import LIMITS as WHATSAPP


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (TELEGRAM.text_units, 4096),
        (TELEGRAM.caption_units, 1024),
        (TELEGRAM.callback_data_bytes, 64),
        (TELEGRAM.keyboard_buttons, 100),
        (TELEGRAM.row_buttons, 8),
        (TELEGRAM.callback_answer_units, 200),
        (TELEGRAM.secret_token_characters, 256),
        (TELEGRAM.messages_per_second, 30),
        (TELEGRAM.chat_messages_per_second, 1),
        (TELEGRAM.group_messages_per_minute, 20),
        (TELEGRAM.file_download_bytes, 20_000_000),
        (TELEGRAM.updates_kept_seconds, 24 * 60 * 60),
        (WHATSAPP.text_units, 1600),
        (WHATSAPP.quick_replies, 3),
        (WHATSAPP.quick_reply_title_units, 20),
        (WHATSAPP.quick_reply_body_units, 1024),
        (WHATSAPP.quick_reply_id_units, 200),
        (WHATSAPP.location_label_units, 100),
        (WHATSAPP.media, 10),
        (WHATSAPP.window_seconds, 24 * 60 * 60),
        (WHATSAPP.webhook_seconds, 15),
    ],
)
def test_a_limit_is_the_platforms(limit: int, value: int) -> None:
    assert limit == value
