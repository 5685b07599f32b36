"""Does a webhook take what is right, once, and refuse what is not?"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.gateway.limits import BODY_BYTES
from bot.storage.redis_client import open_redis
from tests.fakes.redis_server import RedisServer
from tests.gateway.conftest import Gateway, run_gateway, sign

pytestmark = pytest.mark.asyncio(loop_scope="module")

TELEGRAM = "/webhooks/telegram"


def post(number: int = 1, *, text: str = "halo", chat: str = "77") -> bytes:
    return json.dumps({"id": f"u{number}", "chat": chat, "text": text}).encode()


async def test_a_message_is_stored_before_the_platform_is_answered(gateway: Gateway) -> None:
    answer = await gateway.webhook(post())

    assert (answer.status_code, answer.text) == (200, "<ok/>")
    (stored,) = await gateway.stored()
    assert (stored.message_id, stored.text) == ("u1", "halo")


async def test_a_repeated_post_is_answered_and_changes_nothing(gateway: Gateway) -> None:
    answers = [await gateway.webhook(post()) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len(await gateway.stored()) == 1
    assert metric(gateway, "repeated") == 2


async def test_posts_at_the_same_moment_are_stored_once(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(gateway.webhook(post()) for _ in range(20)))

    assert {each.status_code for each in answers} == {200}
    assert len(await gateway.stored()) == 1


async def test_what_is_not_for_us_is_answered_and_dropped(gateway: Gateway) -> None:
    answer = await gateway.webhook(b'{"edited": {}}')

    assert answer.status_code == 200
    assert await gateway.stored() == []
    assert metric(gateway, "ignored") == 1


BAD = {
    "no signature": ({}, post(), 403, "forged"),
    "a wrong signature": ({"X-Signature": "guess"}, post(), 403, "forged"),
    "a signature of another body": ({"X-Signature": sign(TELEGRAM, b"")}, post(), 403, "forged"),
    "a signature of another path": ({"X-Signature": sign("/", post())}, post(), 403, "forged"),
    "a non-ASCII signature": ({"X-Signature": b"\xff\xfe"}, post(), 403, "forged"),
    "no body": (None, b"", 400, "malformed"),
    "no JSON": (None, b"{", 400, "malformed"),
    "a list": (None, b"[]", 400, "malformed"),
    "another shape": (None, b'{"id": "1"}', 400, "malformed"),
    "not UTF-8": (None, b'{"id": "\xff"}', 400, "malformed"),
    "one byte too many": (None, b" " * (BODY_BYTES + 1), 413, "too_large"),
    "far too large": (None, b" " * (BODY_BYTES * 8), 413, "too_large"),
}


@pytest.mark.parametrize(("headers", "body", "status", "word"), BAD.values(), ids=BAD)
async def test_a_bad_post_is_refused_and_nothing_is_stored(
    gateway: Gateway, headers: dict[str, str] | None, body: bytes, status: int, word: str
) -> None:
    given = {"X-Signature": sign(TELEGRAM, body)} if headers is None else headers
    answer = await gateway.http.post(TELEGRAM, content=body, headers=given)

    assert answer.status_code == status
    assert answer.json() == {"error": word}
    assert await gateway.stored() == []
    assert metric(gateway, word) == 1


async def test_the_largest_body_that_is_allowed_is_read(gateway: Gateway) -> None:
    body = post(text="a" * (BODY_BYTES - len(post(text=""))))
    assert len(body) == BODY_BYTES

    assert (await gateway.webhook(body)).status_code == 200


async def test_a_body_without_a_length_is_stopped_at_the_limit(gateway: Gateway) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 65536
            yield b" " * 65536
            await asyncio.sleep(0)

    try:
        answer = await gateway.http.post(TELEGRAM, content=endless())
        assert answer.status_code == 413
    except Exception as error:  # the server may close before the client has finished writing
        assert "Error" in type(error).__name__
    assert metric(gateway, "too_large") == 1
    assert sent < 1000 * 65536, "the server must not read on"
    assert (await gateway.webhook(post())).status_code == 200


async def test_the_whole_answer_to_a_chunked_body_that_is_too_large(gateway: Gateway) -> None:
    """Read from the socket itself: the refusal reaches who goes on writing."""
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {TELEGRAM} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    )
    for _ in range(4):
        writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
    writer.write(b"1\r\n \r\n")
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode()
    writer.close()

    assert head.startswith("HTTP/1.1 413 ")
    assert "connection: close" in head.lower()


async def test_without_redis_the_platform_is_told_to_try_again(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        async with run_gateway(redis) as gateway:
            server.kill()
            refused = await gateway.webhook(post())
            assert (refused.status_code, refused.json()) == (503, {"error": "not_stored"})
            assert refused.headers["retry-after"]

            server.start()
            assert (await gateway.webhook(post())).status_code == 200
            assert len(await gateway.stored()) == 1
        await redis.close()


async def test_a_repetition_is_known_after_a_restart_of_everything(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        for expected in (1, 1):
            redis = open_redis(server.url)
            async with run_gateway(redis) as gateway:
                assert (await gateway.webhook(post())).status_code == 200
                assert len(await gateway.stored()) == expected
            await redis.close()
            server.kill()
            server.start()


async def test_a_channel_that_is_not_configured_is_not_there(gateway: Gateway) -> None:
    for path in ("/webhooks/whatsapp", "/webhooks/whatsapp/status", "/webhooks/", "/nothing"):
        answer = await gateway.http.post(path, content=b"x")
        assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})
    answer = await gateway.http.get(TELEGRAM)
    assert (answer.status_code, answer.json()) == (405, {"error": "method_not_allowed"})


async def test_a_signature_covers_the_query_as_it_was_sent(gateway: Gateway) -> None:
    path = f"{TELEGRAM}?a=%20b&c="

    assert (await gateway.webhook(post(), path)).status_code == 200


async def test_a_delivery_report_is_recorded(gateway: Gateway) -> None:
    path = f"{TELEGRAM}/status"

    assert (await gateway.webhook(b"SM1", path)).status_code == 200
    assert (await gateway.webhook(b"queued", path)).status_code == 200
    assert (await gateway.webhook(b"?", path)).status_code == 400
    assert (await gateway.http.post(path, content=b"SM2")).status_code == 403
    assert [each.platform_id for each in gateway.reports] == ["SM1"]


async def test_nothing_of_a_request_is_logged_or_told(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    words = "rahasia-sekali"
    await gateway.webhook(post(text=words, chat=words))
    for body in (words.encode(), b'{"edited": "%s"}' % words.encode()):
        assert words not in (await gateway.webhook(body)).text
    await gateway.http.post(TELEGRAM, content=words, headers={"X-Signature": words})

    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert "inbound.refused" in logged
    assert words not in logged


def metric(gateway: Gateway, outcome: str) -> float:
    return gateway.count("telegram", outcome)
