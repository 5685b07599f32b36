"""What a citizen sees on Telegram, and what we say of what Telegram refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.telegram import request
from bot.channels.telegram.keyboards import KeyboardLabels, row_sizes
from bot.channels.telegram.transport import TelegramTransport
from bot.channels.telegram.webhook import register_webhook
from bot.errors import SendFailed, SetupError
from bot.messages import Attachment, AttachmentKind, Button, Location, OutboundMessage
from bot.settings import TelegramSettings
from tests.channels.carry import crossing
from tests.fakes.telegram import FakeTelegram

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
LABELS = KeyboardLabels("🆘 DARURAT / SOS", "📍 Kirim lokasi / Send location")
REFERENCE = "0b6f2c1e9d334c0f8c1f0b6f2c1e9d33"
CHAT = "6812345678"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN) as fake:
        yield fake


@pytest.fixture
async def transport(telegram: FakeTelegram) -> AsyncIterator[TelegramTransport]:
    made = TelegramTransport(settings(telegram.url), LABELS, crossing())
    yield made
    await made.close()


def settings(url: str, secret: str = "s3cret") -> TelegramSettings:
    return TelegramSettings(TOKEN, "webhook", webhook_secret=secret, api_url=url)


async def send(transport: TelegramTransport, message: OutboundMessage) -> tuple[str, ...]:
    return (await transport.send(CHAT, message, reference=REFERENCE)).platform_ids


async def test_a_text_arrives_as_it_is_with_the_lasting_keyboard(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    ids = await send(transport, OutboundMessage("Biaya: *RM 1* _<b>_"))
    (message,) = telegram.sent
    assert (message.chat_id, message.text, message.parse_mode) == (
        CHAT,
        "Biaya: *RM 1* _<b>_",
        None,
    )
    assert message.keyboard == (LABELS.sos, LABELS.location)
    assert message.asks_location
    assert ids == (str(message.message_id),)


async def test_buttons_refer_to_the_outbound_message_however_long_their_payload_is(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    buttons = (Button("Ya", "/affirm"), Button("Tidak", '/deny{"why": "' + "x" * 300 + '"}'))
    await send(transport, OutboundMessage("Lanjut?", buttons=buttons))
    (message,) = telegram.sent
    assert message.buttons == (("Ya", f"#{REFERENCE}:0"), ("Tidak", f"#{REFERENCE}:1"))
    assert message.keyboard == ()


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    text = "\n\n".join(f"Alinea {n} " + "kata " * 200 for n in range(10))
    ids = await send(transport, OutboundMessage(text, buttons=(Button("Ya", "/affirm"),)))
    assert len(telegram.sent) == len(ids) == 3
    assert [bool(message.buttons) for message in telegram.sent] == [False, False, True]
    assert " ".join(m.text for m in telegram.sent).split() == text.split()


async def test_a_position_comes_before_its_text(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    place = Location(5.4141, 100.3288)
    await send(transport, OutboundMessage("KJRI Penang", location=place))
    pin, text = telegram.sent
    assert pin.location == (5.4141, 100.3288)
    assert (text.text, text.location) == ("KJRI Penang", None)


async def test_a_position_alone_carries_the_buttons(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    buttons = (Button("Ya", "/affirm"),)
    await send(transport, OutboundMessage("", buttons=buttons, location=Location(1.0, 2.0)))
    (pin,) = telegram.sent
    assert pin.buttons == (("Ya", f"#{REFERENCE}:0"),)


async def test_a_message_with_buttons_that_asks_for_the_position_shows_the_location_key_too(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    buttons = (Button("Bukan darurat", "/deny"),)
    await send(transport, OutboundMessage("Di mana Anda?", buttons=buttons, asks_location=True))
    question, prompt = telegram.sent
    assert question.buttons
    assert (prompt.text, prompt.asks_location) == (LABELS.location, True)


async def test_an_empty_message_is_not_sent(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("  "))
    assert (failed.value.code, failed.value.retry) == ("empty", False)
    assert telegram.calls == []


@pytest.mark.parametrize(
    ("status", "details", "expected"),
    [
        (403, {}, ("blocked", False, None)),
        (403, {"description": "Forbidden: user is deactivated"}, ("blocked", False, None)),
        (429, {"retry_after": 7}, ("rate_limited", True, 7)),
        (400, {}, ("bad_request", False, None)),
        (400, {"description": "Bad Request: chat not found"}, ("unknown_address", False, None)),
        (400, {"migrate_to_chat_id": -100}, ("unknown_address", False, None)),
        (401, {}, ("unauthorized", True, None)),
        (404, {}, ("unauthorized", True, None)),
        (500, {}, ("platform_error", True, None)),
        (502, {}, ("platform_error", True, None)),
    ],
)
async def test_a_refusal_becomes_a_code_of_our_list(
    telegram: FakeTelegram,
    transport: TelegramTransport,
    status: int,
    details: dict[str, Any],
    expected: tuple[str, bool, float | None],
) -> None:
    telegram.fail_next(status, **details)
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("rahasia"))
    error = failed.value
    assert (error.code, error.retry, error.retry_after_seconds) == expected
    assert "rahasia" not in repr(error)
    assert TOKEN not in repr(error) + repr(error.__cause__)


async def test_an_address_that_is_no_chat_is_unknown(transport: TelegramTransport) -> None:
    with pytest.raises(SendFailed) as failed:
        await transport.send("siti", OutboundMessage("halo"), reference=REFERENCE)
    assert failed.value.code == "unknown_address"


async def test_no_connection_means_that_nothing_has_left() -> None:
    transport = TelegramTransport(settings("http://127.0.0.1:9"), LABELS, crossing())
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    await transport.close()
    assert (failed.value.code, failed.value.retry) == ("network", True)


async def test_a_line_that_goes_dead_may_have_carried_the_message(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    telegram.hang_up_next()
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    assert (failed.value.code, failed.value.retry) == ("timeout", True)


async def test_no_answer_in_time_may_have_carried_the_message(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "ANSWER_SECONDS", 0.1)
    transport = TelegramTransport(settings(telegram.url), LABELS, crossing())
    telegram.hang_next(0.5)
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    await transport.close()
    assert (failed.value.code, failed.value.retry) == ("timeout", True)


async def test_another_try_goes_on_with_the_part_that_failed(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    message = OutboundMessage("KJRI Penang", location=Location(5.4, 100.3))
    telegram.fail_next(429, method="sendMessage", retry_after=1)
    with pytest.raises(SendFailed):
        await send(transport, message)
    ids = await send(transport, message)
    assert len(telegram.sent) == len(ids) == 2
    assert await send(transport, message) != ids


async def test_acknowledging_a_tap_stops_its_waiting_sign(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    await transport.acknowledge("cb:551")
    await transport.acknowledge("552")
    assert telegram.acknowledged == ["551", "552"]


async def test_a_tap_too_old_to_be_acknowledged_is_of_no_consequence(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    telegram.fail_next(400, description="Bad Request: query is too old")
    await transport.acknowledge("cb:551")
    assert telegram.acknowledged == []


async def test_many_citizens_are_served_at_once(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    telegram.hang_next(0.3)
    slow = asyncio.create_task(send(transport, OutboundMessage("satu")))
    await telegram.wait_until(lambda: len(telegram.calls) == 1)
    await transport.send("7", OutboundMessage("dua"), reference="other")
    assert not slow.done()
    with pytest.raises(SendFailed):
        await slow


async def test_the_webhook_is_registered_with_its_secret(telegram: FakeTelegram) -> None:
    await register_webhook(settings(telegram.url), "https://bot.example.id/")
    assert telegram.webhook["url"] == "https://bot.example.id/webhooks/telegram"
    assert telegram.webhook["secret_token"] == "s3cret"
    assert telegram.webhook["allowed_updates"] == '["message", "callback_query"]'


async def test_the_webhook_is_not_registered_without_a_secret(telegram: FakeTelegram) -> None:
    with pytest.raises(SetupError):
        await register_webhook(settings(telegram.url, secret=""), "https://bot.example.id")


@pytest.mark.parametrize(
    ("titles", "sizes"),
    [
        ((), ()),
        (("Ya", "Tidak"), (2,)),
        (("1", "2", "3", "4", "5"), (3, 2)),
        (("Ada", "Hilang", "Rusak"), (3,)),
        (("SPLP untuk pulang", "Paspor baru", "Dua-duanya"), (1, 2)),
        (("Tidak aman menelepon", "Bukan darurat"), (1, 1)),
    ],
)
def test_a_row_has_as_many_buttons_as_can_be_read(
    titles: tuple[str, ...], sizes: tuple[int, ...]
) -> None:
    assert row_sizes(titles) == sizes


async def test_files_follow_the_words_each_as_its_kind(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    kinds = (AttachmentKind.PHOTO, AttachmentKind.DOCUMENT, AttachmentKind.VOICE)
    files = tuple(Attachment(kind, f"file-{kind.value}") for kind in kinds)
    number = Attachment(AttachmentKind.CONTACT, "+628120000001")
    ids = await send(transport, OutboundMessage("Ini", attachments=(*files, number)))
    assert [m.file for m in telegram.sent] == [
        None,
        "file-photo",
        "file-document",
        "file-voice",
        None,
    ]
    assert [m.text for m in telegram.sent][::4] == ["Ini", "+628120000001"]
    called = [call.method for call in telegram.calls]
    assert called == ["sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendMessage"]
    assert len(ids) == 5


async def test_a_topic_is_opened_spoken_in_closed_and_opened_again(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    telegram.forums.add("-100777")
    address = await transport.open_topic("-100777", "🔴 " + "x" * 200)
    thread = address.removeprefix("-100777/")
    photo = Attachment(AttachmentKind.PHOTO, "AgAC-photo")
    message = OutboundMessage(
        "kartu", location=Location(1.0, 2.0), attachments=(photo,), clears_keyboard=True
    )
    sent = await transport.send(address, message, reference="9")
    assert [each.thread for each in telegram.sent] == [thread] * 3
    assert not any(each.keyboard or each.removes_keyboard for each in telegram.sent)
    assert sent.platform_ids == tuple(f"-100777:{each.message_id}" for each in telegram.sent)
    await transport.close_topic(address)
    assert not telegram.topics[thread].is_open
    await transport.reopen_topic(address)
    assert telegram.topics[thread].is_open


async def test_a_topic_that_is_gone_or_may_not_be_opened_is_said_so(
    telegram: FakeTelegram, transport: TelegramTransport
) -> None:
    with pytest.raises(SendFailed) as refused:
        await transport.open_topic("-100777", "x")
    assert not refused.value.retry
    with pytest.raises(SendFailed) as gone:
        await transport.send("-100777/5", OutboundMessage("halo"), reference="9")
    assert not gone.value.retry
    with pytest.raises(SendFailed):
        await transport.send("-100777/x", OutboundMessage("halo"), reference="9")
