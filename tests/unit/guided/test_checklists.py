"""Is every checklist whole: short, bilingual, without idle questions, true to the facts?"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from bot.consular.facts import Bilingual, Confidence, Fee, Provenance, Service
from bot.guided.checklist import chosen_fees, personalised, result_of
from bot.guided.dialogue import Kind, standing
from bot.guided.paths import paths
from tests.unit.guided.talking import VISA_RULES, guide

DATA = Path(__file__).resolve().parents[3] / "data"
SAMPLES = {Kind.COUNTRY: ("JP", "MY", "VN", "SG", "IN", "NG"), Kind.PLACE: ("MY", "JP")}
NAMES = sorted(guide().checklists)
ASKED_FOR = {
    "passport_new",
    "passport_renewal",
    "passport_child",
    "passport_lost",
    "passport_damaged",
    "passport_data_change",
    "travel_document",
    "self_registration",
    "birth_registration",
    "marriage_registration",
    "divorce_registration",
    "death_registration",
    "dual_citizenship",
    "legalisation",
    "power_of_attorney",
    "letter_of_statement",
    "driving_licence",
    "worker_contract",
    "visa_to_indonesia",
    "visa_on_arrival",
    "visa_for_indonesians",
}
ENTRIES = [(name, i) for name in NAMES for i in guide().checklists[name].dialogue.entries]


def lookup(table, value):
    own = guide()._tables.get(table)
    return own.get(value, "unknown") if own else VISA_RULES.get(value, "unknown")


@lru_cache(maxsize=1)
def services():
    rows = yaml.load(
        (DATA / "consular" / "services.yml").read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )["services"]
    return {row["code"]: _service(row) for row in rows}


def _service(row):
    both = lambda part: Bilingual(part["id"], part["en"]) if part else None  # noqa: E731
    return Service(
        row["code"],
        intent=row["intent"],
        is_main=True,
        name=both(row["name"]),
        who=both(row["who"]),
        requirements=tuple(both(part) for part in row["requirements"]),
        duration=both(row.get("duration")),
        procedure=both(row.get("procedure")),
        note=both(row.get("note")),
        legal_basis="",
        provenance=Provenance("", "2026", Confidence.HIGH),
    )


@lru_cache(maxsize=1)
def variants():
    found = {}
    with (DATA / "consular" / "fees.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["service_code"], set()).add(row["variant"])
    return found


def ways(name, intent=None):
    dialogue = guide().checklists[name].dialogue
    known = dialogue.entries[intent] if intent else {}
    for answers in paths(dialogue, samples=SAMPLES, known=known, lookup=lookup):
        yield answers, standing(dialogue, answers, known, lookup=lookup).facts


def result(name, facts):
    return result_of(guide().checklists[name], facts)


def seen(name, facts):
    """What a citizen can tell two results apart by."""
    found = result(name, facts)
    derived = {d.key for d in guide().checklists[name].dialogue.derived}
    looked_up = tuple((key, facts[key]) for key in sorted(derived & set(facts)))
    papers = personalised(services()[found.service], found) if found.service else found.notes
    return papers, found.fees, found.place, looked_up


def test_every_service_of_the_list_has_a_checklist():
    assert {intent for _, intent in ENTRIES} == ASKED_FOR


@pytest.mark.parametrize(("name", "intent"), ENTRIES)
def test_every_way_reaches_a_result_in_at_most_four_questions(name, intent):
    for answers, facts in ways(name, intent):
        found = result(name, facts)
        assert len(answers) <= 4, answers
        assert found.service in services() or (found.service is None and found.notes), answers


@pytest.mark.parametrize("name", NAMES)
def test_every_question_changes_the_result_for_some_answer(name):
    dialogue = guide().checklists[name].dialogue
    by_prefix = {}
    for intent in dialogue.entries:
        for answers, facts in ways(name, intent):
            keys = list(answers)
            for index, key in enumerate(keys):
                others = tuple((k, v) for k, v in answers.items() if k not in keys[index:])
                later = tuple((k, answers[k]) for k in keys[index + 1 :])
                by_prefix.setdefault((intent, key, others), {}).setdefault(answers[key], set()).add(
                    (later, seen(name, facts))
                )
    telling = {
        key
        for (_, key, _), by_answer in by_prefix.items()
        if any(
            {r for _, r in one} != {r for _, r in other}
            for one in by_answer.values()
            for other in by_answer.values()
        )
    }
    asked = {key for _, key, _ in by_prefix}
    assert asked == {step.key for step in dialogue.steps}
    assert telling == asked


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_only_changes_papers_that_the_service_has(name):
    for answers, facts in ways(name):
        found = result(name, facts)
        if found.service is None:
            assert not found.rewrites
            continue
        rows = [row.en for row in services()[found.service].requirements]
        for rewrite in found.rewrites:
            if rewrite.match:
                hits = [row for row in rows if row.casefold().startswith(rewrite.match.casefold())]
                assert len(hits) == 1, (answers, found.service, rewrite.match)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_names_only_fees_that_exist(name):
    for answers, facts in ways(name):
        for choice in result(name, facts).fees:
            assert set(choice.variants) & variants()[choice.service], (answers, choice)


@pytest.mark.parametrize("name", NAMES)
def test_buttons_are_few_and_fit_the_channel(name):
    for step in guide().checklists[name].dialogue.steps:
        shown = [choice for choice in step.choices if not choice.is_hidden]
        assert len(shown) <= 4
        for language in ("id", "en"):
            titles = [choice.title.text(language) for choice in shown]
            assert len(set(titles)) == len(titles)
            assert all(0 < len(title) <= 20 for title in titles)
            assert len(step.ask.text(language)) <= 120


@pytest.mark.parametrize("name", sorted(guide().dialogues))
def test_no_word_means_two_choices_of_a_question(name):
    for step in guide().dialogues[name].steps:
        owners = {}
        for choice in step.choices:
            for word in (*choice.words, *choice.hints):
                assert owners.setdefault(word.casefold(), choice.value) == choice.value, word


@pytest.mark.parametrize("file", ["checklists.yml", "forms.yml", "phrases.yml"])
def test_both_languages_are_whole(file):
    document = yaml.safe_load((DATA / "guided" / file).read_text(encoding="utf-8"))
    for pair in _pairs(document):
        assert pair["id"].strip() and pair["en"].strip()
        assert set(re.findall(r"\{\w+\}", pair["id"])) == set(re.findall(r"\{\w+\}", pair["en"]))


@pytest.mark.parametrize("file", ["checklists.yml", "forms.yml", "phrases.yml"])
def test_no_fee_or_number_of_an_office_stands_in_the_questions(file):
    text = (DATA / "guided" / file).read_text(encoding="utf-8")
    assert not re.search(r"\b(Rp|IDR|MYR|RM|USD|SGD)\s?\d|\+\d{6,}|\b08\d{7,}", text)


def _pairs(node):
    if isinstance(node, dict):
        if {"id", "en"} <= set(node):
            yield node
        for part in node.values():
            yield from _pairs(part)
    elif isinstance(node, list):
        for part in node:
            yield from _pairs(part)


def facts_of(name, **answers):
    dialogue = guide().checklists[name].dialogue
    return standing(dialogue, answers, lookup=lookup).facts


PERSONAL = [
    ("passport", {"situation": "intact", "type": "chip"}, "PASSPORT_E", ()),
    ("passport", {"situation": "damaged", "readable": "readable"}, "PASSPORT_REPLACE", ()),
    ("passport", {"situation": "lost", "go_home": "soon"}, "SPLP", ("Loss report from",)),
    ("travel_document", {"goal": "home", "passport": "other"}, "SPLP", ("!Police report",)),
    ("marriage", {"stage": "planned", "before": "never"}, "MARRIAGE_CNI", ("!Divorce or",)),
    ("lapor_diri", {"event": "arrival", "stay": "long"}, "LAPOR_DIRI", ("An SKPLN",)),
    ("lapor_diri", {"event": "arrival", "stay": "short"}, "LAPOR_DIRI", ("!If you move",)),
    ("legalisation", {"origin": "indonesia", "destination": "JP"}, "APOSTILLE", ()),
    ("legalisation", {"origin": "indonesia", "destination": "MY"}, "LEGALIZATION_KEMLU", ()),
    (
        "legalisation",
        {"origin": "abroad", "issuer": "JP"},
        "LEGALIZATION",
        ("Original document w",),
    ),
    ("visa_to_indonesia", {"nationality": "NG"}, "CALLING_VISA", ()),
    (
        "visa_to_indonesia",
        {"nationality": "SG", "purpose": "visit", "stay": "longer"},
        "VISIT_VISA",
        (),
    ),
    ("driving_licence", {"need": "renew"}, None, ()),
]


@pytest.mark.parametrize(("name", "answers", "code", "papers"), PERSONAL)
def test_answers_lead_to_this_service_and_these_papers(name, answers, code, papers):
    found = result(name, facts_of(name, **answers))
    assert found.service == code
    rows = [r.en for r in personalised(services()[code], found).requirements] if code else []
    for paper in papers:
        is_there = any(row.startswith(paper.lstrip("!")) for row in rows)
        assert is_there != paper.startswith("!"), (paper, rows)


def test_an_unknown_apostille_country_is_said_to_be_unknown():
    found = result("legalisation", facts_of("legalisation", origin="indonesia", destination="VN"))
    assert "We do not know for sure" in found.notes[0].en


def fee(service, variant, *, mission=None):
    source = Provenance("", "2026", Confidence.HIGH)
    return Fee(service, Bilingual(variant, variant), 1, "IDR", mission, "2026", source, variant)


def test_a_lost_passport_costs_the_charge_and_a_new_passport():
    answers = {"situation": "lost", "go_home": "stay", "cause": "other"}
    found = result("passport", facts_of("passport", **answers))
    national = {
        "PASSPORT_LOST": [fee("PASSPORT_LOST", "charge"), fee("PASSPORT_LOST", "force_majeure")],
        "PASSPORT_REPLACE": [fee("PASSPORT_REPLACE", v) for v in ("5y", "e5y", "same_day")],
    }
    shown = [f.variant_code for f in chosen_fees(found, national.__getitem__)]
    assert shown == ["charge", "5y", "e5y"]
    own = {**national, "PASSPORT_LOST": [fee("PASSPORT_LOST", "total_5y", mission="kbri-x")]}
    assert [f.variant_code for f in chosen_fees(found, own.__getitem__)] == ["total_5y"]


def test_without_a_matching_variant_all_fees_are_shown():
    found = result("passport", facts_of("passport", situation="intact", type="chip"))
    all_fees = {"PASSPORT_E": [fee("PASSPORT_E", "one"), fee("PASSPORT_E", "two")]}
    assert len(chosen_fees(found, all_fees.__getitem__)) == 2
