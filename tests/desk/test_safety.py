"""Can a forged form, a foreign page or a colleague of another mission do or see anything?"""

from __future__ import annotations

import re

import pytest

from bot.casework.case import Function, Priority
from bot.casework.officers import Role
from tests.desk.browser import Browser, forms, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT

POSTS = ("claim", "decline", "release", "transfer", "close", "reopen", "reply", "note", "reveal")
CASE_POSTS = (*POSTS, "draft", "export")


def test_every_page_has_strict_headers_and_nothing_inline(
    office: Office, browser: Browser, held: str
) -> None:
    head = office.sign_in(office.officer("Budi", Role.HEAD))
    pages = [browser.get("/desk"), browser.get(f"/desk/cases/{held}"), browser.get("/desk/me")]
    pages += [head.get("/desk/officers"), Browser(office.url).get("/desk"), browser.get("/desk/x")]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)


def test_no_address_of_the_desk_outside_it_is_loaded(browser: Browser, held: str) -> None:
    page = browser.get(f"/desk/cases/{held}")

    loaded = re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)=["']([^"']+)""", page.text)
    assert loaded
    assert all(each.startswith("/desk/static/") for each in loaded)
    assert all(browser.get(each).status_code == 200 for each in loaded)


@pytest.mark.parametrize("action", CASE_POSTS)
@pytest.mark.parametrize("csrf", ["", "0" * 64, "another officer's"])
def test_a_post_without_the_token_of_the_session_changes_nothing(
    office: Office, browser: Browser, case: str, action: str, csrf: str
) -> None:
    if csrf == "another officer's":
        other = office.sign_in(office.officer("Tono"))
        csrf = forms(other.get("/desk/me"))[-1].fields["csrf"]
    before = office.services.cases.get(case)

    answer = browser.http.post(
        f"/desk/cases/{case}/{action}", data={"csrf": csrf, "text": "x", "outcome": "resolved"}
    )

    assert answer.status_code == 403
    assert office.services.cases.get(case) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_post_from_a_foreign_page_is_refused(
    office: Office, browser: Browser, case: str, headers: dict[str, str]
) -> None:
    fields = forms(browser.get("/desk/me"))[-1].fields
    answer = browser.http.post(f"/desk/cases/{case}/claim", data=fields, headers=headers)

    assert answer.status_code == 403
    assert not office.services.cases.held_by(1)


def test_a_post_that_is_too_large_is_refused(browser: Browser, held: str) -> None:
    page = browser.get(f"/desk/cases/{held}")

    assert browser.press(page, "/note", text="x" * 70_000).status_code == 413


def test_what_a_citizen_writes_stays_text(office: Office, browser: Browser, held: str) -> None:
    conversation = office.citizen()
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'></textarea>"
    office.services.from_citizen(conversation, office.message(attack))

    page = browser.get(f"/desk/cases/{held}")
    assert attack not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x" in page.text


def test_the_mission_next_door_sees_nothing(office: Office, held: str) -> None:
    stranger = office.sign_in(office.officer("Jan", Role.HEAD, mission=FRANKFURT.id))

    assert held not in stranger.get("/desk?tab=claimed").text
    assert stranger.get(f"/desk/cases/{held}").status_code == 404
    assert stranger.get(f"/desk/live?case={held}").status_code == 401
    unknown = stranger.get("/desk/find?reference=KSL-261124-AAAA")
    hidden = stranger.get(f"/desk/find?reference={held}")
    assert unknown.status_code == hidden.status_code == 404
    assert words(unknown) == words(hidden)


@pytest.mark.parametrize("action", CASE_POSTS)
def test_the_mission_next_door_does_nothing(office: Office, held: str, action: str) -> None:
    stranger = office.sign_in(office.officer("Jan", Role.HEAD, mission=FRANKFURT.id))
    csrf = forms(stranger.get("/desk/me"))[-1].fields["csrf"]
    before = office.services.cases.get(held)

    answer = stranger.http.post(
        f"/desk/cases/{held}/{action}",
        data={"csrf": csrf, "text": "hello", "key": "k", "outcome": "resolved", "officer": "2"},
    )

    assert answer.status_code == 404
    assert office.services.cases.get(held) == before


def test_a_desk_of_another_function_sees_nothing(office: Office, case: str) -> None:
    labour = office.services.add_officer(
        "Lia", Role.OFFICER, missions=("kbri-singapore",), functions=(Function.LABOUR,)
    ).officer.id

    assert office.sign_in(labour).get(f"/desk/cases/{case}").status_code == 404


def test_a_look_at_a_case_is_on_record_also_where_it_is_refused(
    office: Office, rina: int, browser: Browser, case: str
) -> None:
    jan = office.officer("Jan", mission=FRANKFURT.id)
    browser.get(f"/desk/cases/{case}")
    office.sign_in(jan).get(f"/desk/cases/{case}")

    looks = office.audited("see")
    assert (f"officer:{rina}", case, "done") in looks
    assert (f"officer:{jan}", case, "unknown") in looks


def test_while_the_database_is_away_the_desk_says_so_and_changes_nothing(
    office: Office, browser: Browser, case: str
) -> None:
    page = browser.get(f"/desk/cases/{case}")
    with office.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE desk_sessions RENAME TO gone")

    assert browser.press(page, "/claim").status_code == 503
    assert browser.get("/desk").status_code == 503


def test_priorities_of_other_missions_do_not_show_in_counts(office: Office) -> None:
    office.asks(office.citizen(), "emergency_arrest", priority=Priority.P1)
    stranger = office.sign_in(office.officer("Jan", mission=FRANKFURT.id))

    assert "Waiting 0" in words(stranger.get("/desk"))
