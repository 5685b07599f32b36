"""Does an open page learn at once that it is old, and nothing else?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.desk.browser import Browser
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT


@pytest.fixture(autouse=True)
def _server_of_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Streams that others have opened still watch the common one."""
    with office.served() as url:
        monkeypatch.setattr(office, "url", url)
        yield


class Stream:
    """The events of an open page."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def next(self) -> str:
        """The kind of the next event; heartbeats are passed over."""
        for line in self._lines:
            if line.startswith("event: "):
                return line.removeprefix("event: ")
        return "end"


@contextmanager
def watching(browser: Browser, path: str) -> Iterator[Stream]:
    with browser.http.stream("GET", path, timeout=10) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        assert next(lines) == "retry: 3000"
        yield Stream(lines)


def mark(browser: Browser, path: str) -> str:
    text = browser.get(path).text
    return text.partition('data-mark="')[2].partition('"')[0]


def test_a_new_case_shows_within_two_seconds(office: Office, browser: Browser) -> None:
    with watching(browser, f"/desk/live?mark={mark(browser, '/desk')}") as stream:
        began = time.monotonic()
        office.asks(office.citizen(), "passport_lost")

        assert stream.next() == "changed"
        assert time.monotonic() - began < 2


def test_a_page_that_is_old_already_is_told_at_once(
    office: Office, browser: Browser, case: str
) -> None:
    with watching(browser, "/desk/live?mark=0") as stream:
        assert stream.next() == "changed"


def test_a_case_tells_of_words_and_of_how_far_they_came(
    office: Office, rina: int, browser: Browser, held: str
) -> None:
    path = f"/desk/cases/{held}"
    with watching(browser, f"/desk/live?case={held}&mark={mark(browser, path)}") as stream:
        browser.press(browser.get(path), "/reply", text="Halo")
        assert stream.next() == "changed"
        [row] = office.outbox.queued(office.citizen())
        office.outbox.mark_sent(row.id, [])
        assert stream.next() == "changed"


def test_another_citizens_case_does_not_disturb(
    office: Office, browser: Browser, held: str
) -> None:
    known = mark(browser, f"/desk/cases/{held}")
    office.asks(office.citizen("7002"), "passport_lost")

    assert mark(browser, f"/desk/cases/{held}") == known


def test_a_revoked_officers_page_is_told_that_it_is_over(
    office: Office, rina: int, browser: Browser
) -> None:
    with watching(browser, f"/desk/live?mark={mark(browser, '/desk')}") as stream:
        office.services.revoke(rina)
        office.asks(office.citizen(), "passport_lost")

        assert stream.next() == "over"


def test_outside_and_next_door_nothing_is_told(office: Office, case: str) -> None:
    stranger = office.sign_in(office.officer("Jan", mission=FRANKFURT.id))

    assert httpx.get(f"{office.url}/desk/live").status_code == 401
    assert stranger.get(f"/desk/live?case={case}").status_code == 401


def test_open_pages_do_not_hold_up_the_server_when_it_stops(office: Office, rina: int) -> None:
    with office.served() as url:
        browser = Browser(url)
        browser.enter(office.link(rina).replace(office.url, url))
        http = browser.http
        stream = http.send(http.build_request("GET", "/desk/live?mark=0"), stream=True)
        assert next(stream.iter_lines()) == "retry: 3000"
        began = time.monotonic()
    assert time.monotonic() - began < 3
    stream.close()
