"""Every service in both languages: asked, interrupted, resumed, corrected, answered in person."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.consular.facts import Service
from bot.content.guided import load_guide
from bot.content.words import country_name, money, partial_date
from bot.storage.facts import SqlConsularFacts
from tests.journeys.citizens import Reply
from tests.journeys.conftest import Assistant
from tests.journeys.services.talk import Journey, dialogue_of, whole

ROWS = yaml.safe_load(Path(__file__).with_name("rows.yml").read_text("utf-8"))
CASES = [(row["intent"], language) for row in ROWS for language in ("id", "en")]
UNKNOWN_FEE = {"id": "belum ada di data kami", "en": "is not in our data"}
AT_ONCE = 6


def row_of(intent: str) -> dict[str, Any]:
    return next(row for row in ROWS if row["intent"] == intent)


def talk(assistant: Assistant, intent: str, language: str) -> Reply:
    """From the first word to the card."""
    said = row_of(intent)[language]
    citizen = assistant.web()
    reply = citizen.says(said["opens"])
    if said.get("asks"):
        whole(reply)
        assert "/personal_checklist" in [button["payload"] for button in reply.buttons], reply.text
        reply = citizen.taps("/personal_checklist")
    journey = Journey(
        citizen,
        dialogue_of(intent),
        language,
        answers=said["answers"],
        wrong=said["wrong"],
        corrects=said["corrects"],
    )
    return journey.goes(reply)


@pytest.fixture(scope="module")
def cards(assistant: Assistant) -> dict[tuple[str, str], Future[Reply]]:
    """All of them at once, as citizens come."""
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return {case: crowd.submit(talk, assistant, *case) for case in CASES}


def test_every_question_that_begins_a_checklist_has_a_journey_in_both_languages() -> None:
    begins = {i for each in load_guide().checklists.values() for i in each.dialogue.entries}
    assert begins == {row["intent"] for row in ROWS}
    assert all({"id", "en"} <= set(row) for row in ROWS)


@pytest.mark.parametrize(("intent", "language"), CASES)
def test_a_citizen_gets_the_card_for_their_own_case(
    cards: dict[tuple[str, str], Future[Reply]],
    facts: SqlConsularFacts,
    intent: str,
    language: str,
) -> None:
    row, card = row_of(intent), cards[intent, language].result()
    whole(card)
    if "rule" in row:
        rule = facts.visa_for_indonesians(row["rule"])
        assert rule
        assert country_name(rule.subject, language) in card.text
        assert partial_date(rule.provenance.date, language) in card.text
        return
    service = facts.service(row["service"])
    assert service
    assert service.name.text(language) in card.text
    assert partial_date(service.provenance.date, language) in card.text
    other = service.name.text("en" if language == "id" else "id")
    assert other not in card.text or other in service.name.text(language)
    papers(card, service, intent, language)
    fees(card, facts, row, language)
    if "mission" in row:
        mission = facts.mission(row["mission"])
        assert mission
        assert mission.name.text(language) in card.text
        assert mission.address and mission.address in card.text


def papers(card: Reply, service: Service, intent: str, language: str) -> None:
    """Every paper that holds for everybody is on the card, in the citizen's language."""
    checklist = load_guide().checklists[dialogue_of(intent).name]
    personal = tuple(
        rewrite.match.casefold() for rule in checklist.rules for rewrite in rule.rewrites
    )
    for paper in service.requirements:
        if not paper.en.casefold().startswith(tuple(each for each in personal if each)):
            assert paper.text(language) in card.text


def fees(card: Reply, facts: SqlConsularFacts, row: dict[str, Any], language: str) -> None:
    """The mission's own fee, else the national one, else it is said to be unknown."""
    service, mission = row["service"], row.get("mission")
    own = [fee for fee in facts.fees(service, mission) if fee.mission_id == mission]
    known = own or [fee for fee in facts.fees(service, None) if fee.mission_id is None]
    shown = [fee for fee in known if money(fee.amount, fee.currency, language) in card.text]
    if known:
        assert shown, f"no fee of {[str(fee.amount) for fee in known]}"
    elif facts.missions_with_fees(service):
        assert UNKNOWN_FEE[language] in card.text
