"""Do files get from where they lie to where they are wanted, or is it said that they do not?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.crossing import Crossing
from bot.channels.files import PlatformFiles
from bot.channels.links import FOR_PLATFORMS, FileLinks
from bot.channels.telegram.keyboards import KeyboardLabels
from bot.channels.telegram.transport import TelegramTransport
from bot.channels.whatsapp import transport as whatsapp
from bot.channels.whatsapp.transport import WhatsAppTransport
from bot.clock import utc_now
from bot.errors import SendFailed
from bot.gateway.files import FileDoor
from bot.messages import Attachment, AttachmentKind, Home, OutboundMessage
from bot.privacy import Privacy
from bot.settings import TelegramSettings, TwilioSettings
from tests.channels.carry import LINKS, PUBLIC_URL
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, FakeTwilio

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT, SITI = "6812345678", "whatsapp:+628120000001"
JPEG, OGG, PDF = b"\xff\xd8\xff\xe0 a photo", b"OggS a voice", b"%PDF-1.7 a paper"
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
AWAY = "berkas itu tidak bisa ditampilkan"


class Between:
    """Two platforms, what is sent to each, and our door."""

    def __init__(self, telegram: FakeTelegram, twilio: FakeTwilio) -> None:
        self.telegram, self.twilio = telegram, twilio
        on_telegram = TelegramSettings(TOKEN, "polling", webhook_secret="s", api_url=telegram.url)
        on_twilio = TwilioSettings(
            ACCOUNT_SID, AUTH_TOKEN, whatsapp_from=SENDER, api_url=twilio.url
        )
        ours = {Home.APPOINTMENT: self._calendar}
        self.files = PlatformFiles(on_telegram, on_twilio, ours=ours)
        crossing = Crossing(self.files, LINKS)
        self.to_telegram = TelegramTransport(on_telegram, KeyboardLabels("SOS", "📍"), crossing)
        self.to_whatsapp = WhatsAppTransport(on_twilio, PUBLIC_URL, crossing)

    async def _calendar(self, reference: str) -> bytes | None:
        return CALENDAR if reference == "id/JT-1" else None

    async def telegrams(self, *files: Attachment, instead: str = "") -> None:
        message = OutboundMessage("Ini", attachments=files, instead_of_files=instead)
        await self.to_telegram.send(CHAT, message, reference="1")

    async def whatsapps(self, *files: Attachment, instead: str = "") -> None:
        message = OutboundMessage("Ini", attachments=files, instead_of_files=instead)
        await self.to_whatsapp.send(SITI, message, reference="1")

    async def fetched(self, address: str, links: FileLinks = LINKS) -> httpx.Response:
        """What our door gives for an address."""
        app = Starlette(routes=FileDoor(links, self.files).routes())
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            return await client.get(address)


@pytest.fixture
async def between() -> AsyncIterator[Between]:
    async with FakeTelegram(TOKEN) as telegram, FakeTwilio() as twilio:
        made = Between(telegram, twilio)
        yield made
        await made.to_telegram.close()
        await made.to_whatsapp.close()


def file(kind: AttachmentKind, reference: str, home: Home) -> Attachment:
    return Attachment(kind, reference, home=home)


def on_telegram(kind: AttachmentKind = AttachmentKind.PHOTO) -> Attachment:
    return file(kind, "file-1", Home.TELEGRAM)


@pytest.mark.parametrize(
    ("kind", "content", "method"),
    [
        (AttachmentKind.PHOTO, JPEG, "sendPhoto"),
        (AttachmentKind.VOICE, OGG, "sendVoice"),
        (AttachmentKind.DOCUMENT, PDF, "sendDocument"),
        (AttachmentKind.VOICE, b"#!AMR a voice", "sendDocument"),
        (AttachmentKind.PHOTO, b"no photo", "sendDocument"),
    ],
)
async def test_what_lies_at_whatsapp_is_uploaded_to_telegram(
    between: Between, kind: AttachmentKind, content: bytes, method: str
) -> None:
    between.twilio.media["ME1"] = content
    await between.telegrams(file(kind, between.twilio.media_url("ME1"), Home.WHATSAPP))
    text, sent = between.telegram.sent
    assert (text.text, sent.content) == ("Ini", content)
    assert between.telegram.calls[-1].method == method


async def test_a_calendar_file_is_uploaded_to_telegram_and_whatsapp_is_told_where_it_is(
    between: Between,
) -> None:
    calendar = file(AttachmentKind.CALENDAR, "id/JT-1", Home.APPOINTMENT)
    await between.telegrams(calendar)
    assert between.telegram.calls[-1].method == "sendDocument"
    assert between.telegram.sent[-1].content == CALENDAR

    await between.whatsapps(calendar, instead="https://bot.example.id/calendar/1.ics")
    words, address = between.twilio.sent
    assert (words.body, words.media) == ("Ini", None)
    assert (address.body, address.media) == ("https://bot.example.id/calendar/1.ics", None)


async def test_the_web_page_has_a_calendar_file_until_its_appointment_is_over(
    between: Between,
) -> None:
    calendar = file(AttachmentKind.CALENDAR, "id/JT-1", Home.APPOINTMENT)
    answer = await between.fetched(LINKS.path_of(calendar))
    assert answer.content == CALENDAR
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="calendar.ics"'
    over = LINKS.path_of(replace(calendar, reference="id/JT-2"))
    assert (await between.fetched(over)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "content", "media_type"),
    [
        (AttachmentKind.PHOTO, JPEG, "image/jpeg"),
        (AttachmentKind.VOICE, OGG, "audio/ogg"),
        (AttachmentKind.DOCUMENT, PDF, "application/pdf"),
    ],
)
async def test_what_lies_at_telegram_is_given_to_whatsapp_by_an_address(
    between: Between, kind: AttachmentKind, content: bytes, media_type: str
) -> None:
    between.telegram.files["file-1"] = content
    await between.whatsapps(on_telegram(kind))
    address = between.twilio.sent[-1].media or ""
    assert address.startswith(f"{PUBLIC_URL}files/")
    assert "file-1" not in address
    answer = await between.fetched(address)
    assert answer.content == content
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_address_that_is_changed_foreign_or_old_leads_nowhere(between: Between) -> None:
    between.telegram.files["file-1"] = JPEG
    ours = LINKS.address(on_telegram()) or ""
    other = FileLinks(Privacy("another secret of the tests"), PUBLIC_URL, utc_now)
    end = ours.split("/")[4]
    later = LINKS.address(on_telegram(), timedelta(hours=9)) or ""
    for wrong in (
        ours[:-1] + ("0" if ours[-1] != "0" else "1"),
        ours.replace(end, str(int(end) + 60)),
        later.replace(later.split("/")[-1], ours.split("/")[-1]),
        other.address(on_telegram()) or "",
        f"{PUBLIC_URL}files/x/y/z",
    ):
        assert (await between.fetched(wrong)).status_code == 404

    afterwards = FileLinks(
        Privacy("a secret of the tests"), PUBLIC_URL, lambda: utc_now() + FOR_PLATFORMS
    )
    assert (await between.fetched(ours)).status_code == 200
    assert (await between.fetched(ours, afterwards)).status_code == 404


async def test_a_phone_number_is_said_in_words(between: Between) -> None:
    await between.whatsapps(file(AttachmentKind.CONTACT, "+628120000002", Home.TELEGRAM))
    assert between.twilio.sent[-1].body == "+628120000002"


async def test_in_place_of_a_file_that_cannot_be_had_words_are_said(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    await between.whatsapps(on_telegram(), instead=AWAY)
    assert between.twilio.sent[-1].body == AWAY
    between.telegram.files["file-1"] = b"PK a program"
    await between.whatsapps(on_telegram(AttachmentKind.DOCUMENT), instead=AWAY)
    assert between.twilio.sent[-1].body == AWAY
    monkeypatch.setattr(whatsapp, "_MEDIA_BYTES", 3)
    between.telegram.files["file-1"] = JPEG
    await between.whatsapps(on_telegram(), instead=AWAY)
    assert between.twilio.sent[-1].body == AWAY
    between.twilio.media["ME1"] = JPEG
    gone = file(AttachmentKind.PHOTO, "https://elsewhere.example/ME1", Home.WHATSAPP)
    await between.telegrams(gone, instead=AWAY)
    assert between.telegram.sent[-1].text == AWAY


@pytest.mark.parametrize(
    ("size", "content", "code"),
    [(None, None, "file_gone"), (None, b"PK", "file_kind"), (10**9, JPEG, "file_too_large")],
)
async def test_without_such_words_the_message_fails_with_the_reason(
    between: Between, size: int | None, content: bytes | None, code: str
) -> None:
    if content is not None:
        between.telegram.files["file-1"] = content
    with pytest.raises(SendFailed) as failed:
        await between.whatsapps(replace(on_telegram(), size_bytes=size))
    assert (failed.value.code, failed.value.retry) == (code, False)


async def test_a_platform_in_trouble_is_tried_again_and_nothing_is_said_twice(
    between: Between,
) -> None:
    between.telegram.files["file-1"] = JPEG
    between.telegram.fail_next(500, method="getFile")
    with pytest.raises(SendFailed) as failed:
        await between.whatsapps(on_telegram(), instead=AWAY)
    assert failed.value.retry
    await between.whatsapps(on_telegram(), instead=AWAY)
    assert [bool(each.media) for each in between.twilio.sent] == [False, True]
