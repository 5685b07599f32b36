"""What is not a sensible message gets a sensible answer, or none, and never a traceback."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.journeys.conftest import SECRET, Assistant


def test_the_same_update_posted_twice_is_answered_once(assistant: Assistant) -> None:
    citizen = assistant.on_telegram()
    update = citizen.update("jam buka KBRI Tokyo")
    assert [citizen.post(update).status_code for _ in range(2)] == [200, 200]
    time.sleep(2)
    assert len(assistant.telegram.sent_to(citizen.chat_id)) == 1


def test_the_same_whatsapp_message_posted_twice_is_answered_once(assistant: Assistant) -> None:
    citizen = assistant.on_whatsapp()
    form = citizen.form("what are the opening hours of KBRI Tokyo")
    assert [citizen.post(form).status_code for _ in range(2)] == [200, 200]
    time.sleep(2)
    assert len(assistant.twilio.sent_to(citizen.address)) == 1


@pytest.mark.parametrize(
    "text",
    ["😀😀😀", "\u0000\u0007\u200b", "x" * 10_000, "a " * 5_000, "/restart", "????"],
    ids=["emoji", "control", "long word", "many words", "command", "marks"],
)
def test_odd_text_gets_an_answer(assistant: Assistant, text: str) -> None:
    reply = assistant.web().says(text)
    assert reply.text
    assert "Traceback" not in reply.text


def test_a_typed_intent_is_not_taken_for_a_button(assistant: Assistant) -> None:
    citizen = assistant.web()
    citizen.says("/emergency_general")
    log = assistant.log.read_text()
    assert "Traceback" not in log
    forged = citizen.taps("/emergency_general")
    assert "KSL-" not in forged.text


def test_a_button_of_yesterday_is_still_understood(assistant: Assistant) -> None:
    citizen = assistant.on_telegram()
    menu = citizen.says("menu")
    citizen.says("terima kasih")
    again = citizen.taps(menu.buttons[0]["payload"])
    assert again.text


def test_a_button_that_was_never_shown_gets_a_sensible_answer(assistant: Assistant) -> None:
    reply = assistant.on_telegram().taps("#999999:7")
    assert reply.text


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{}", 403),
        ({"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 403),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"not json", 400),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"x" * 300_000, 413),
    ],
    ids=["unsigned", "forged", "malformed", "oversized"],
)
def test_bad_webhooks_are_refused(
    assistant: Assistant, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = httpx.post(f"{assistant.url}/webhooks/telegram", content=body, headers=headers)
    assert answer.status_code == status


def test_no_words_of_a_citizen_reach_the_log(assistant: Assistant) -> None:
    secret_word = "zirkonium9431"
    citizen = assistant.web()
    citizen.says(f"paspor saya hilang {secret_word} di Jeddah")
    assert secret_word not in assistant.log.read_text()
