"""Status and "is it genuine?": what was asked for is still waited for after another question."""

from __future__ import annotations

import pytest

from bot.content.catalogue import Catalogue
from tests.journeys.conftest import Assistant
from tests.journeys.services.talk import whole

SAYS = {
    "id": {
        "status": "paspor saya sudah jadi belum, nomor SGP-2611-0107",
        "born": "21 november 1984",
        "genuine": "ada yang ngaku KBRI, nomornya asli atau palsu?",
        "aside": "jam buka KBRI Singapura?",
        "go on": "lanjut",
        "slip": "eh salah, ",
    },
    "en": {
        "status": "is my passport ready? number SGP-2611-0107",
        "born": "21 November 1984",
        "genuine": "is this website real?",
        "aside": "what are the opening hours of the embassy in Singapore?",
        "go on": "continue",
        "slip": "sorry, I meant ",
    },
}


def sentence(key: str, language: str) -> str:
    """How a response begins."""
    return Catalogue.load().render(key, language, {}).text.split("\n")[0]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_status_check_goes_on_after_another_question_and_a_slip(
    assistant: Assistant, language: str
) -> None:
    says, citizen = SAYS[language], assistant.web()
    citizen.says(says["status"])
    asks_document = citizen.says(says["born"]).text
    assert "+6567377422" in citizen.says(says["aside"]).text
    assert citizen.says(says["go on"]).text == asks_document
    refused = citizen.says("1111")
    assert "SGP-2611-0107" not in refused.text or "✔" not in refused.text
    told = citizen.says(says["slip"] + says["born"] + " / 3056")
    whole(told)
    assert "SGP-2611-0107" in told.text
    assert ("KBRI Singapura" if language == "id" else "Singapore") in told.text
    assert "2026" in told.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_contact_is_checked_after_another_question_and_a_slip(
    assistant: Assistant, language: str
) -> None:
    says, citizen = SAYS[language], assistant.web()
    asked = citizen.says(says["genuine"]).text
    assert "+6567377422" in citizen.says(says["aside"]).text
    assert citizen.says(says["go on"]).text == asked
    fake = citizen.says("peduliwni.com")
    whole(fake)
    assert "peduliwni.com" in fake.text and "peduliwni.kemlu.go.id" in fake.text
    real = citizen.says(says["slip"] + "+6281290070027")
    whole(real)
    assert sentence("utter_official_known", language) in real.text
