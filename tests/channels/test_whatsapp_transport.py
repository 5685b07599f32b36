"""What a citizen sees on WhatsApp, and what we say of what Twilio refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.channels import failures
from bot.channels.whatsapp import client, errors
from bot.channels.whatsapp.transport import WhatsAppTransport
from bot.errors import SendFailed
from bot.messages import Attachment, AttachmentKind, Button, Location, OutboundMessage
from bot.settings import TwilioSettings
from tests.channels.carry import PUBLIC_URL, crossing
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, FakeTwilio

SITI = "whatsapp:+628120000001"
REFERENCE = "0b6f2c1e9d33"
YES_NO = (Button("Ya", "/affirm"), Button("Tidak", "/deny"))


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as fake:
        yield fake


@pytest.fixture
async def transport(twilio: FakeTwilio) -> AsyncIterator[WhatsAppTransport]:
    made = WhatsAppTransport(settings(twilio.url), PUBLIC_URL, crossing())
    yield made
    await made.close()


def settings(url: str) -> TwilioSettings:
    return TwilioSettings(ACCOUNT_SID, AUTH_TOKEN, whatsapp_from=SENDER, api_url=url)


async def send(transport: WhatsAppTransport, message: OutboundMessage) -> tuple[str, ...]:
    return (await transport.send(SITI, message, reference=REFERENCE)).platform_ids


async def test_a_text_arrives_and_its_reports_come_back_to_us(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    ids = await send(transport, OutboundMessage("Halo Siti 🙏\nApa kabar?"))
    (message,) = twilio.sent
    assert (message.to, message.from_) == (SITI, SENDER)
    assert message.body == "Halo Siti 🙏\nApa kabar?"
    assert message.status_callback == "https://bot.example.id/webhooks/whatsapp/status"
    assert ids == (message.sid,)


async def test_choices_become_a_numbered_menu(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    await send(transport, OutboundMessage("Lanjut?", buttons=YES_NO))
    assert twilio.sent[0].body == "Lanjut?\n\n1. Ya\n2. Tidak"


async def test_a_menu_never_shows_a_payload(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    await send(transport, OutboundMessage("", buttons=YES_NO))
    assert twilio.sent[0].body == "1. Ya\n2. Tidak"


async def test_a_long_text_comes_in_parts_with_the_menu_whole_at_the_end(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    text = "\n\n".join(f"Alinea {n} " + "kata " * 70 for n in range(12)).strip()
    buttons = tuple(Button(f"Layanan yang ke-{n}", "/x") for n in range(12))
    ids = await send(transport, OutboundMessage(text, buttons=buttons))
    menu = "\n".join(f"{n + 1}. Layanan yang ke-{n}" for n in range(12))
    assert len(ids) == len(twilio.sent) == 4
    assert twilio.sent[-1].body.endswith(menu)
    assert "1. Layanan" not in "".join(message.body for message in twilio.sent[:-1])


@pytest.mark.parametrize("length", [1590, 1600])
async def test_a_menu_that_does_not_fit_under_the_text_comes_after_it(
    twilio: FakeTwilio, transport: WhatsAppTransport, length: int
) -> None:
    await send(transport, OutboundMessage("a" * length, buttons=YES_NO))
    assert [message.body for message in twilio.sent] == ["a" * length, "1. Ya\n2. Tidak"]


async def test_a_position_comes_before_its_text(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    place = Location(5.4141, 100.32881234)
    await send(transport, OutboundMessage("KJRI Penang | MY\nBuka 8-16", location=place))
    pin, text = twilio.sent
    assert pin.persistent_action == "geo:5.414100,100.328812|KJRI Penang   MY"
    assert pin.body == "KJRI Penang   MY"
    assert (text.body, text.persistent_action) == ("KJRI Penang | MY\nBuka 8-16", None)


async def test_a_position_alone_is_named_by_its_coordinates(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    await send(transport, OutboundMessage("", location=Location(1.5, -2.25)))
    (pin,) = twilio.sent
    assert pin.persistent_action == "geo:1.500000,-2.250000|1.500000,-2.250000"


async def test_short_choices_become_quick_replies_where_a_template_is_set_up(
    twilio: FakeTwilio,
) -> None:
    transport = WhatsAppTransport(
        settings(twilio.url), PUBLIC_URL, crossing(), quick_replies={2: "HX22"}
    )
    await send(transport, OutboundMessage("Lanjut?", buttons=YES_NO))
    await transport.close()
    (message,) = twilio.sent
    assert (message.content_sid, message.body) == ("HX22", "")
    assert message.variables == {
        "1": "Lanjut?",
        "2": "Ya",
        "3": f"#{REFERENCE}:0",
        "4": "Tidak",
        "5": f"#{REFERENCE}:1",
    }


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Lanjut?", ("Ya", "Tidak", "Nanti")),
        ("Lanjut?", ("Ya", "Tidak, saya tidak mau")),
        ("Lanjut?", ("Ya", "Ya")),
        ("a" * 1025, ("Ya", "Tidak")),
        ("", ("Ya", "Tidak")),
    ],
)
async def test_what_no_quick_reply_can_carry_becomes_a_numbered_menu(
    twilio: FakeTwilio, text: str, titles: tuple[str, ...]
) -> None:
    transport = WhatsAppTransport(
        settings(twilio.url), PUBLIC_URL, crossing(), quick_replies={2: "HX22"}
    )
    buttons = tuple(Button(title, "/x") for title in titles)
    await send(transport, OutboundMessage(text, buttons=buttons))
    await transport.close()
    assert twilio.sent[0].content_sid is None
    assert f"\n2. {titles[1]}" in twilio.sent[0].body


async def test_an_empty_message_is_not_sent(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage(" \n"))
    assert (failed.value.code, twilio.calls) == ("empty", [])


@pytest.mark.parametrize(
    ("status", "details", "expected"),
    [
        (400, {"code": 63016}, ("window_closed", False, None)),
        (400, {"code": 21610}, ("opted_out", False, None)),
        (400, {"code": 21211}, ("unknown_address", False, None)),
        (400, {"code": 21617}, ("bad_request", False, None)),
        (400, {"code": 12345}, ("bad_request", False, None)),
        (400, {"code": 63018}, ("rate_limited", True, None)),
        (401, {"code": 20003}, ("unauthorized", True, None)),
        (403, {}, ("unauthorized", True, None)),
        (429, {"code": 20429, "retry_after": 3}, ("rate_limited", True, 3.0)),
        (429, {"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}, ("rate_limited", True, None)),
        (500, {}, ("platform_error", True, None)),
        (503, {}, ("platform_error", True, None)),
    ],
)
async def test_a_refusal_becomes_a_code_of_our_list(
    twilio: FakeTwilio,
    transport: WhatsAppTransport,
    status: int,
    details: dict[str, Any],
    expected: tuple[str, bool, float | None],
) -> None:
    twilio.fail_next(status, **details)
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("rahasia"))
    error = failed.value
    assert (error.code, error.retry, error.retry_after_seconds) == expected
    assert "rahasia" not in repr(error) + repr(error.__cause__)


async def test_a_wrong_account_is_noticed(twilio: FakeTwilio) -> None:
    wrong = TwilioSettings(ACCOUNT_SID, "wrong", whatsapp_from=SENDER, api_url=twilio.url)
    transport = WhatsAppTransport(wrong, PUBLIC_URL, crossing())
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    await transport.close()
    assert (failed.value.code, failed.value.retry) == ("unauthorized", True)


async def test_no_connection_means_that_nothing_has_left() -> None:
    transport = WhatsAppTransport(settings("http://127.0.0.1:9"), PUBLIC_URL, crossing())
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    await transport.close()
    assert (failed.value.code, failed.value.retry) == ("network", True)


async def test_a_line_that_goes_dead_may_have_carried_the_message(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    twilio.hang_up_next()
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    assert (failed.value.code, failed.value.retry) == ("timeout", True)


async def test_no_answer_in_time_may_have_carried_the_message(
    twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_TIMEOUT", httpx.Timeout(0.1))
    transport = WhatsAppTransport(settings(twilio.url), PUBLIC_URL, crossing())
    twilio.hang_next(0.5)
    with pytest.raises(SendFailed) as failed:
        await send(transport, OutboundMessage("halo"))
    await transport.close()
    assert (failed.value.code, failed.value.retry) == ("timeout", True)


async def test_another_try_goes_on_with_the_part_that_failed(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    message = OutboundMessage("a " * 1200)
    await send(transport, OutboundMessage("lain"))
    twilio.fail_next(503)
    with pytest.raises(SendFailed):
        await send(transport, message)
    assert len(await send(transport, message)) == 2
    assert len(twilio.sent) == 3


def test_every_code_of_twilio_that_we_know_means_a_reason_of_our_list() -> None:
    known = (20429, 21610, 30004, 63003, 63016, 63018, 63024, 63032, 63049)
    assert all(errors.explain(code, status=400) in failures.ALL for code in known)
    assert errors.explain(None, status=400) == failures.BAD_REQUEST


async def test_files_follow_the_words_one_message_each(
    twilio: FakeTwilio, transport: WhatsAppTransport
) -> None:
    media = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    files = (Attachment(AttachmentKind.PHOTO, media),)
    ids = await send(transport, OutboundMessage("Ini fotonya", attachments=files))
    assert [(m.body, m.media) for m in twilio.sent] == [("Ini fotonya", None), ("", media)]
    assert len(ids) == 2


async def test_an_approved_text_goes_out_by_its_content_sid(twilio: FakeTwilio) -> None:
    sid = "HX" + "ab" * 16
    made = WhatsAppTransport(
        replace(settings(twilio.url), citizen_template=sid), PUBLIC_URL, crossing()
    )
    await send(made, OutboundMessage("", template="citizen"))
    assert [(m.content_sid, m.body) for m in twilio.sent] == [(sid, "")]
    with pytest.raises(SendFailed, match="template_refused") as failed:
        await send(made, OutboundMessage("", template="officer"))
    assert not failed.value.retry
    await made.close()
