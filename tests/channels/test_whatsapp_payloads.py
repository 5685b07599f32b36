"""Twilio's form posts to messages and delivery reports, and their signatures."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.channels.whatsapp.form import read_form
from bot.channels.whatsapp.payloads import parse_message, parse_status
from bot.channels.whatsapp.verify import verify_signature
from bot.errors import ForgedWebhook, InvalidWebhook
from bot.messages import (
    Attachment,
    AttachmentKind,
    Channel,
    DeliveryReport,
    DeliveryState,
    Ignored,
    InboundMessage,
    Location,
)
from tests.fakes.twilio import AUTH_TOKEN, encode_form, message_form, sign, status_form

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)
SID = "SM" + "1b" * 16
SITI = "whatsapp:+628120000001"
API = "https://api.twilio.com"
MEDIA = f"{API}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
URL = "https://bot.example.id/webhooks/whatsapp"


def read(fields: dict[str, str], api_url: str = API) -> InboundMessage | Ignored:
    return parse_message(read_form(encode_form(fields)), received_at=NOW, api_url=api_url)


def read_one(body: str = "", **fields: str) -> InboundMessage:
    message = read(message_form(SID, SITI, body, **fields))
    assert isinstance(message, InboundMessage)
    return message


def test_a_text_is_a_message_known_by_its_sid() -> None:
    assert read_one("paspor sy hilang\nkak 🙏") == InboundMessage(
        Channel.WHATSAPP,
        SITI,
        message_id=SID,
        received_at=NOW,
        text="paspor sy hilang\nkak 🙏",
    )


def test_a_blank_message_is_still_a_message() -> None:
    assert read_one("").text == ""


def test_a_quick_reply_carries_its_payload_and_its_words() -> None:
    message = read_one("Ya", ButtonPayload="#8c1f:0", ButtonText="Ya")
    assert (message.payload, message.text) == ("#8c1f:0", "Ya")


def test_a_blank_payload_is_none() -> None:
    assert read_one("Ya", ButtonPayload="", ButtonText="").payload is None


def test_a_chosen_list_row_carries_its_id() -> None:
    assert read_one("Paspor", ListId="#8c1f:4", ListTitle="Paspor").payload == "#8c1f:4"


def test_a_quoted_message_is_kept_as_its_sid() -> None:
    assert read_one("ini", OriginalRepliedMessageSid="SM9").reply_to == "SM9"


def test_a_position_is_kept() -> None:
    message = read_one(Latitude="5.4141", Longitude="100.3288", MessageType="location")
    assert message.location == Location(5.4141, 100.3288)


def test_blank_coordinates_are_no_position() -> None:
    assert read_one("halo", Latitude="", Longitude="").location is None


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/jpeg", AttachmentKind.PHOTO),
        ("application/pdf", AttachmentKind.DOCUMENT),
        ("audio/ogg", AttachmentKind.VOICE),
        ("video/mp4", AttachmentKind.VIDEO),
        ("text/vcard", AttachmentKind.CONTACT),
        ("", AttachmentKind.DOCUMENT),
    ],
)
def test_media_are_kept_as_kind_and_address(media_type: str, kind: AttachmentKind) -> None:
    message = read_one(NumMedia="1", MediaUrl0=MEDIA, MediaContentType0=media_type)
    assert message.attachments == (Attachment(kind, MEDIA, media_type or None),)


def test_the_parameters_of_a_media_type_do_not_matter() -> None:
    message = read_one(NumMedia="1", MediaUrl0=MEDIA, MediaContentType0="audio/ogg; codecs=opus")
    assert message.attachments[0].media_type == "audio/ogg"


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        (MEDIA, True),
        ("https://media.twiliocdn.com/AC1/x", True),
        ("http://127.0.0.1:9/2010-04-01/Media/ME1", True),
        ("http://127.0.0.1:10/x", False),
        ("http://api.twilio.com/x", False),
        ("https://api.twilio.com:8443/x", False),
        ("https://api.twilio.com.evil.example/x", False),
        ("https://evil-twiliocdn.com/x", False),
        ("https://api.twilio.com@evil.example/x", False),
        ("https://evil@api.twilio.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("https://api.twilio.com:port/x", False),
        ("", False),
    ],
)
def test_media_come_from_the_platforms_hosts_only(url: str, is_kept: bool) -> None:
    fields = message_form(
        SID, SITI, "foto", NumMedia="1", MediaUrl0=url, MediaContentType0="image/png"
    )
    message = read(fields, api_url="http://127.0.0.1:9")
    assert isinstance(message, InboundMessage)
    assert message.text == "foto"
    assert bool(message.attachments) is is_kept


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"NumMedia": "1", "MediaUrl0": MEDIA, "MediaContentType0": "image/webp"},
            "sticker",
        ),
        (
            {"NumMedia": "1", "MediaUrl0": "https://x.example/a", "MediaContentType0": "image/png"},
            "foreign_media",
        ),
        ({"From": "+628120000001", "Body": "sms"}, "not_whatsapp"),
        ({"MessageStatus": "delivered"}, "delivery_report"),
    ],
)
def test_what_is_not_for_us_is_ignored_for_a_reason(fields: dict[str, str], reason: str) -> None:
    assert read({**message_form(SID, SITI), **fields}) == Ignored(reason)


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "", "SmsMessageSid": "", "SmsSid": ""},
        {"MessageSid": "../../etc"},
        {"From": ""},
        {"From": "whatsapp:"},
        {"From": "whatsapp:+62 812\n"},
        {"NumMedia": "-1"},
        {"NumMedia": "dua"},
        {"Latitude": "utara", "Longitude": "1"},
        {"Latitude": "nan", "Longitude": "1"},
        {"Latitude": "91", "Longitude": "1"},
        {"Latitude": "1"},
    ],
)
def test_what_is_no_message_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidWebhook):
        read({**message_form(SID, SITI), **fields})


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"Body=%FF", b"&".join(b"f%d=1" % n for n in range(300))]
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        read_form(body)


def test_text_is_cleaned_and_cut() -> None:
    message = read_one("a\x00b" + "c" * 20_000)
    assert len(message.text) == 10_000
    assert message.text.startswith("abc")


def test_no_more_media_are_read_than_the_platform_sends() -> None:
    fields = {f"MediaUrl{n}": MEDIA for n in range(12)}
    fields |= {f"MediaContentType{n}": "image/png" for n in range(12)}
    assert len(read_one(NumMedia="999999", **fields).attachments) == 10


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", DeliveryState.QUEUED),
        ("accepted", DeliveryState.QUEUED),
        ("sending", DeliveryState.QUEUED),
        ("sent", DeliveryState.SENT),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.READ),
    ],
)
def test_a_report_says_how_far_a_message_has_come(status: str, state: DeliveryState) -> None:
    form = read_form(encode_form(status_form(SID, status)))
    assert parse_status(form) == DeliveryReport(SID, state)


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [
        ("failed", "63016", "window_closed"),
        ("undelivered", "21610", "opted_out"),
        ("undelivered", "63024", "unknown_address"),
        ("failed", "99999", "undelivered"),
        ("failed", "", "undelivered"),
        ("failed", "²", "undelivered"),
        ("canceled", "", "undelivered"),
    ],
)
def test_a_failed_report_has_a_reason_of_our_list(status: str, code: str, ours: str) -> None:
    form = read_form(encode_form(status_form(SID, status, ErrorCode=code)))
    assert parse_status(form) == DeliveryReport(SID, DeliveryState.FAILED, ours)


def test_an_unknown_status_is_ignored_and_a_missing_one_refused() -> None:
    assert parse_status(read_form(encode_form(status_form(SID, "teleported")))) == Ignored(
        "unknown_status"
    )
    with pytest.raises(InvalidWebhook):
        parse_status(read_form(encode_form(status_form(SID, "", SmsStatus=""))))


@pytest.mark.parametrize(
    "fields",
    [
        message_form(SID, SITI, "halo"),
        message_form(SID, SITI, "", ButtonPayload="", ButtonText="", MediaUrl0=""),
        message_form(SID, SITI, "é 🙏 + & = %41\r\n"),
        {},
    ],
)
def test_the_right_signature_is_let_in_blank_fields_included(fields: dict[str, str]) -> None:
    form = read_form(encode_form(fields))
    verify_signature(form, sign(URL, fields), url=URL, auth_token=AUTH_TOKEN)


def test_repeated_fields_are_signed_too() -> None:
    pairs = [("Body", "b"), ("Body", "a"), ("Body", "a"), ("From", SITI)]
    form = read_form(encode_form(pairs))
    verify_signature(form, sign(URL, pairs), url=URL, auth_token=AUTH_TOKEN)


@pytest.mark.parametrize(
    "signed_url",
    ["https://bot.example.id:443/webhooks/whatsapp", "https://bot.example.id/webhooks/whatsapp"],
)
def test_twilio_may_sign_with_or_without_the_port(signed_url: str) -> None:
    fields = message_form(SID, SITI, "halo")
    form = read_form(encode_form(fields))
    verify_signature(form, sign(signed_url, fields), url=URL, auth_token=AUTH_TOKEN)


def test_the_recipe_gives_the_signature_of_twilios_document() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign(url, fields, "12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    form = read_form(encode_form(fields))
    verify_signature(form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", url=url, auth_token="12345")


@pytest.mark.parametrize(
    ("signature", "token"),
    [
        (None, AUTH_TOKEN),
        ("", AUTH_TOKEN),
        ("AAAA", AUTH_TOKEN),
        ("é\udcff", AUTH_TOKEN),
        (sign(URL, message_form(SID, SITI, "lain")), AUTH_TOKEN),
        (sign(URL + "/status", message_form(SID, SITI, "halo")), AUTH_TOKEN),
        (sign(URL, message_form(SID, SITI, "halo"), "other"), AUTH_TOKEN),
        (sign(URL, message_form(SID, SITI, "halo"), ""), ""),
    ],
)
def test_a_missing_or_wrong_signature_is_refused(signature: str | None, token: str) -> None:
    form = read_form(encode_form(message_form(SID, SITI, "halo")))
    with pytest.raises(ForgedWebhook):
        verify_signature(form, signature, url=URL, auth_token=token)


def test_a_field_added_on_the_way_is_noticed() -> None:
    fields = message_form(SID, SITI, "halo")
    form = read_form(encode_form({**fields, "ButtonPayload": "/close"}))
    with pytest.raises(ForgedWebhook):
        verify_signature(form, sign(URL, fields), url=URL, auth_token=AUTH_TOKEN)
