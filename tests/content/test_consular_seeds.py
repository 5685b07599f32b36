"""Are the seed facts whole: both languages, every question answered, nothing passed off as sure?"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from bot.storage.fact_files import read_path
from bot.storage.fact_rows import check_rows
from bot.storage.seeding import SEED_FOLDER

INFORMATIONAL_INTENTS = [
    "passport_new",
    "passport_renewal",
    "passport_lost",
    "passport_damaged",
    "passport_child",
    "passport_data_change",
    "passport_validity",
    "passport_collection",
    "travel_document",
    "application_status",
    "visa_to_indonesia",
    "visa_on_arrival",
    "stay_permit",
    "visa_for_indonesians",
    "overstay_abroad",
    "birth_registration",
    "marriage_registration",
    "divorce_registration",
    "death_registration",
    "dual_citizenship",
    "citizenship",
    "legalisation",
    "power_of_attorney",
    "letter_of_statement",
    "driving_licence",
    "self_registration",
    "voting_abroad",
    "worker_contract",
    "labour_dispute",
    "travel_advisory",
    "verify_official",
]

RESEARCHED_SERVICES = [
    "PASSPORT_NEW",
    "PASSPORT_REPLACE",
    "PASSPORT_E",
    "PASSPORT_10Y",
    "PASSPORT_CHILD",
    "PASSPORT_LOST",
    "PASSPORT_DAMAGED",
    "SPLP",
    "LAPOR_DIRI",
    "BIRTH_REG",
    "MARRIAGE_REG",
    "DIVORCE_REG",
    "MARRIAGE_CNI",
    "DEATH_REG",
    "REMAINS",
    "AFFIDAVIT",
    "CITIZENSHIP_CHOICE",
    "CITIZENSHIP_LOSS",
    "CITIZENSHIP_REGAIN",
    "LEGALIZATION",
    "APOSTILLE",
    "LEGALIZATION_KEMLU",
    "SKCK",
    "GOOD_CONDUCT",
    "POWER_OF_ATTORNEY",
    "SIM_LETTER",
    "MOVE_CERT",
    "ADOPTION_CERT",
    "KMILN",
    "PMI_CONTRACT",
    "JOB_ORDER",
    "SEAFARER",
    "VOTING",
    "PROTECTION",
    "DIPLOMATIC_VISA",
    "VISA_EXEMPT",
    "VOA",
    "CALLING_VISA",
    "VISIT_VISA",
    "LIMITED_STAY",
    "GOLDEN_VISA",
    "SECOND_HOME",
]

EMERGENCY_KINDS = [
    "LOST_PASSPORT",
    "ARREST",
    "MEDICAL",
    "DEATH",
    "TRAFFICKING",
    "LABOUR",
    "DOMESTIC_VIOLENCE",
    "DISASTER",
    "CONFLICT",
    "MISSING",
    "SCAM_COMPOUND",
    "SHIP_CREW",
]

LONGEST = {
    "service_requirements": 130,
    "guidance_steps": 120,
    "guidance": 230,
    "services": 330,
    "fees": 150,
}

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def seeds() -> Rows:
    checked = check_rows(read_path(SEED_FOLDER))
    return {table: [row.values for row in rows] for table, rows in checked.items()}


def texts(seeds: Rows) -> list[tuple[str, str, str, str]]:
    """Table, column without its side, Indonesian, English."""
    return [
        (table, name[:-3], row[name], row[f"{name[:-3]}_en"])
        for table, rows in seeds.items()
        for row in rows
        for name in row
        if name.endswith("_id") and f"{name[:-3]}_en" in row and row[name] is not None
    ]


def test_every_table_has_as_many_rows_as_the_research(seeds: Rows) -> None:
    assert {table: len(seeds[table]) for table in ("missions", "visa_rules", "visa_types")} == {
        "missions": 134,
        "visa_rules": 2 * 198,
        "visa_types": 39,
    }
    assert len(seeds["emergency_numbers"]) == 108
    assert len(seeds["populations"]) == 6
    assert sum(row["requirement"] == "visa_free" for row in seeds["visa_rules"]) == 43 + 16


def test_every_question_about_a_service_has_one_service_that_answers_first(seeds: Rows) -> None:
    mains = Counter(row["intent"] for row in seeds["services"] if row["is_main"])
    assert set(mains.values()) == {1}
    assert set(INFORMATIONAL_INTENTS) <= set(mains)
    assert {row["intent"] for row in seeds["services"]} == set(mains)


def test_every_service_of_the_research_is_there(seeds: Rows) -> None:
    assert len(RESEARCHED_SERVICES) == 42
    assert set(RESEARCHED_SERVICES) <= {row["code"] for row in seeds["services"]}


def test_every_service_says_what_to_bring_or_what_to_do(seeds: Rows) -> None:
    with_papers = {row["service_code"] for row in seeds["service_requirements"]}
    for service in seeds["services"]:
        assert service["code"] in with_papers or service["procedure_id"]


def test_a_service_that_is_not_sure_says_so(seeds: Rows) -> None:
    for service in seeds["services"]:
        if service["confidence"] == "low":
            assert "belum" in service["note_id"]
            assert re.search(r"\bnot\b", service["note_en"])


def test_every_kind_of_emergency_has_three_short_steps(seeds: Rows) -> None:
    kinds = {row["kind"] for row in seeds["guidance"]}
    assert set(EMERGENCY_KINDS) <= kinds
    steps = Counter(row["guidance_kind"] for row in seeds["guidance_steps"])
    assert set(steps) == kinds
    assert min(steps.values()) >= 3


def test_the_first_three_steps_fit_a_card(seeds: Rows) -> None:
    for side in ("id", "en"):
        lengths: Counter[str] = Counter()
        for row in seeds["guidance_steps"]:
            if row["position"] <= 3:
                lengths[row["guidance_kind"]] += len(row[f"text_{side}"])
        assert max(lengths.values()) <= 280


def test_texts_are_short_enough_for_a_phone(seeds: Rows) -> None:
    for table, _, indonesian, english in texts(seeds):
        assert max(len(indonesian), len(english)) <= LONGEST.get(table, 250), indonesian


def test_the_two_languages_are_not_the_same_text(seeds: Rows) -> None:
    same = {i for table, name, i, e in texts(seeds) if i == e and table != "missions"}
    assert same <= {"Calling visa", "visa"}


def test_citizens_are_addressed_as_anda(seeds: Rows) -> None:
    for _, _, indonesian, _ in texts(seeds):
        assert not re.search(r"\b(kamu|kalian|saudara/i)\b", indonesian, re.IGNORECASE)


def test_no_phone_number_stands_inside_a_sentence(seeds: Rows) -> None:
    for table, _, indonesian, english in texts(seeds):
        if table in ("services", "service_requirements", "guidance", "guidance_steps"):
            assert not re.search(r"\+\d{6,}|\b08\d{7,}", indonesian + english)


def test_every_fact_has_a_source_a_date_and_a_confidence(seeds: Rows) -> None:
    bare = {"service_requirements", "guidance_steps", "applications", "application_steps"}
    for table, rows in seeds.items():
        for row in rows:
            assert table in bare or (row["source"] and row["source_date"] and row["confidence"])


def test_what_is_general_knowledge_is_never_called_sure(seeds: Rows) -> None:
    tables = ("services", "fees", "visa_types", "jurisdictions", "guidance", "official_contacts")
    for table in tables:
        for row in seeds[table]:
            if row["source"].startswith("general knowledge"):
                assert row["confidence"] != "high"


def test_every_tariff_of_the_missions_in_malaysia_has_its_own_date(seeds: Rows) -> None:
    local = [row for row in seeds["fees"] if row["mission_id"]]
    assert {row["currency"] for row in local} == {"MYR"}
    assert {row["valid_from"] for row in local} == {"2026-05-01", "2026-05-05"}
    assert {row["mission_id"] for row in local} == {
        "kbri-kuala-lumpur",
        "kjri-kota-kinabalu",
        "kri-tawau",
    }


def test_every_application_in_the_seeds_is_marked_as_a_demonstration(seeds: Rows) -> None:
    assert seeds["applications"]
    assert all(row["is_demo"] for row in seeds["applications"])
