"""Is the page small, whole in both languages, and safe?"""

from __future__ import annotations

import json
import re

import pytest

from bot.gateway.page import FOLDER
from tests.gateway.conftest import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
