"""A browser without scripts: pages, their forms as they stand in the HTML, cookies."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx


@dataclass
class Form:
    """A form of a page; `fields` are filled in as the page has them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and given.get("type") not in ("radio", "checkbox") and "name" in given:
            form.fields[given["name"]] = given.get("value", "")
        elif tag == "textarea" and "name" in given:
            self._textarea = given["name"]
            form.fields[self._textarea] = ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and ("selected" in given or given["value"] == ""):
            form.fields[self._select] = given["value"]
        elif tag == "button":
            form.buttons.append(given)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None


def forms(page: httpx.Response) -> list[Form]:
    """Every form of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


def words(page: httpx.Response) -> str:
    """What a person reads of a page."""
    shown = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


class Browser:
    """An officer's browser, signed in or not."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.http = httpx.Client(
            base_url=url, follow_redirects=True, headers={"Accept-Language": language}
        )
        self.http.cookies.set("desk_language", language)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Opens a page."""
        return self.http.get(path, **options)

    def press(self, page: httpx.Response, action: str, **fields: Any) -> httpx.Response:
        """Fills in the form of a page that goes to `action`, and sends it."""
        form = next((each for each in forms(page) if each.action.endswith(action)), None)
        assert form is not None, f"the page has no form for {action}"
        return self.http.post(form.action, data={**form.fields, **fields})

    def has(self, page: httpx.Response, action: str) -> bool:
        """Whether the page offers that."""
        return any(form.action.endswith(action) for form in forms(page))

    def enter(self, link: str) -> httpx.Response:
        """Opens a sign-in link and presses its button."""
        return self.press(self.get(link), "/desk/enter")


def open_page(browser: Browser, case: str) -> httpx.Response:
    return browser.get(f"/desk/cases/{case}")
