"""The emergency card, with real facts: it fits, it has every number, its tone is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.casework.case import Priority
from bot.consular.place import Place
from bot.content.catalogue import Catalogue
from bot.content.emergency_words import CARD_CHARACTERS, CatalogueEmergencyWords
from bot.emergency.course import Saying
from bot.emergency.emergency import Emergency
from bot.emergency.kinds import Kind, Tone
from bot.emergency.rules import load_rules
from bot.services.find_mission import FoundMission
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.seeding import seed

RULES = load_rules()
NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
LANGUAGES = ("id", "en")
FROM_THE_TWELVE = tuple(kind for kind in Kind if kind is not Kind.GENERAL)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlConsularFacts]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('cards') / 'facts.db'}")
    schema.upgrade(engine)
    seed(engine)
    yield SqlConsularFacts(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def words(facts: SqlConsularFacts) -> CatalogueEmergencyWords:
    return CatalogueEmergencyWords(Catalogue.load(), facts)


def an_emergency(kind: Kind, language: str, **changes: object) -> Emergency:
    made = Emergency(
        kind=kind,
        subject=RULES.kinds[kind].intent,
        tone=RULES.kinds[kind].tone,
        priority=Priority.P1,
        language=language,
        opened_at=NOW,
        heard_at=NOW,
        handled=("m1",),
        original="tolong",
        place=Place(country="MY"),
        case="KSL-261124-7Q4M",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def everywhere(facts: SqlConsularFacts) -> list[FoundMission]:
    """Every mission at home, every accreditation abroad, and nowhere."""
    found = [FoundMission(mission, country=mission.country) for mission in facts.missions()]
    found += [
        FoundMission(facts.mission(row.mission_id), country=row.country)
        for mission in facts.missions()
        for row in facts.jurisdictions(mission.country)
    ]
    return [*found, FoundMission(None), FoundMission(None, country="ID")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_card_fits_wherever_it_is_needed(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts, kind: Kind, language: str
) -> None:
    for found in everywhere(facts):
        message = words.say(Saying.CARD, an_emergency(kind, language), found)
        assert len(message.text) <= CARD_CHARACTERS, (len(message.text), found.mission)
        assert not re.search(r"[{}]|\n{3}|:\s*$", message.text, re.MULTILINE) or "•" in message.text
        assert facts.official_contact("PWNI_HOTLINE").value in message.text  # type: ignore[union-attr]
        assert message.text.count("•") == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FROM_THE_TWELVE)
def test_a_card_tells_what_the_mission_can_do(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts, kind: Kind, language: str
) -> None:
    guidance = facts.guidance(kind.value)
    assert guidance
    for mission in facts.missions():
        found = FoundMission(mission, country=mission.country)
        text = words.say(Saying.CARD, an_emergency(kind, language), found).text
        assert guidance.mission_can.text(language) in text
        assert all(step.text(language) in text for step in guidance.steps[:3])


def test_a_card_has_the_local_numbers_and_the_hotline_with_its_date(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts
) -> None:
    found = FoundMission(facts.mission("kjri-johor-bahru"), country="MY")
    lines = words.say(Saying.CARD, an_emergency(Kind.MEDICAL, "id"), found).text.splitlines()
    assert "Polisi: 999" in lines
    hotline = next(i for i, line in enumerate(lines) if line.startswith("KJRI Johor Bahru (data "))
    assert lines[hotline + 1].startswith("+60")


def test_where_no_hotline_is_known_the_office_is_named(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts
) -> None:
    found = FoundMission(facts.mission("kbri-berlin"), country="DE")
    text = words.say(Saying.CARD, an_emergency(Kind.MEDICAL, "en"), found).text
    assert "Office of" in text
    assert "+49" in text


def test_a_country_whose_numbers_are_not_known_is_said_to_be_so(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts
) -> None:
    unknown = next(
        mission for mission in facts.missions() if facts.emergency_numbers(mission.country) is None
    )
    found = FoundMission(unknown, country=unknown.country)
    text = words.say(Saying.CARD, an_emergency(Kind.MEDICAL, "en"), found).text
    assert "We have no emergency number for" in text
    assert "Police:" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [k for k in Kind if RULES.kinds[k].tone is Tone.DISCREET])
def test_in_safe_mode_a_glance_at_the_screen_tells_nothing(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts, kind: Kind, language: str
) -> None:
    given_away = re.compile(
        r"darurat|emergency|bahaya|danger|kekerasan|violence|polisi|police|korban|victim|call",
        re.IGNORECASE,
    )
    found = FoundMission(facts.mission("kjri-penang"), country="MY")
    for saying in Saying:
        message = words.say(saying, an_emergency(kind, language), found)
        if saying in (Saying.CARD, Saying.STILL_HERE, Saying.HIDDEN, Saying.SAFE, Saying.CALM):
            assert not given_away.search(message.text[:50]), message.text[:50]
        if saying not in (Saying.ASK_WHAT, Saying.ASK_WHO):
            assert not any(given_away.search(button.title) for button in message.buttons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_can_be_ended_with_one_tap(
    words: CatalogueEmergencyWords, facts: SqlConsularFacts, language: str
) -> None:
    for kind in Kind:
        message = words.say(Saying.CARD, an_emergency(kind, language), FoundMission(None))
        says = {button.payload for button in message.buttons}
        assert {
            '/emergency_answer{"say": "safe"}',
            '/emergency_answer{"say": "false_alarm"}',
        } <= says
        assert message.asks_location


def test_the_covering_message_takes_the_keyboard_away(words: CatalogueEmergencyWords) -> None:
    message = words.say(Saying.HIDDEN, an_emergency(Kind.VIOLENCE, "id"), FoundMission(None))
    assert message.clears_keyboard
    assert not message.buttons


def test_without_a_case_number_no_number_is_promised(words: CatalogueEmergencyWords) -> None:
    for language in LANGUAGES:
        waiting = an_emergency(Kind.MEDICAL, language, case=None)
        text = words.say(Saying.CARD, waiting, FoundMission(None)).text
        assert "KSL" not in text
        assert not re.search(r"Dicatat|Recorded", text)


def test_every_answer_of_a_button_is_understood() -> None:
    from bot.emergency.answers import PREFIX, read_payload

    payloads = set(
        re.findall(rf"{PREFIX}\{{[^}}]*\}}", Path("data/responses/emergencies.yml").read_text())
    )
    assert len(payloads) > 8
    assert all(read_payload(payload) for payload in payloads)
