"""Does the queue show each officer what waits for them, the most urgent first?"""

from __future__ import annotations

import pytest

from bot.casework.case import Outcome, Priority
from bot.casework.officers import Role
from tests.desk.browser import Browser, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT


def order(text: str, *references: str) -> list[str]:
    return sorted((each for each in references if each in text), key=text.index)


def test_the_most_urgent_comes_first_and_then_the_oldest(office: Office, browser: Browser) -> None:
    old = office.asks(office.citizen("1"), "legalisation").reference
    office.clock.forward(minutes=5)
    new = office.asks(office.citizen("2"), "citizenship").reference
    urgent = office.asks(office.citizen("3"), "passport_lost").reference
    danger = office.asks(office.citizen("4"), "emergency_arrest").reference

    text = browser.get("/desk").text
    assert order(text, old, new, urgent, danger) == [danger, urgent, old, new]


def test_each_list_has_its_cases_and_its_count(office: Office, rina: int, browser: Browser) -> None:
    cases = [office.asks(office.citizen(str(n)), "passport_lost").reference for n in range(5)]
    office.services.claim(cases[0], rina)
    office.services.claim(cases[1], office.officer("Tono"))
    office.services.claim(cases[2], rina)
    office.services.close(cases[2], rina, outcome=Outcome.RESOLVED)

    page = words(browser.get("/desk"))
    assert "Waiting 2 In hand 2 Mine 1 Closed 72 h 1" in page
    assert order(browser.get("/desk?tab=mine").text, *cases) == [cases[0]]
    assert set(order(browser.get("/desk?tab=claimed").text, *cases)) == {cases[0], cases[1]}
    assert order(browser.get("/desk?tab=closed").text, *cases) == [cases[2]]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("priority=P1", {"danger"}),
        ("function=immigration", {"passport"}),
        ("mission=kjri-frankfurt", {"far"}),
        ("mission=kbri-singapore&function=consular", {"papers"}),
        ("mission=kbri-singapore&priority=P3", {"papers"}),
        ("priority=P9", set()),
    ],
)
def test_filters_narrow_every_list(office: Office, query: str, shown: set[str]) -> None:
    both = office.services.add_officer(
        "Budi", Role.HEAD, missions=("kbri-singapore", "kjri-frankfurt")
    ).officer.id
    cases = {
        "danger": office.asks(office.citizen("1"), "emergency_arrest"),
        "passport": office.asks(office.citizen("2"), "passport_lost"),
        "papers": office.asks(office.citizen("3"), "legalisation"),
        "far": office.asks(office.citizen("4"), "citizenship", mission=FRANKFURT),
    }
    text = office.sign_in(both).get(f"/desk?{query}").text

    assert {name for name, case in cases.items() if case.reference in text} == shown


def test_nothing_that_a_citizen_wrote_stands_in_the_queue(
    office: Office, browser: Browser, case: str
) -> None:
    office.services.from_citizen(office.citizen(), office.message("rahasia saya"))

    assert "rahasia" not in browser.get("/desk").text


def test_how_long_somebody_waits_and_what_is_late_is_shown(
    office: Office, browser: Browser
) -> None:
    office.asks(office.citizen(), "emergency_arrest", priority=Priority.P1)
    office.clock.forward(minutes=5)
    assert "waiting 5 min target in 10 min" in words(browser.get("/desk"))
    office.clock.forward(minutes=15)
    assert "waiting 20 min past target" in words(browser.get("/desk"))


@pytest.mark.parametrize("written", ["{}", " #{} ", "lower", "spaced", "tail"])
def test_a_case_is_found_by_its_number_however_it_is_typed(
    browser: Browser, case: str, written: str
) -> None:
    asked = {
        "lower": case.lower(),
        "spaced": case.replace("-", " "),
        "tail": case[-4:].lower(),
    }.get(written, written.format(case))
    page = browser.get("/desk/find", params={"reference": asked})

    assert page.url.path == f"/desk/cases/{case}"


@pytest.mark.parametrize("asked", ["KSL-261124-AAAA", "7Q4M", "hello", "'; drop table cases", ""])
def test_a_number_of_no_case_is_said_to_be_none(browser: Browser, asked: str) -> None:
    page = browser.get("/desk/find", params={"reference": asked})

    assert page.status_code == 404
    assert "There is no case with this number" in words(page)


def test_a_look_at_the_queue_is_on_record_once(office: Office, rina: int) -> None:
    browser = office.sign_in(rina)
    browser.get("/desk", headers={"X-Desk-Live": "1"})

    assert office.audited("desk.queue") == [(f"officer:{rina}", "waiting", "done")]
