"""Does only the officer whose link it is come in, once, and only for a while?"""

from __future__ import annotations

import httpx
import pytest

from tests.desk.browser import Browser, forms, words
from tests.desk.conftest import Office

PAGES = ("/desk", "/desk/me", "/desk/officers", "/desk/cases/KSL-261124-7Q4M", "/desk/whatever")


def is_in(browser: Browser) -> bool:
    return browser.get("/desk").status_code == 200


def test_a_link_opens_a_session(office: Office, rina: int) -> None:
    browser = Browser(office.url)
    page = browser.get(office.link(rina))
    assert "Sign in as Rina?" in words(page)

    assert "Waiting 0" in words(browser.press(page, "/desk/enter"))
    assert is_in(browser)


def test_a_link_works_once(office: Office, rina: int) -> None:
    link = office.link(rina)
    Browser(office.url).enter(link)

    late = Browser(office.url)
    assert late.get(link).status_code == 410
    assert not is_in(late)


def test_looking_at_a_link_as_messengers_do_uses_nothing_up(office: Office, rina: int) -> None:
    link = office.link(rina)
    for _ in range(3):
        assert httpx.get(link).status_code == 200

    assert Browser(office.url).enter(link).status_code == 200


def test_of_two_who_press_at_once_one_comes_in(office: Office, rina: int) -> None:
    link = office.link(rina)
    first, second = Browser(office.url), Browser(office.url)
    pages = first.get(link), second.get(link)

    assert first.press(pages[0], "/desk/enter").status_code == 200
    assert second.press(pages[1], "/desk/enter").status_code == 410


def test_a_link_is_good_for_ten_minutes(office: Office, rina: int) -> None:
    browser = Browser(office.url)
    link = office.link(rina)
    office.clock.forward(minutes=9, seconds=59)
    page = browser.get(link)
    office.clock.forward(seconds=1)

    assert browser.press(page, "/desk/enter").status_code == 410
    assert browser.get(link).status_code == 410


def test_a_new_link_ends_the_one_before(office: Office, rina: int) -> None:
    old = office.link(rina)
    office.link(rina)

    assert Browser(office.url).get(old).status_code == 410


@pytest.mark.parametrize("change", ["secret", "selector", "empty", "long"])
def test_a_changed_link_opens_nothing(office: Office, rina: int, change: str) -> None:
    token = office.link(rina).partition("key=")[2]
    selector, _, secret = token.partition(".")
    forged = {
        "secret": f"{selector}.{secret[::-1]}",
        "selector": f"{selector[::-1]}.{secret}",
        "empty": "",
        "long": f"{token}{'x' * 5000}",
    }[change]

    assert Browser(office.url).get(f"/desk/enter?key={forged}").status_code == 410


def test_the_button_needs_the_browser_that_opened_the_link(office: Office, rina: int) -> None:
    page = Browser(office.url).get(office.link(rina))
    elsewhere = Browser(office.url)

    assert elsewhere.press(page, "/desk/enter").status_code == 403
    assert not is_in(elsewhere)


def test_a_link_of_a_revoked_officer_opens_nothing(office: Office, rina: int) -> None:
    link = office.link(rina)
    browser = Browser(office.url)
    page = browser.get(link)
    office.services.revoke(rina)

    assert browser.press(page, "/desk/enter").status_code == 410
    assert not is_in(browser)


@pytest.mark.parametrize("path", PAGES)
def test_outside_every_page_says_how_to_sign_in_and_nothing_else(office: Office, path: str) -> None:
    page = Browser(office.url).get(path)

    assert page.status_code == 401
    assert "/desk" in words(page)
    assert "KSL" not in page.text


def test_a_session_ends_after_half_an_hour_without_an_action(
    office: Office, browser: Browser
) -> None:
    office.clock.forward(minutes=29)
    assert is_in(browser)
    office.clock.forward(minutes=29)
    assert is_in(browser)
    office.clock.forward(minutes=30)

    page = browser.get("/desk")
    assert page.status_code == 401
    assert "Your session is over" in words(page)


def test_what_a_page_fetches_by_itself_is_no_action(office: Office, browser: Browser) -> None:
    for _ in range(3):
        office.clock.forward(minutes=10)
        browser.get("/desk", headers={"X-Desk-Live": "1"})

    assert not is_in(browser)


def test_a_session_ends_after_eight_hours_whatever_happens(
    office: Office, browser: Browser
) -> None:
    for _ in range(19):
        office.clock.forward(minutes=25)
        assert is_in(browser)
    office.clock.forward(minutes=10)

    assert not is_in(browser)


def test_a_revoked_officer_is_outside_at_once(office: Office, rina: int, browser: Browser) -> None:
    assert is_in(browser)
    office.services.revoke(rina)

    assert not is_in(browser)


def test_signing_out_ends_the_session_itself(office: Office, rina: int, browser: Browser) -> None:
    stolen = dict(browser.http.cookies)
    page = browser.press(browser.get("/desk"), "/desk/leave")

    assert "You are signed out" in words(page)
    assert httpx.get(f"{office.url}/desk", cookies=stolen).status_code == 401


def test_signing_out_everywhere_ends_every_session(office: Office, rina: int) -> None:
    phone, desktop = office.sign_in(rina), office.sign_in(rina)
    phone.press(phone.get("/desk/me"), "/desk/leave-all")

    assert not is_in(desktop)


def test_a_session_cookie_is_for_this_site_and_not_for_scripts(office: Office, rina: int) -> None:
    browser = Browser(office.url)
    page = browser.get(office.link(rina))
    answer = httpx.post(
        f"{office.url}/desk/enter", data=forms(page)[-1].fields, cookies=dict(browser.http.cookies)
    )
    cookie = next(each for each in answer.headers.get_list("set-cookie") if "desk=" in each)

    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_with_https_the_cookie_is_secure_and_of_this_host(office: Office, rina: int) -> None:
    with office.served("https://desk.example.org") as url:
        browser = Browser(url)
        page = browser.get(office.link(rina).replace(office.url, url))
        step = next(iter(page.headers.get_list("set-cookie"))).partition(";")[0]
        answer = httpx.post(
            f"{url}/desk/enter",
            data=forms(page)[-1].fields,
            headers={"Cookie": step, "Origin": "https://desk.example.org"},
        )
    cookie = next(each for each in answer.headers.get_list("set-cookie") if "desk=" in each)

    assert cookie.startswith("__Host-desk=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


def test_links_and_entries_are_on_record(office: Office, rina: int) -> None:
    link = office.link(rina)
    Browser(office.url).enter(link)
    browser = Browser(office.url)
    browser.get(link)

    me = f"officer:{rina}"
    assert office.audited("desk.link") == [("system", me, "done")]
    assert office.audited("desk.enter") == [(me, me, "done")]


def test_the_language_of_the_desk_is_the_officers_until_they_choose(
    office: Office, rina: int
) -> None:
    browser = Browser(office.url, language="xx")
    assert "Masuk sebagai Rina?" in words(browser.get(office.link(rina)))

    answer = browser.http.post("/desk/language", data={"language": "en", "back": "/desk/me"})
    assert words(answer).startswith("Skip to content")


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/desk//evil", "/x"])
def test_the_choice_of_language_leads_nowhere_else(office: Office, back: str) -> None:
    answer = httpx.post(f"{office.url}/desk/language", data={"language": "id", "back": back})

    assert answer.headers["location"] == "/desk"
