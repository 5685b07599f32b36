"""Do heads and admins manage their own people, and nobody else's?"""

from __future__ import annotations

import re

import httpx
import pytest

from bot.casework.officers import Role
from bot.messages import Channel
from tests.desk.browser import Browser, forms, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT, SINGAPORE

FUNCTIONS = ["consular", "immigration", "labour", "protection"]


@pytest.fixture
def head(office: Office) -> Browser:
    return office.sign_in(office.officer("Budi", Role.HEAD))


def add(browser: Browser, **fields: object) -> httpx.Response:
    given = {
        "name": "Wati",
        "role": "officer",
        "languages": "id, en",
        "mission": SINGAPORE.id,
        "function": FUNCTIONS,
        **fields,
    }
    return browser.press(browser.get("/desk/officers"), "/desk/officers", **given)


def test_an_added_officer_gets_a_code_that_is_shown_once(office: Office, head: Browser) -> None:
    page = add(head)
    code = re.search(r"/enrol ([A-Z0-9-]{14})", page.text)
    assert code is not None
    assert code[1] not in head.get("/desk/officers").text

    wati = next(each for each in office.services.officers.active() if each.name == "Wati")
    assert wati.languages == ("id", "en")
    enrolled = office.services.enrol(code[1], channel=Channel.TELEGRAM, address="42")
    assert enrolled == wati


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"mission": FRANKFURT.id}, 403),
        ({"role": "admin"}, 403),
        ({"name": " "}, 422),
        ({"role": "king"}, 422),
        ({"mission": []}, 422),
        ({"function": []}, 422),
        ({"languages": "english"}, 422),
    ],
)
def test_an_officer_who_cannot_be_is_not_added(
    office: Office, head: Browser, fields: dict[str, object], status: int
) -> None:
    page = add(head, **fields)

    assert page.status_code == status
    assert [officer.name for officer in office.services.officers.active()] == ["Budi"]


def test_a_revoked_officer_is_out_and_their_cases_wait_again(
    office: Office, rina: int, browser: Browser, held: str, head: Browser
) -> None:
    page = head.press(head.get("/desk/officers"), f"{rina}/revoke")

    assert "access has ended" in words(page)
    assert "Rina" not in page.text
    assert browser.get("/desk").status_code == 401
    assert office.services.cases.get(held).claimed_by is None  # type: ignore[union-attr]


def test_another_code_is_for_another_account(office: Office, rina: int, head: Browser) -> None:
    page = head.press(head.get("/desk/officers"), f"{rina}/code")
    code = re.search(r"/enrol ([A-Z0-9-]{14})", page.text)
    assert code is not None
    office.services.enrol(code[1], channel=Channel.WHATSAPP, address="whatsapp:+6591234567")

    assert "Accounts WhatsApp" in words(head.get("/desk/officers"))


def test_a_roster_with_split_shifts_is_kept(office: Office, rina: int, head: Browser) -> None:
    fields = {"day_0": "8:00-12:00, 13.00 - 16:30", "day_5": "09:00-11:00"}
    head.press(head.get("/desk/officers"), f"{rina}/roster", **fields)

    shown = forms(head.get("/desk/officers"))
    form = next(each for each in shown if each.action.endswith(f"{rina}/roster"))
    assert form.fields["day_0"] == "08:00-12:00, 13:00-16:30"
    assert form.fields["day_5"] == "09:00-11:00"
    assert len(office.services.officers.roster(rina)) == 3
    assert office.audited("officer.roster")[-1][2] == "done"


@pytest.mark.parametrize("shift", ["12:00-08:00", "25:00-26:00", "morning", "08:00"])
def test_a_roster_that_cannot_be_changes_nothing(
    office: Office, rina: int, head: Browser, shift: str
) -> None:
    head.press(head.get("/desk/officers"), f"{rina}/roster", day_0="08:00-12:00")
    page = head.press(head.get("/desk/officers"), f"{rina}/roster", day_0=shift)

    assert page.status_code == 422
    assert len(office.services.officers.roster(rina)) == 1


@pytest.mark.parametrize("action", ["revoke", "roster", "code"])
def test_people_of_another_mission_are_neither_shown_nor_changed(
    office: Office, head: Browser, action: str
) -> None:
    jan = office.officer("Jan", mission=FRANKFURT.id)
    page = head.get("/desk/officers")
    csrf = forms(page)[-1].fields["csrf"]
    answer = head.http.post(f"/desk/officers/{jan}/{action}", data={"csrf": csrf, "day_0": ""})

    assert "Jan" not in page.text
    assert answer.status_code == 403
    assert office.services.officers.get(jan).is_active  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_for_everybody_else_the_page_does_not_exist(office: Office, role: Role) -> None:
    browser = office.sign_in(office.officer("Tono", role))
    csrf = forms(browser.get("/desk/me"))[-1].fields["csrf"]

    assert "/desk/officers" not in browser.get("/desk").text
    assert browser.get("/desk/officers").status_code == 404
    for path in ("", "/1/revoke", "/1/code", "/1/roster"):
        assert browser.http.post(f"/desk/officers{path}", data={"csrf": csrf}).status_code == 404


def test_an_officer_says_to_be_away_and_back(office: Office, rina: int, browser: Browser) -> None:
    page = browser.press(browser.get("/desk/me"), "/away", hours="4")
    assert "away until 14:00" in words(page)
    assert not office.services.recipients.is_on_duty(
        office.services.officers.get(rina)  # type: ignore[arg-type]
    )
    browser.press(page, "/away", hours="0")

    assert office.services.officers.get(rina).away_until is None  # type: ignore[union-attr]
