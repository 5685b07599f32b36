"""Is the page small, whole in both languages, and safe?"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.gateway.page import FOLDER, Page, preferred_language
from tests.gateway.conftest import Gateway

TEXTS = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))


async def test_the_page_and_all_that_it_loads_stay_small(gateway: Gateway) -> None:
    html = (await gateway.http.get("/")).text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert len(loaded) == 3
    size = len(html.encode())
    for path in loaded:
        answer = await gateway.http.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        size += len(answer.content)

    assert size < 40_000


async def test_the_page_speaks_the_readers_language(gateway: Gateway) -> None:
    for header, language in (("en-GB,en;q=0.9", "en"), ("id-ID", "id"), ("", "id")):
        html = (await gateway.http.get("/", headers={"Accept-Language": header})).text
        assert f'<html lang="{language}">' in html
        assert TEXTS["subtitle"][language] in html
    assert '<html lang="en">' in (await gateway.http.get("/?lang=en")).text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("id", "id"),
        ("in-ID", "id"),
        ("ms-MY,en;q=0.8", "id"),
        ("en-US,id;q=0.5", "en"),
        ("en;q=0.3,id;q=0.9", "id"),
        ("zh-TW,zh;q=0.9,en;q=0.7", "en"),
        ("de", "id"),
        ("en;q=broken,id", "id"),
    ],
)
def test_which_language_an_accept_header_asks_for(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


def test_every_text_stands_in_both_languages_and_is_used() -> None:
    code = (FOLDER / "chat.html").read_text() + (FOLDER / "chat.js").read_text()
    for name, text in TEXTS.items():
        assert set(text) == {"id", "en"}
        assert all(each.strip() for each in text.values())
        assert re.search(rf'["{{]{name}["}}]', code), f"{name} is not used"
    for name in re.findall(r'(?:\bt|notice)\("(\w+)"\)', code):
        assert name in TEXTS


async def test_the_browser_may_run_nothing_but_our_files(gateway: Gateway) -> None:
    answer = await gateway.http.get("/")
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all("src=" in each or "application/json" in each for each in scripts)
    assert not re.search(r"\son\w+=|style=", answer.text)


async def test_errors_and_answers_carry_the_same_safe_headers(gateway: Gateway) -> None:
    for path in ("/nothing", "/healthz", "/webchat/messages", "/static/../app.py", "/static/x.js"):
        answer = await gateway.http.get(path)
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


async def test_what_has_not_changed_is_not_sent_again(gateway: Gateway) -> None:
    first = await gateway.http.get("/")
    again = await gateway.http.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await gateway.http.get("/?lang=en", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_files_are_packed_only_for_who_can_unpack_them(gateway: Gateway) -> None:
    packed = await gateway.http.get("/static/chat.js")
    plain = await gateway.http.get("/static/chat.js", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert plain.headers["cache-control"] == "no-cache", "an unversioned address may change"


def test_a_page_that_lacks_a_text_does_not_start(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(FOLDER, folder)
    texts = {name: text for name, text in TEXTS.items() if name != "sos"}
    (folder / "texts.json").write_text(json.dumps(texts))

    with pytest.raises(SetupError, match="sos"):
        Page(folder)


def test_a_text_cannot_end_the_block_of_texts(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(FOLDER, folder)
    texts = {**TEXTS, "send": {"id": "</script><b>", "en": '"&'}}
    (folder / "texts.json").write_text(json.dumps(texts))

    html = Page(folder).html("id").decode()
    assert "</script><b>" not in html
    block = re.search(r'id="texts">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["send"]["id"] == "</script><b>"
