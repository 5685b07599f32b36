"""What is offered after an answer: a report, the legal basis, the personal checklist."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from tests.journeys.conftest import Assistant


def test_a_contact_that_is_not_listed_can_be_reported(assistant: Assistant) -> None:
    citizen = assistant.web()
    answer = citizen.says("apakah nomor +62 899 1112 2233 asli dari KBRI?")
    report = next(b for b in answer.buttons if b["title"] == "Laporkan")
    told = citizen.taps(report["payload"])
    assert "KSL-" in told.text
    assert "not_listed" not in told.text
    assert "1112" in told.text.replace("-", "").replace(" ", "")


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("apa syarat ganti paspor di Penang?", "dasar hukum", "Dasar hukum: Permenkumham"),
        (
            "what do I need to renew my passport in Penang?",
            "legal basis",
            "Legal basis: Permenkumham",
        ),
    ],
)
def test_the_legal_basis_is_told_on_request(
    assistant: Assistant, question: str, words: str, expected: str
) -> None:
    citizen = assistant.web()
    answer = citizen.says(question)
    assert expected not in answer.text
    by_words = citizen.says(words)
    assert expected in by_words.text
    button = next(b for b in answer.buttons if "legal_basis" in b["payload"])
    assert expected in citizen.taps(button["payload"]).text


def test_a_visa_answer_offers_the_personal_checklist(assistant: Assistant) -> None:
    citizen = assistant.web()
    answer = citizen.says("apakah WNI perlu visa untuk ke Jepang?")
    button = next(b for b in answer.buttons if b["title"] == "Syarat untuk saya")
    asked = citizen.taps(button["payload"])
    assert "Kunjungan singkat" in asked.titles


def test_whom_a_case_is_about_is_kept_apart_from_who_writes(assistant: Assistant) -> None:
    citizen = assistant.web()
    citizen.says("anak saya di Taiwan mau perpanjang paspor, apa syaratnya?")
    told = citizen.taps("/talk_to_officer")
    reference = re.search(r"KSL-\d{6}-\w+", told.text)
    assert reference
    with closing(sqlite3.connect(assistant.data_dir / "consular.db")) as database:
        row = database.execute(
            "SELECT for_whom FROM cases WHERE reference = ?", (reference.group(),)
        ).fetchone()
    assert row == ("child",)
