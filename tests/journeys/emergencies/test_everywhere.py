"""Every kind of emergency, in both languages, whatever is open or broken: the card and a case."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import Assistant
from tests.journeys.emergencies.conftest import MESSAGES, Office, assert_card, until

FIRST_CARD_SECONDS = 3.0
Stop = Callable[[str], contextlib.AbstractContextManager[None]]
every_message = pytest.mark.parametrize(
    ("row", "language"),
    [(row, language) for row in MESSAGES for language in ("id", "en")],
    ids=[f"{row['kind']}-{language}" for row in MESSAGES for language in ("id", "en")],
)


def assert_case(office: Office, conversation: str, row: dict[str, Any]) -> dict[str, Any]:
    """One case, as urgent as it should be, and what was said is in it."""
    cases = [case for case in office.cases(conversation) if case["reason"] == "emergency"]
    assert [(case["subject"], case["priority"]) for case in cases] == [
        (row["intent"], row["priority"])
    ]
    return cases[0]


def test_every_intent_and_every_kind_has_a_message() -> None:
    kinds = ["general", "arrest", "medical", "death", "violence"]
    kinds += ["trafficking", "disaster", "missing", "stranded"]
    assert {row["intent"] for row in MESSAGES} >= {f"emergency_{kind}" for kind in kinds}
    assert len({row["kind"] for row in MESSAGES}) == 16


@every_message
def test_in_a_fresh_conversation(
    assistant: Assistant, office: Office, row: dict[str, Any], language: str
) -> None:
    citizen = assistant.web()
    reply = citizen.says(row[language])
    assert_card(reply.text, row, language)
    case = assert_case(office, citizen.conversation, row)
    assert case["reference"] in reply.text
    assert office.said(case["reference"]) == [row[language]]


@every_message
def test_inside_a_guided_dialogue(
    assistant: Assistant, office: Office, row: dict[str, Any], language: str
) -> None:
    citizen = assistant.web()
    begins = {"id": "saya mau lapor diri", "en": "I want to register my residence abroad"}
    citizen.says(begins[language])
    assert_card(citizen.says(row[language]).text, row, language)
    assert_case(office, citizen.conversation, row)


@pytest.mark.parametrize(
    "says",
    [
        [
            "mau urus surat kematian suami saya",
            "memulangkan jenazah",
            "sendiri",
            "majikan",
            "Riyadh",
        ],
        ["I need to extend my work contract", "employee", "another", "in Dubai"],
    ],
)
def test_answers_to_a_checklist_open_no_case(
    assistant: Assistant, office: Office, says: list[str]
) -> None:
    citizen = assistant.web()
    for text in says:
        citizen.says(text)
    assert office.cases(citizen.conversation) == []


@every_message
def test_while_an_officer_has_the_conversation(
    assistant: Assistant, office: Office, row: dict[str, Any], language: str
) -> None:
    citizen = assistant.web()
    wants = {"id": "saya mau bicara dengan petugas", "en": "I want to talk to an officer"}
    citizen.says(wants[language])
    (asked,) = office.cases(citizen.conversation)
    office.claims(asked["reference"])
    assert_card(citizen.says(row[language]).text, row, language)
    assert_case(office, citizen.conversation, row)
    assert office.owner(citizen.conversation) == "officer"
    until(lambda: row[language] in office.said(asked["reference"]))


@every_message
def test_with_rasa_stopped(
    assistant: Assistant, office: Office, stopped: Stop, row: dict[str, Any], language: str
) -> None:
    citizen = assistant.web()
    with stopped("rasa"):
        started = time.monotonic()
        reply = citizen.says(row[language])
        assert time.monotonic() - started < FIRST_CARD_SECONDS
    assert_card(reply.text, row, language)
    assert_case(office, citizen.conversation, row)


@pytest.mark.parametrize("kind", ["MEDICAL", "TRAFFICKING", "SELF_HARM"])
def test_with_the_database_locked(assistant: Assistant, office: Office, kind: str) -> None:
    row = next(row for row in MESSAGES if row["kind"] == kind)
    citizen = assistant.web()
    with office.database_locked():
        started = time.monotonic()
        reply = citizen.says(row["id"])
        assert time.monotonic() - started < FIRST_CARD_SECONDS
    assert_card(reply.text, row, "id")
    until(lambda: bool(office.cases(citizen.conversation)))
    case = assert_case(office, citizen.conversation, row)
    assert case["reference"] in citizen.reads().text


def test_with_the_action_server_stopped(
    assistant: Assistant, office: Office, stopped: Stop
) -> None:
    row = MESSAGES[0]
    citizen = assistant.web()
    with stopped("actions"):
        assert_card(citizen.says(row["en"]).text, row, "en")
    assert_case(office, citizen.conversation, row)


def test_help_overtakes_words_that_wait_for_the_assistant(
    assistant: Assistant, stopped: Stop
) -> None:
    citizen = assistant.web()
    with stopped("rasa"):
        citizen.post(text="jam buka kantor di Tokyo?")
        time.sleep(0.3)
        started = time.monotonic()
        assert "KSL-" in citizen.says("tolong saya diculik di Tokyo").text
        assert time.monotonic() - started < FIRST_CARD_SECONDS
    assert "Tokyo" in citizen.reads().text
