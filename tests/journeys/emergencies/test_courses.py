"""The course of an emergency as a citizen lives it, on each channel."""

from __future__ import annotations

import pytest

from bot.messages import Location
from tests.journeys.conftest import Assistant
from tests.journeys.emergencies.conftest import KEMLU, Office

SAFE = '/emergency_answer{"say": "safe"}'
FALSE_ALARM = '/emergency_answer{"say": "false_alarm"}'
KUALA_LUMPUR = (3.139, 101.687)


def test_a_place_is_asked_and_makes_the_card_exact(assistant: Assistant, office: Office) -> None:
    citizen = assistant.web()
    first = citizen.says("tolong saya kecelakaan")
    assert "negara dan kota mana" in first.text
    second = citizen.says("di Johor Bahru")
    assert "KJRI Johor Bahru" in second.text
    assert "999" in second.text
    (case,) = office.cases(citizen.conversation)
    assert case["mission_id"] == "kjri-johor-bahru"


def test_a_live_position_gives_the_mission_and_goes_onto_the_case(
    assistant: Assistant, office: Office
) -> None:
    citizen = assistant.web()
    citizen.says("SOS")
    assert "KBRI Kuala Lumpur" in citizen.shares(*KUALA_LUMPUR).text
    (case,) = office.cases(citizen.conversation)
    known = office.services.cases.get(case["reference"])
    assert known is not None
    assert known.location == Location(*KUALA_LUMPUR)


def test_an_impossible_position_is_asked_again(assistant: Assistant) -> None:
    citizen = assistant.web()
    assert "KSL-" in citizen.says("tolong saya diserang orang").text
    assert "tidak bisa saya cocokkan" in citizen.shares(0.0, 0.0).text
    assert "KBRI Kuala Lumpur" in citizen.shares(*KUALA_LUMPUR).text


def test_a_mistaken_key_is_closed_with_one_tap(assistant: Assistant, office: Office) -> None:
    citizen = assistant.web()
    citizen.says("DARURAT / SOS")
    assert citizen.taps(SAFE).text
    (case,) = office.cases(citizen.conversation)
    assert (case["state"], case["outcome"]) == ("closed", "withdrawn")
    assert "Tokyo" in citizen.says("jam buka KBRI Tokyo?").text
    assert office.cases(citizen.conversation)[0]["state"] == "closed"


def test_no_emergency_after_all_and_the_earlier_question_goes_on(
    assistant: Assistant, office: Office
) -> None:
    citizen = assistant.web()
    citizen.says("dompet hilang semua di Tokyo tolong")
    calm = citizen.taps(FALSE_ALARM)
    assert calm.text.startswith("Baik, kita lanjutkan.")
    answer = calm.text.removeprefix("Baik, kita lanjutkan.") or citizen.reads().text
    assert answer
    assert KEMLU not in answer
    assert "KSL-" not in answer
    (case,) = office.cases(citizen.conversation)
    assert case["outcome"] == "false_alarm"


def test_twenty_frightened_messages_open_one_case(assistant: Assistant, office: Office) -> None:
    citizen = assistant.web()
    citizen.says("tolong majikan memukul saya di Penang")
    words = ("tolong", "cepat tolong saya", "dia bawa pisau", "saya berdarah", "tolong saya takut")
    for text in words * 4:
        assert citizen.post(text=text).status_code == 202
    citizen.says("saya dipukul lagi tolong")
    cases = office.cases(citizen.conversation)
    assert len(cases) == 1


def test_another_emergency_of_the_same_citizen_is_another_case(
    assistant: Assistant, office: Office
) -> None:
    citizen = assistant.web()
    citizen.says("saya dipukul majikan di Penang")
    citizen.says("teman saya kecelakaan parah, tidak sadar, di Ipoh")
    subjects = [case["subject"] for case in office.cases(citizen.conversation)]
    assert sorted(subjects) == ["emergency_medical", "emergency_violence"]


@pytest.mark.parametrize(
    ("says", "wish"),
    [
        ("jangan telepon saya", "no_call"),
        ("balas hanya kalau aman", "when_safe"),
        ("saya mau petugas perempuan", "woman_officer"),
    ],
)
def test_a_wish_is_kept_on_the_case(
    assistant: Assistant, office: Office, says: str, wish: str
) -> None:
    citizen = assistant.web()
    citizen.says("suami saya memukul saya di Penang")
    assert citizen.says(says).text
    (case,) = office.cases(citizen.conversation)
    assert wish in case["wishes"].split(",")
    assert "discreet" in case["wishes"]


def test_safe_mode_hides_the_conversation_behind_an_innocent_menu(assistant: Assistant) -> None:
    citizen = assistant.on_telegram()
    card = citizen.says("suami saya memukul saya di Penang")
    assert card.text.startswith("Layanan informasi")
    hidden = citizen.says("menu")
    assert hidden.text.startswith("Layanan informasi")
    last = assistant.telegram.sent_to(citizen.chat_id)[-1]
    assert last.removes_keyboard
    citizen.says("terima kasih")
    later = assistant.telegram.sent_to(citizen.chat_id)[-1]
    assert not later.keyboard


def test_the_keys_of_telegram_open_triage_with_the_location_key(assistant: Assistant) -> None:
    citizen = assistant.on_telegram()
    citizen.says("halo")
    (sos,) = [
        key for key in assistant.telegram.sent_to(citizen.chat_id)[-1].keyboard if "SOS" in key
    ] or ["🆘 DARURAT / SOS"]
    assert "KSL-" in citizen.says(sos).text
    assert any(message.asks_location for message in assistant.telegram.sent_to(citizen.chat_id))
    assert "KBRI Kuala Lumpur" in citizen.shares(*KUALA_LUMPUR).text


def test_sos_on_whatsapp_and_the_number_of_a_choice(assistant: Assistant, office: Office) -> None:
    citizen = assistant.on_whatsapp()
    card = citizen.says("SOS")
    assert "3. Bukan darurat" in card.text
    assert "KSL-" in card.text
    assert citizen.says("3").text


def test_thoughts_of_suicide_get_gentle_words_and_the_most_urgent_case(
    assistant: Assistant, office: Office
) -> None:
    citizen = assistant.web()
    reply = citizen.says("saya mau bunuh diri")
    assert "langkah yang berani" in reply.text
    (case,) = office.cases(citizen.conversation)
    assert case["priority"] == "P1"


def test_the_bot_is_silent_once_an_officer_has_the_emergency(
    assistant: Assistant, office: Office
) -> None:
    citizen = assistant.web()
    citizen.says("tolong saya diculik di Penang")
    (case,) = office.cases(citizen.conversation)
    office.claims(case["reference"])
    citizen.poll(1)
    citizen.post(text="tolong cepat mereka datang lagi")
    assert citizen.poll(1.5) == []
    assert "tolong cepat mereka datang lagi" in office.said(case["reference"])
