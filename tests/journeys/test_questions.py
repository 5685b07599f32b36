"""A question on each channel, in each language, is answered from the consular database."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Assistant

QUESTIONS = [
    ("id", "berapa biaya ganti paspor di KBRI Kuala Lumpur?", "KBRI Kuala Lumpur"),
    ("en", "how much is a passport renewal at the embassy in Kuala Lumpur?", "Kuala Lumpur"),
]


@pytest.mark.parametrize(("language", "question", "mission"), QUESTIONS)
@pytest.mark.parametrize("channel", ["web", "on_telegram", "on_whatsapp"])
def test_a_fee_question_is_answered_with_the_missions_tariff(
    assistant: Assistant, channel: str, language: str, question: str, mission: str
) -> None:
    citizen = getattr(assistant, channel)()
    reply = citizen.says(question)
    assert mission in reply.text
    assert ("Biaya" if language == "id" else "Fee") in reply.text
    assert "MYR" in reply.text


def test_a_follow_up_keeps_the_service_and_changes_the_country(assistant: Assistant) -> None:
    citizen = assistant.web()
    first = citizen.says("paspor saya mau habis, saya tinggal di Singapura, apa syaratnya?")
    second = citizen.says("kalau di Jepang?")
    third = citizen.says("berapa lama?")
    assert "Singapura" in first.text
    assert "Tokyo" in second.text
    assert "Waktu" in third.text and "Tokyo" in third.text


def test_a_follow_up_in_english_keeps_the_service(assistant: Assistant) -> None:
    citizen = assistant.web()
    citizen.says("I lost my passport in Hong Kong, what do I need?")
    reply = citizen.says("and in Taiwan?")
    assert "Taipei" in reply.text
    assert "Requirements" in reply.text


def test_a_shared_position_finds_the_nearest_mission(assistant: Assistant) -> None:
    web = assistant.web().shares(1.4927, 103.7414)
    telegram = assistant.on_telegram().shares(1.4927, 103.7414)
    whatsapp = assistant.on_whatsapp().says("", Latitude="1.4927", Longitude="103.7414")
    for reply in (web, telegram, whatsapp):
        assert "Johor Bahru" in reply.text


def test_how_long_data_is_kept_is_told_as_it_is_set(assistant: Assistant) -> None:
    reply = assistant.web().says("berapa lama data saya disimpan")
    assert "setelah 90 hari" in reply.text
    assert "{" not in reply.text


def test_a_position_in_the_sea_is_asked_again(assistant: Assistant) -> None:
    reply = assistant.web().shares(0.0, 0.0)
    assert "Johor" not in reply.text
    assert reply.text


def test_visa_questions_are_answered_in_both_directions(assistant: Assistant) -> None:
    citizen = assistant.web()
    abroad = citizen.says("apakah WNI perlu visa untuk ke Jepang?")
    home = assistant.web().says("Do Australians need a visa to visit Indonesia?")
    assert "Jepang" in abroad.text
    assert "2026" in abroad.text
    assert "Australia" in home.text


def test_a_status_is_told_after_an_identity_check(assistant: Assistant) -> None:
    citizen = assistant.web()
    asked = citizen.says("paspor saya sudah jadi belum, nomor PGS-2610-0442")
    assert "lahir" in asked.text
    told = citizen.says("3 mei 1990 / 7719")
    assert "PGS-2610-0442" in told.text
    assert "KJRI Penang" in told.text


def test_an_unknown_application_and_a_wrong_identity_answer_the_same(assistant: Assistant) -> None:
    replies = []
    for reference in ("PGS-2610-0442", "ZZZ-2610-9999"):
        citizen = assistant.web()
        citizen.says(f"status permohonan nomor {reference} gimana?")
        citizen.says("1 januari 1980")
        replies.append(citizen.says("0000").text.replace(reference, "…"))
    assert replies[0] == replies[1]
    assert "tidak cocok" in replies[0]


def test_an_emergency_gets_the_card_at_once(assistant: Assistant) -> None:
    reply = assistant.web().says("tolong saya dipukul majikan di Kuala Lumpur")
    assert "999" in reply.text
    assert "+6281290070027" in reply.text.replace(" ", "").replace("-", "")
    assert "KSL-" in reply.text


def test_asking_for_an_officer_gets_a_reference(assistant: Assistant) -> None:
    reply = assistant.web().says("saya mau bicara dengan petugas")
    assert "KSL-" in reply.text
