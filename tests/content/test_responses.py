"""Every sentence a citizen reads: both languages, the same facts, short enough for a phone."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content.catalogue import RESPONSES_FOLDER, Catalogue, Rendered
from bot.emergency import answers
from bot.storage.tables.facts import FACT_TABLES

ROOT = RESPONSES_FOLDER.parents[1]
LANGUAGES = ("id", "en")
FROM_BUTTONS_OR_THE_PIPELINE = {
    "follow_up",
    "share_location",
    "share_attachment",
    "say_nothing",
    "stale_button",
    "guided",
    "personal_checklist",
    "fill_form",
    "nlu_fallback",
}
CARD_CHARACTERS = 900
WHATSAPP_CHARACTERS = 1600

MISSION = {
    "id": "KJRI Kota Kinabalu",
    "en": "Consulate General of the Republic of Indonesia in Kota Kinabalu",
}
SERVICE = {
    "id": "Ganti paspor (habis masa berlaku atau penuh)",
    "en": "Passport renewal (expired or full)",
}
DAY = {"id": "17 September 2025", "en": "17 September 2025"}


def _long_values(language: str) -> dict[str, Any]:
    """Every value there is, as long as such values really are."""
    mission, service, day = MISSION[language], SERVICE[language], DAY[language]
    values: dict[str, Any] = dict.fromkeys(
        ("mission", "hotline_mission", "fee_mission", "owner", "unknown_hours"), mission
    )
    values |= dict.fromkeys(
        ("mission_date", "hotline_date", "kemlu_date", "fee_date", "numbers_date"), day
    )
    values |= dict.fromkeys(("source_date", "rule_date", "status_date", "known_date"), day)
    values |= dict.fromkeys(("country", "country_without_mission"), "Uni Emirat Arab")
    values |= dict.fromkeys(("phone", "hotline", "kemlu"), "+6281290070027")
    return values | {
        "address": "Lorong Kemajuan, Karamunsing, PO Box 11595, Kota Kinabalu, Sabah, Malaysia",
        "email": "kotakinabalu.kjri@kemlu.go.id",
        "website": "https://kemlu.go.id/kotakinabalu",
        "others": "KJRI Johor Bahru, KJRI Kuching, KJRI Penang, KRI Tawau",
        "case": "KSL-261124-7Q4M",
        "chat_kept": "90 hari",
        "cases_kept": "2 tahun",
        "registrations_kept": "180 hari",
        "police": "999",
        "ambulance": "998",
        "fire": "997",
        "numbers_note": "Di Makkah dan wilayah timur pakai 911. Polisi lalu lintas 993.",
        "service": service,
        "requirements": ["Bukti tinggal di negara ini, misalnya izin tinggal atau visa"] * 6,
        "own_fees": ["E-paspor 10 tahun: MYR 250", "Paspor biasa 5 tahun: MYR 85"],
        "unknown_duration": service,
        "days": 30,
        "visa_fee": "IDR 1,000,000",
        "visa_note": "Apply before you travel at evisa.imigrasi.go.id. This fee is for the "
        "single-entry tourist visa (C1), worked out from the 2026 tariff of Kuala Lumpur.",
        "evisa_site": "https://evisa.imigrasi.go.id",
        "reference": "PGS-2610-0442",
        "value": "https://peduliwni.example.com/pendaftaran",
        "genuine": "https://peduliwni.kemlu.go.id",
        "steps": ["Minta penerjemah. Jangan tanda tangan yang tidak dipahami."] * 3,
    }


def _variations() -> list[tuple[str, list[dict[str, Any]]]]:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in _files()]
    return list(chain.from_iterable(file["responses"].items() for file in files))


def _files() -> list[Path]:
    return sorted(RESPONSES_FOLDER.glob("*.yml"))


VARIATIONS = _variations()
CATALOGUE = Catalogue.load()
KEYS = sorted(CATALOGUE.keys())
each_response = pytest.mark.parametrize(
    "variations", [v for _, v in VARIATIONS], ids=[key for key, _ in VARIATIONS]
)
each_key = pytest.mark.parametrize("key", KEYS)
# With values that exclude one another; `test_emergency_cards` fills them with real ones.
EMERGENCY_CARDS = re.compile(r"utter_emergency_(card|discreet|gentle)(_anywhere)?$")


def _domain_intents() -> set[str]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    return set(domain["intents"]) - FROM_BUTTONS_OR_THE_PIPELINE


def _words_of_the_database(table: str, column: str) -> list[str]:
    """The closed list of words that a column takes, as the database itself names it."""
    columns = next(t for t in FACT_TABLES if t.name == table).columns
    with pytest.raises(ValueError, match=r"must be one of") as refused:
        columns[column].info["field"].parse("?")
    return str(refused.value).removeprefix("must be one of ").split(", ")


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _filled(key: str, **values: Any) -> list[Rendered]:
    return [CATALOGUE.render(key, language, values) for language in LANGUAGES]


def _filled_long(key: str, **changes: Any) -> list[Rendered]:
    return [
        CATALOGUE.render(key, language, _long_values(language) | changes) for language in LANGUAGES
    ]


@each_response
def test_every_response_stands_once_in_each_language(variations: list[dict[str, Any]]) -> None:
    assert [v.get("condition") for v in variations] == [
        None,
        [{"type": "slot", "name": "language", "value": "en"}],
    ]
    assert all(v["text"].strip() for v in variations)


@each_response
def test_both_languages_name_the_same_facts(variations: list[dict[str, Any]]) -> None:
    indonesian, english = (_placeholders(v["text"]) for v in variations)
    assert indonesian == english


@each_response
def test_both_languages_offer_the_same_choices(variations: list[dict[str, Any]]) -> None:
    indonesian, english = ([b["payload"] for b in v.get("buttons", ())] for v in variations)
    assert indonesian == english
    assert len(set(indonesian)) == len(indonesian) <= 3
    assert variations[0].get("custom") == variations[1].get("custom")


@each_response
def test_a_button_fits_whatsapp_and_differs_from_its_neighbours(
    variations: list[dict[str, Any]],
) -> None:
    for variation in variations:
        titles = [button["title"] for button in variation.get("buttons", ())]
        assert all(0 < len(title) <= 20 for title in titles)
        assert len(set(titles)) == len(titles)


def test_a_button_leads_to_something_the_assistant_knows() -> None:
    domain = set(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"])
    known = domain | {answers.PREFIX[1:]}
    payloads = {b["payload"] for _, vs in VARIATIONS for v in vs for b in v.get("buttons", ())}
    assert {payload[1:].partition("{")[0] for payload in payloads} <= known


@each_response
def test_no_fee_or_telephone_number_is_typed_into_a_sentence(
    variations: list[dict[str, Any]],
) -> None:
    for variation in variations:
        assert not re.search(r"\d[\d .,-]{2,}\d|\d{4}", variation["text"])


@each_response
def test_words_are_plain_text_for_every_channel(variations: list[dict[str, Any]]) -> None:
    for variation in variations:
        words = re.sub(r"\{\w+\}", "", variation["text"])
        assert not re.search(r"[*_`~<>{}]", words)


def test_no_sentence_stands_twice() -> None:
    texts = [v["text"].strip().casefold() for _, vs in VARIATIONS for v in vs]
    assert sorted(texts) == sorted(set(texts))


def test_every_intent_that_a_citizen_can_mean_has_a_short_name() -> None:
    meanings = {key for key in KEYS if key.startswith("utter_meaning_")}
    assert meanings == {f"utter_meaning_{intent}" for intent in _domain_intents()}
    # The sixty that words can mean, and the report that a button offers.
    assert len(meanings) == 61
    assert all(len(r.text) <= 20 and not r.buttons for key in meanings for r in _filled(key))


def test_every_response_that_a_rule_names_is_written() -> None:
    rules = [
        yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / "data/rules").glob("*.yml")
    ]
    # `action_say` says the response that bears the intent's name.
    named = {
        f"utter_{rule['steps'][0]['intent']}"
        for file in rules
        for rule in file["rules"]
        if rule["steps"][1]["action"] == "action_say"
    }
    assert named
    assert named <= set(KEYS)


@pytest.mark.parametrize("status", _words_of_the_database("application_steps", "status"))
def test_every_status_of_an_application_can_be_told(status: str) -> None:
    for rendered in _filled_long(f"utter_application_{status}"):
        assert "PGS-2610-0442" in rendered.text.splitlines()[0]


@pytest.mark.parametrize("rule", _words_of_the_database("visa_rules", "requirement"))
def test_every_rule_of_entry_can_be_told_with_its_date(rule: str) -> None:
    keys = {f"utter_visa_{way}_{rule}" for way in ("abroad", "to_indonesia")} & set(KEYS)
    assert keys
    for rendered in chain.from_iterable(_filled_long(key) for key in keys):
        assert DAY["id"] in rendered.text


@each_key
def test_a_response_full_of_facts_has_no_gaps(key: str) -> None:
    for rendered in _filled_long(key):
        assert not re.search(r"\{|\}|\n{3}", rendered.text)


@each_key
def test_a_card_full_of_long_facts_fits_a_phone(key: str) -> None:
    limit = CARD_CHARACTERS
    if EMERGENCY_CARDS.match(key):
        return
    if key.startswith("utter_service_card"):
        limit = WHATSAPP_CHARACTERS
    for rendered in _filled_long(key):
        assert len(rendered.text) <= limit, len(rendered.text)


@pytest.mark.parametrize("key", ["utter_service_card", "utter_service_card_anywhere"])
def test_a_service_card_fits_a_phone_but_for_its_papers(key: str) -> None:
    for rendered in _filled_long(key, requirements=None):
        assert len(rendered.text) <= CARD_CHARACTERS, len(rendered.text)


@pytest.mark.parametrize("key", ["utter_service_card", "utter_service_card_anywhere"])
def test_a_service_card_always_tells_the_date_of_its_source(key: str) -> None:
    for rendered in _filled(key, service="Surat kuasa", source_date="Mei 2026"):
        assert "Mei 2026" in rendered.text


def test_what_is_not_known_leaves_no_empty_label() -> None:
    shown = {"service": "Surat kuasa", "source_date": "Mei 2026"}
    for rendered in _filled("utter_service_card", **shown):
        assert not re.search(r":\s*$", rendered.text, re.MULTILINE)
        assert "\n\n" in rendered.text


@pytest.mark.parametrize("key", ["utter_emergency_card", "utter_emergency_card_anywhere"])
def test_an_emergency_card_without_numbers_leaves_no_empty_label(key: str) -> None:
    for rendered in _filled(key, case="KSL-261124-7Q4M"):
        assert not re.search(r":\s*$", rendered.text, re.MULTILINE)
        assert "KSL-261124-7Q4M" in rendered.text


def test_emergency_numbers_stand_on_lines_of_their_own() -> None:
    for rendered in _filled_long("utter_emergency_card", hotline="+60139897877"):
        assert {"+60139897877", "+6281290070027"} <= set(rendered.text.splitlines())


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("utter_emergency")])
def test_in_danger_there_are_no_courtesies_and_no_emoji(key: str) -> None:
    for rendered in _filled_long(key):
        assert not re.search(r"\b(maaf|mohon|please|sorry|kindly)\b", rendered.text, re.IGNORECASE)
        assert all(ord(character) < 0x1F000 for character in rendered.text)


def test_the_position_is_asked_for_where_it_is_missing() -> None:
    asked = {key for key in KEYS if _filled(key)[0].asks_location}
    missing = {k for k in KEYS if k.endswith("_anywhere") and not k.startswith("utter_visa")}
    assert missing <= asked
