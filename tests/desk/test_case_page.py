"""Does a case's page show what an officer must know, and no more than that?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.casework.case import Context, Line
from bot.conversation.session import Owner
from bot.messages import (
    Attachment,
    AttachmentKind,
    Channel,
    DeliveryReport,
    DeliveryState,
    Location,
    OutboundMessage,
)
from bot.services.open_case import Opening
from bot.services.windows import Window
from tests.desk.browser import Browser, forms, open_page, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE

# What the page shows


def test_the_page_shows_who_where_what_and_what_to_heed(office: Office, browser: Browser) -> None:
    conversation = office.citizen()
    opened = office.services.open_case.open(
        Opening(
            conversation,
            "emergency_violence",
            language="id",
            mission=SINGAPORE,
            location=Location(1.3521, 103.8198),
            for_whom="child",
            wishes=("no_call", "woman_officer"),
            context=Context(
                "Anak dipukul.",
                lines=(Line("citizen", "tolong anak saya"), Line("bot", "Apakah dia aman?")),
                form=(("name", "Sri"), ("passport", "C7654321"), ("phone", "+6591234567")),
            ),
        )
    )
    shown = open_page(browser, opened.case.reference)
    text = words(shown)

    for expected in (
        "Anak dipukul.",
        "Indonesian",
        "A child",
        "Heed: Do not call · Asks for a woman officer",
        "tolong anak saya",
        "Apakah dia aman?",
        "Name Sri",
        "P1 Emergency",
        "KSL-",
    ):
        assert expected in text, expected
    assert "https://www.openstreetmap.org/?mlat=1.35210&amp;mlon=103.81980" in shown.text


def test_what_the_bot_said_and_did_not_say_is_shown(
    office: Office, rina: int, browser: Browser, case: str
) -> None:
    conversation = office.citizen()
    message = office.message("halo?")
    office.services.claim(case, rina)
    office.outbox.write(
        conversation,
        in_reply_to=message.message_id,
        messages=[OutboundMessage("Saya bot.")],
        only_if_owner=Owner.BOT,
    )

    assert "Saya bot. 10:00 · Not sent to the citizen: an officer had taken over" in words(
        open_page(browser, case)
    )


def test_how_far_a_reply_came_is_shown_with_the_reason_of_a_failure(
    office: Office, browser: Browser, held: str
) -> None:
    conversation = office.citizen()
    for text in ("satu", "dua", "tiga"):
        browser.press(open_page(browser, held), "/reply", text=text)
        office.clock.forward(seconds=1)
    first, second, third = office.outbox.queued(conversation)
    office.outbox.mark_sent(first.id, ["p1"])
    office.outbox.report(DeliveryReport("p1", DeliveryState.READ))
    office.outbox.mark_failed(second.id, "blocked")
    office.outbox.mark_waiting(third.id, code="window_closed", due_at=office.clock.now)
    text = words(open_page(browser, held))

    assert "satu 10:00 · read" in text
    assert "dua 10:00 · failed: the citizen has blocked the bot" in text
    assert "tiga 10:00 · on its way (the 24-hour WhatsApp window is closed)" in text


def test_files_and_places_of_a_citizen_are_shown(
    office: Office, browser: Browser, held: str
) -> None:
    conversation = office.citizen()
    photo = Attachment(AttachmentKind.PHOTO, "file-id", "image/jpeg", 243_000)
    office.services.from_citizen(conversation, office.message("", attachments=(photo,)))
    office.services.from_citizen(conversation, office.message("", location=Location(1.29, 103.85)))
    page = open_page(browser, held)

    assert "Photo · 237 kB" in words(page)
    assert "mlat=1.29000&amp;mlon=103.85000" in page.text
    assert "file-id" not in page.text


def test_the_citizens_other_cases_are_linked_as_far_as_they_may_be_seen(
    office: Office, browser: Browser, case: str
) -> None:
    conversation = office.citizen()
    seen = office.asks(conversation, "legalisation").reference
    hidden = office.asks(conversation, "visa_on_arrival", mission=FRANKFURT).reference
    page = open_page(browser, case)

    assert f"/desk/cases/{seen}" in page.text
    assert hidden not in page.text


# Numbers


@pytest.fixture
def whatsapp_case(office: Office) -> str:
    address = "whatsapp:+6591234567"
    conversation = PRIVACY.conversation_id("whatsapp", address)
    office.conversations.open(conversation, channel=Channel.WHATSAPP, address=address)
    message = office.message("halo", channel=Channel.WHATSAPP, address=address)
    opening = Opening(
        conversation,
        "passport_lost",
        language="id",
        mission=SINGAPORE,
        hands_over=True,
        context=Context(form=(("passport", "C7654321"),)),
    )
    reference = office.services.open_case.open(opening).case.reference
    office.services.from_citizen(conversation, message)
    return reference


def test_numbers_are_masked_until_they_are_asked_for_and_that_is_on_record(
    office: Office, rina: int, browser: Browser, whatsapp_case: str
) -> None:
    waiting = open_page(browser, whatsapp_case)
    assert "+65 •••• 4567" in words(waiting)
    assert "••••4321" in words(waiting)
    assert "91234567" not in waiting.text
    assert not browser.has(waiting, "/reveal")
    page = browser.press(waiting, "/claim")
    assert "91234567" not in page.text
    revealed = browser.press(page, "/reveal")

    assert "+6591234567" in words(revealed)
    assert "C7654321" in words(revealed)
    assert office.audited("desk.reveal") == [(f"officer:{rina}", whatsapp_case, "done")]


def test_whoever_does_not_have_the_case_gets_no_numbers(
    office: Office, rina: int, browser: Browser, whatsapp_case: str
) -> None:
    csrf = forms(browser.get("/desk/me"))[-1].fields["csrf"]
    answer = browser.http.post(f"/desk/cases/{whatsapp_case}/reveal", data={"csrf": csrf})

    assert answer.status_code == 403
    assert "91234567" not in answer.text
    assert office.audited("desk.reveal")[-1][2] == "not_allowed"


def test_the_whatsapp_window_is_counted_down(
    office: Office, browser: Browser, whatsapp_case: str
) -> None:
    case = office.services.cases.get(whatsapp_case)
    assert case is not None
    assert "window" not in words(open_page(browser, whatsapp_case))

    for left, said in (
        (timedelta(hours=23, minutes=59), "The WhatsApp window closes in 23 h 59 min"),
        (timedelta(hours=1, minutes=30), "The WhatsApp window closes soon. Left 1 h 30 min"),
    ):
        office.windows[case.conversation_id] = Window(office.clock.now + left)
        assert said in words(open_page(browser, whatsapp_case))
    office.windows[case.conversation_id] = Window(None)
    assert "The 24-hour WhatsApp window is closed" in words(open_page(browser, whatsapp_case))


def test_a_telegram_case_has_no_window(browser: Browser, case: str) -> None:
    assert "window" not in words(open_page(browser, case))


# The transcript


def test_the_transcript_is_taken_as_json_and_as_html_and_that_is_on_record(
    office: Office, browser: Browser, held: str
) -> None:
    conversation = office.citizen()
    office.services.from_citizen(conversation, office.message("<b>tolong</b>"))
    page = browser.press(open_page(browser, held), "/reply", text="Sebentar.")
    as_json = browser.press(page, "/export", format="json")
    as_html = browser.press(page, "/export", format="html")

    texts = [entry.get("text") for entry in json.loads(as_json.text)["entries"]]
    assert {"<b>tolong</b>", "Sebentar."} <= set(texts)
    assert as_json.headers["content-disposition"] == f'attachment; filename="{held}.json"'
    assert as_html.headers["content-disposition"] == f'attachment; filename="{held}.html"'
    assert "&lt;b&gt;tolong" in as_html.text
    assert "Lost passport" in as_html.text
    assert "Claimed · Rina" in words(as_html)
    kinds = [event.kind.value for event in office.services.transcripts.events(held)]
    assert kinds.count("exported") == 2


def test_a_transcript_is_not_for_everybody_who_sees_the_case(office: Office, held: str) -> None:
    tono = office.sign_in(office.officer("Tono"))
    csrf = forms(tono.get("/desk/me"))[-1].fields["csrf"]
    answer = tono.http.post(f"/desk/cases/{held}/export", data={"csrf": csrf, "format": "json"})

    assert answer.headers["content-type"].startswith("text/html")
    assert "content-disposition" not in answer.headers
