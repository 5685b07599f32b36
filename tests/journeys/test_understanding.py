"""Two wishes in one message, and what is done where it is not sure what was meant."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Assistant

SAFE = '/emergency_answer{"say": "safe"}'


@pytest.mark.parametrize(
    ("says", "is_card", "title", "payload"),
    [
        (
            "teman saya pingsan di Penang dan saya juga harus perpanjang paspor",
            "999",
            "Perpanjang paspor",
            "/passport_renewal",
        ),
        (
            "my friend collapsed in Penang and also I need to renew my passport",
            "999",
            "Renew passport",
            "/passport_renewal",
        ),
    ],
)
def test_danger_first_and_the_other_wish_when_it_is_over(
    assistant: Assistant, says: str, is_card: str, title: str, payload: str
) -> None:
    citizen = assistant.web()
    card = citizen.says(says)
    assert is_card in card.text
    assert "KSL-" in card.text
    assert title not in card.titles
    over = citizen.taps(SAFE)
    if title not in over.titles:
        over = citizen.reads()
    assert over.titles.count(title) == 1
    assert "KSL-" not in citizen.taps(payload).text


@pytest.mark.parametrize(
    ("says", "detail", "title"),
    [
        ("suami saya memukul saya di Penang dan paspor saya hilang", "aspor", "Ya, lanjutkan"),
        ("my husband beats me in Penang and I lost my passport", "assport", "Yes, go on"),
    ],
)
def test_where_others_may_read_the_other_wish_is_offered_without_detail(
    assistant: Assistant, says: str, detail: str, title: str
) -> None:
    citizen = assistant.web()
    citizen.says(says)
    over = citizen.taps(SAFE)
    if title not in over.titles:
        over = citizen.reads()
    assert title in over.titles
    assert detail not in over.text + "".join(over.titles)


@pytest.mark.parametrize(
    ("says", "answer", "title"),
    [
        (
            "mau perpanjang paspor di Penang dan juga daftarkan kelahiran anak saya",
            "aspor",
            "Akta lahir anak",
        ),
        (
            "how do I renew my passport in Penang and also register my newborn baby",
            "assport",
            "Register a birth",
        ),
    ],
)
def test_of_two_wishes_the_first_is_answered_and_the_other_is_a_button(
    assistant: Assistant, says: str, answer: str, title: str
) -> None:
    reply = assistant.web().says(says)
    assert answer in reply.text
    assert reply.titles.count(title) == 1
    assert reply.titles[-1] == title


@pytest.mark.parametrize(
    ("says", "asks", "officer"),
    [
        ("surat yang satunya itu bagaimana", "Yang mana maksud Anda?", "Bicara ke petugas"),
        ("about the paper thing please", "Which one do you mean?", "Talk to an officer"),
    ],
)
def test_unsure_it_asks_once_then_offers_an_officer(
    assistant: Assistant, says: str, asks: str, officer: str
) -> None:
    citizen = assistant.web()
    first = citizen.says(says)
    assert asks in first.text
    assert 2 <= len(first.titles) <= 3
    assert officer in citizen.says(says).titles


def test_a_chosen_meaning_is_noted_without_the_words(assistant: Assistant) -> None:
    citizen = assistant.web()
    words = "surat yang satunya itu bagaimana"
    offered = [button["payload"][1:] for button in citizen.says(words).buttons]
    citizen.taps(f"/{offered[1]}")
    noted = _logged(assistant, "meaning.chosen")[-1]
    assert (noted["intent"], noted["offered"]) == (offered[1], offered)
    assert "satunya" not in assistant.log.read_text()
    sample = f'consular_meanings_total{{intent="{offered[1]}",rank="2"}}'
    _wait_for(lambda: sample in httpx.get(f"{assistant.url}/metrics").text)


def test_after_another_answer_it_asks_again_what_is_meant(assistant: Assistant) -> None:
    citizen = assistant.web()
    words = "surat yang satunya itu bagaimana"
    citizen.says(words)
    citizen.says("terima kasih")
    assert "Yang mana maksud Anda?" in citizen.says(words).text


def _logged(assistant: Assistant, event: str) -> list[dict[str, Any]]:
    lines = [line for line in assistant.log.read_text().splitlines() if f'"{event}"' in line]
    return [json.loads(line[line.index("{") :]) for line in lines]


def _wait_for(is_so: Any) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)
