"""Does every button of a case do what it says, and refuse what it must?"""

from __future__ import annotations

import pytest

from bot.casework.case import CaseState, Function, Outcome
from bot.casework.officers import Role
from bot.conversation.session import Owner
from tests.desk.browser import Browser, forms, open_page, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT

# Claiming


def test_a_case_is_claimed_from_the_queue(
    office: Office, rina: int, browser: Browser, case: str
) -> None:
    page = browser.press(browser.get("/desk"), f"{case}/claim")

    assert "You have this case now" in words(page)
    assert office.services.cases.get(case).claimed_by == rina  # type: ignore[union-attr]


def test_whoever_comes_second_is_told_who_has_it_and_since_when(
    office: Office, browser: Browser, case: str
) -> None:
    page = browser.get("/desk")
    office.services.claim(case, office.officer("Tono"))
    answer = browser.press(page, f"{case}/claim")

    assert answer.status_code == 409
    assert "Already taken by Tono at 10:00." in words(answer)


def test_a_citizen_who_talks_with_a_colleague_is_not_taken_from_them(
    office: Office, browser: Browser, case: str
) -> None:
    conversation = office.citizen()
    other = office.asks(conversation, "legalisation").reference
    office.services.claim(case, office.officer("Tono"))
    answer = browser.press(open_page(browser, other), "/claim")

    assert answer.status_code == 409
    assert f"Tono is talking with this citizen in case {case}." in words(answer)


def test_a_case_that_is_not_mine_waits_on(
    office: Office, rina: int, browser: Browser, case: str
) -> None:
    page = browser.press(open_page(browser, case), "/decline")

    assert "The case waits for another officer" in words(page)
    assert case in page.text
    events = office.services.transcripts.events(case)
    assert [e.kind.value for e in events if e.actor == f"officer:{rina}"] == ["declined"]


# Writing


def test_a_reply_goes_the_way_of_every_message_to_a_citizen(
    office: Office, browser: Browser, held: str
) -> None:
    page = browser.press(open_page(browser, held), "/reply", text="Halo\r\nSaya Rina.")

    assert "The reply is on its way" in words(page)
    assert "Halo Saya Rina. 10:00 · on its way" in words(page)
    [sent] = office.outbound(office.citizen())
    assert "Halo\nSaya Rina." in sent


def test_a_form_that_is_sent_twice_is_said_once(
    office: Office, browser: Browser, held: str
) -> None:
    page = open_page(browser, held)
    for _ in range(2):
        assert browser.press(page, "/reply", text="Halo").status_code == 200

    assert len(office.outbound(office.citizen())) == 1


def test_only_the_officer_who_has_the_case_writes_to_the_citizen(
    office: Office, browser: Browser, case: str
) -> None:
    page = open_page(browser, case)
    assert "Claim this case to reply" in words(page)
    answer = browser.press(page, "/reply", text="Halo")

    assert answer.status_code == 409
    assert "You no longer have this case" in words(answer)
    assert not office.outbound(office.citizen())


def test_words_that_came_too_late_stay_in_the_box(
    office: Office, browser: Browser, rina: int, held: str
) -> None:
    page = open_page(browser, held)
    office.services.release(held, rina)
    office.services.claim(held, office.officer("Tono"))
    answer = browser.press(page, "/reply", text="Kata <penting>")

    assert "Already taken by Tono" in words(answer)
    form = next(form for form in forms(answer) if form.action.endswith("/reply"))
    assert form.fields["text"] == "Kata <penting>"


def test_words_are_not_lost_with_the_session(office: Office, browser: Browser, held: str) -> None:
    page = open_page(browser, held)
    office.clock.forward(minutes=31)
    answer = browser.press(page, "/reply", text="Kata penting")

    assert answer.status_code == 401
    assert "Kata penting" in answer.text
    assert not office.outbound(office.citizen())


@pytest.mark.parametrize(("text", "notice"), [("  \n", "nothing written"), ("x" * 4001, "4000")])
@pytest.mark.parametrize("action", ["reply", "note"])
def test_empty_and_endless_words_are_not_taken(
    office: Office, browser: Browser, held: str, text: str, notice: str, action: str
) -> None:
    answer = browser.press(open_page(browser, held), f"/{action}", text=text)

    assert answer.status_code == 422
    assert notice in words(answer)
    assert not office.outbound(office.citizen())


def test_a_note_is_seen_by_colleagues_and_never_sent(
    office: Office, browser: Browser, case: str
) -> None:
    browser.press(open_page(browser, case), "/note", text="Sudah ditelepon.")
    colleague = office.sign_in(office.officer("Tono"))

    assert "not seen by the citizen Sudah ditelepon." in words(open_page(colleague, case))
    assert not office.outbound(office.citizen())


def test_a_canned_reply_goes_into_the_box_and_is_not_sent(
    office: Office, browser: Browser, held: str
) -> None:
    answer = browser.press(open_page(browser, held), "/reply", text="")
    page = open_page(browser, held)
    form = next(form for form in forms(page) if form.action.endswith("/reply"))
    button = next(each for each in form.buttons if each.get("value") == "hello")
    answer = browser.http.post(
        button["formaction"], data={**form.fields, "text": "Pak,", "canned": "hello"}
    )

    form = next(form for form in forms(answer) if form.action.endswith("/reply"))
    assert form.fields["text"].startswith("Pak,\n\nHalo, saya Rina")
    assert held in form.fields["text"]
    assert not office.outbound(office.citizen())


def test_canned_replies_are_in_the_citizens_language_and_of_the_mission(
    office: Office, browser: Browser
) -> None:
    english = office.asks(office.citizen("7002"), "labour_dispute").reference
    page = open_page(browser, english)

    assert "Keep the proof" in page.text
    assert "Simpan semua bukti" in page.text
    assert "Passport kept by the employer" not in page.text


# Moving on


def test_a_case_goes_back_to_the_queue(office: Office, browser: Browser, held: str) -> None:
    page = browser.press(open_page(browser, held), "/release")

    assert "The case is back in the queue" in words(page)
    assert office.services.cases.get(held).state is CaseState.QUEUED  # type: ignore[union-attr]


def test_a_case_is_handed_to_a_colleague_with_a_note(
    office: Office, browser: Browser, held: str
) -> None:
    tono = office.officer("Tono")
    page = browser.press(
        open_page(browser, held), "/transfer", officer=str(tono), note="Tolong lanjutkan."
    )

    assert "The case was transferred" in words(page)
    assert office.services.cases.get(held).claimed_by == tono  # type: ignore[union-attr]
    shown = words(open_page(office.sign_in(tono), held))
    assert "Tolong lanjutkan." in shown
    assert "Transferred by Rina to Tono" in shown


def test_a_case_is_handed_to_another_desk_or_mission(
    office: Office, browser: Browser, held: str
) -> None:
    office.officer("Jan", mission=FRANKFURT.id)
    browser.press(open_page(browser, held), "/transfer", mission=FRANKFURT.id, function="consular")

    moved = office.services.cases.get(held)
    assert moved is not None
    assert (moved.mission_id, moved.function) == (FRANKFURT.id, Function.CONSULAR)
    assert moved.state is CaseState.QUEUED
    assert open_page(browser, held).status_code == 404


def test_a_transfer_to_nowhere_is_refused(office: Office, browser: Browser, held: str) -> None:
    answer = browser.press(open_page(browser, held), "/transfer")

    assert answer.status_code == 409
    assert "Choose a destination" in words(answer)


def test_only_colleagues_who_may_see_the_case_are_offered(
    office: Office, browser: Browser, held: str
) -> None:
    office.officer("Tono")
    office.officer("Johanna", mission=FRANKFURT.id)
    page = open_page(browser, held)

    assert "Tono · Officer" in page.text
    assert "Johanna" not in page.text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_case_is_closed_with_an_outcome(
    office: Office, browser: Browser, held: str, outcome: Outcome
) -> None:
    page = browser.press(open_page(browser, held), "/close", outcome=outcome.value)

    assert "The case is closed" in words(page)
    closed = office.services.cases.get(held)
    assert closed is not None
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, outcome)
    assert office.owner(office.citizen()) is Owner.BOT


def test_a_case_is_not_closed_without_an_outcome(
    office: Office, browser: Browser, held: str
) -> None:
    answer = browser.press(open_page(browser, held), "/close", outcome="bored")

    assert answer.status_code == 409
    assert office.services.cases.get(held).is_open  # type: ignore[union-attr]


def test_a_closed_case_is_opened_again(office: Office, browser: Browser, held: str) -> None:
    closed = browser.press(open_page(browser, held), "/close", outcome="resolved")
    assert not browser.has(closed, "/close")
    page = browser.press(closed, "/reopen")

    assert "The case is open again" in words(page)
    assert office.services.cases.get(held).state is CaseState.QUEUED  # type: ignore[union-attr]


@pytest.mark.parametrize("action", ["release", "transfer", "close"])
def test_a_page_that_shows_another_holder_than_there_is_now_changes_nothing(
    office: Office, case: str, action: str
) -> None:
    senior = office.sign_in(office.officer("Budi", Role.SUPERVISOR))
    tono, wati = office.officer("Tono"), office.officer("Wati")
    office.services.claim(case, tono)
    page = open_page(senior, case)
    office.services.transfer(case, tono, to_officer=wati)
    answer = senior.press(page, f"/{action}", outcome="resolved", function="consular")

    assert answer.status_code == 409
    assert "Already taken by Wati" in words(answer)
    assert office.services.cases.get(case).claimed_by == wati  # type: ignore[union-attr]


def test_a_page_offers_only_what_its_officer_may_do(
    office: Office, browser: Browser, case: str, rina: int
) -> None:
    waiting = open_page(browser, case)
    assert {
        name: browser.has(waiting, f"/{name}")
        for name in ("claim", "decline", "close", "release", "export")
    } == {"claim": True, "decline": True, "close": False, "release": False, "export": False}
    office.services.claim(case, rina)
    mine = open_page(browser, case)
    assert all(browser.has(mine, f"/{name}") for name in ("release", "transfer", "close", "export"))
    assert not browser.has(mine, "/claim")
    other = open_page(office.sign_in(office.officer("Tono")), case)
    assert not any(browser.has(other, f"/{n}") for n in ("claim", "release", "close", "export"))
    assert "Rina has this case" in words(other)


def test_what_the_page_does_not_offer_is_refused_all_the_same(office: Office, held: str) -> None:
    tono = office.sign_in(office.officer("Tono"))
    csrf = forms(tono.get("/desk/me"))[-1].fields["csrf"]
    holder = str(office.services.cases.get(held).claimed_by)  # type: ignore[union-attr]
    answer = tono.http.post(
        f"/desk/cases/{held}/close", data={"csrf": csrf, "holder": holder, "outcome": "resolved"}
    )

    assert answer.status_code == 409
    assert "You may not do this" in words(answer)
    assert office.services.cases.get(held).is_open  # type: ignore[union-attr]


def test_every_action_is_on_record_with_who_did_it(
    office: Office, rina: int, browser: Browser, case: str
) -> None:
    page = browser.press(open_page(browser, case), "/claim")
    page = browser.press(page, "/reply", text="Halo")
    page = browser.press(page, "/note", text="x")
    page = browser.press(page, "/close", outcome="resolved")
    browser.press(page, "/reopen")

    for action in ("claim", "reply", "note", "close", "reopen"):
        assert office.audited(f"desk.{action}") == [(f"officer:{rina}", case, "done")]
