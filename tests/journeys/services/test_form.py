"""Lapor diri in both languages: filled in, interrupted, resumed, corrected, confirmed, sealed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest

from bot.content.guided import load_guide
from tests.journeys.conftest import Assistant
from tests.journeys.services.talk import Journey, whole

FORM = load_guide().forms["lapor_diri_form"]
EVENTS = [choice.value for step in FORM.steps if step.key == "event" for choice in step.choices]
CASES = [(event, language) for event in EVENTS for language in ("id", "en")]
OPENS = {"id": "mau lapor diri", "en": "I want to register with the embassy, lapor diri"}
CHECKLIST = {
    "id": ["baru tiba", "liburan"],
    "en": ["just arrived", "a short trip"],
}
CHANGE = {"id": "ubah telepon", "en": "change phone"}
CONFIRM = {"id": "sudah benar", "en": "all correct"}
NEW_PHONE = "+60 13-765 4321"


def fill(assistant: Assistant, event: str, language: str) -> str:
    """Fills the form in; the conversation."""
    citizen = assistant.web()
    for text in (OPENS[language], *CHECKLIST[language]):
        card = citizen.says(text)
    assert "/fill_form" in [button["payload"] for button in card.buttons], card.text
    choice = next(s for s in FORM.steps if s.key == "event").choice(event)
    assert choice
    journey = Journey(citizen, FORM, language, answers={"event": choice.title.text(language)})
    summary = journey.goes(citizen.taps("/fill_form"))
    assert journey.asked[0] == "consent"
    assert "+60123456789" in summary.text, summary.text
    asked = citizen.says(CHANGE[language])
    assert asked.text.strip(), asked.text
    summary = citizen.says(NEW_PHONE)
    whole(summary)
    assert "+60137654321" in summary.text, summary.text
    assert "Budi Santoso" in summary.text
    saved = citizen.says(CONFIRM[language])
    whole(saved)
    assert ("petugas" if language == "id" else "officer") in saved.text, saved.text
    return citizen.conversation


@pytest.fixture(scope="module")
def filled(assistant: Assistant) -> dict[tuple[str, str], Future[str]]:
    """All of them at once."""
    with ThreadPoolExecutor(len(CASES)) as crowd:
        return {case: crowd.submit(fill, assistant, *case) for case in CASES}


@pytest.mark.parametrize(("event", "language"), CASES)
def test_the_form_is_filled_in_corrected_and_kept_sealed(
    assistant: Assistant, filled: dict[tuple[str, str], Future[str]], event: str, language: str
) -> None:
    conversation = filled[event, language].result()
    with closing(sqlite3.connect(assistant.data_dir / "consular.db")) as database:
        rows = database.execute(
            "SELECT * FROM registrations WHERE conversation_id = ?", [conversation]
        ).fetchall()
    assert len(rows) == 1
    assert "Budi" not in str(rows)
