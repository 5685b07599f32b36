"""Is a citizen's file from the web chat kept sealed, named by one message, and within bounds?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.sendable import LARGEST_BYTES
from bot.messages import AttachmentKind, Home
from bot.storage.kept_files import KEPT
from bot.storage.redis_client import open_redis
from tests.fakes.redis_server import RedisServer
from tests.gateway.conftest import QUOTA_BYTES, Gateway, run_gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = "/webchat/files"
JPEG, PDF = b"\xff\xd8\xff\xe0 a passport", b"%PDF-1.7 a letter"
FROM_OUTSIDE = {"X-Forwarded-For": "203.0.113.9"}


async def send(
    gateway: Gateway,
    content: bytes | AsyncIterator[bytes],
    headers: dict[str, str],
    message_id: str = "f-1",
) -> httpx.Response:
    query = {"message_id": message_id}
    return await gateway.http.post(FILES, params=query, content=content, headers=headers)


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (JPEG, AttachmentKind.PHOTO, "image/jpeg"),
        (PDF, AttachmentKind.DOCUMENT, "application/pdf"),
        (b"OggS a voice", AttachmentKind.VOICE, "audio/ogg"),
        (JPEG + bytes(LARGEST_BYTES - len(JPEG)), AttachmentKind.PHOTO, "image/jpeg"),
    ],
)
async def test_a_file_becomes_a_message_that_says_where_it_lies(
    gateway: Gateway, content: bytes, kind: AttachmentKind, media_type: str
) -> None:
    headers, address = await gateway.session()
    assert (await send(gateway, content, headers)).status_code == 202

    (stored,) = await gateway.stored()
    (file,) = stored.attachments
    assert (stored.address, stored.text) == (address, "")
    assert (file.kind, file.media_type, file.size_bytes) == (kind, media_type, len(content))
    assert file.home is Home.WEB
    assert await gateway.kept.get(file.reference) == content


async def test_a_file_lies_sealed_and_ends_by_itself(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    await send(gateway, JPEG, headers)
    (name,) = await gateway.redis.keys("file:*")
    assert "passport" not in str(await gateway.redis.get(name))
    for key in (name, *await gateway.redis.keys("files:*")):
        assert 0 < await gateway.redis.ttl(key) <= KEPT.total_seconds() + 3600


async def test_the_same_post_again_is_one_message_and_one_file(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    answers = [await send(gateway, content, headers) for content in (JPEG, JPEG, PDF)]
    assert [each.json()["status"] for each in answers] == ["accepted", "repeated", "repeated"]
    assert {each.status_code for each in answers} == {202}

    (stored,) = await gateway.stored()
    assert len(await gateway.redis.keys("file:*")) == 1
    assert await gateway.kept.get(stored.attachments[0].reference) == JPEG


async def test_two_citizens_with_the_same_id_have_two_files(gateway: Gateway) -> None:
    for content in (JPEG, PDF):
        await send(gateway, content, (await gateway.session())[0])
    found = {(await gateway.kept.get(m.attachments[0].reference)) for m in await gateway.stored()}
    assert found == {JPEG, PDF}


@pytest.mark.parametrize("is_announced", [True, False])
async def test_who_sends_too_much_is_told_so_and_nothing_is_kept(
    gateway: Gateway, is_announced: bool
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield JPEG
        for _ in range(6):
            yield bytes(1024 * 1024)

    headers, _ = await gateway.session()
    content: Any = JPEG + bytes(LARGEST_BYTES) if is_announced else parts()
    answer = await send(gateway, content, headers)
    assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})
    assert await gateway.redis.keys("file:*") == []


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>alert(1)</script>", b"MZ a program", b"PK a bundle"]
)
async def test_what_it_is_counts_and_not_what_it_says_it_is(
    gateway: Gateway, content: bytes
) -> None:
    headers, _ = await gateway.session()
    answer = await send(gateway, content, {**headers, "Content-Type": "image/jpeg"})
    assert (answer.status_code, answer.json()) == (415, {"error": "wrong_type"})
    assert await gateway.redis.keys("file:*") == []
    assert await gateway.stored() == []
    assert gateway.count("web", "wrong_type") == 1


async def test_without_a_token_or_an_id_nothing_is_taken(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    assert (await send(gateway, JPEG, {})).status_code == 401
    assert (await gateway.http.post(FILES, content=JPEG, headers=headers)).status_code == 400
    assert (await send(gateway, JPEG, headers, message_id="a b")).status_code == 400
    assert await gateway.redis.keys("file:*") == []


async def test_who_sends_too_many_files_can_still_write(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    outside = {**headers, **FROM_OUTSIDE}
    statuses = [(await send(gateway, JPEG, outside, str(n))).status_code for n in range(12)]
    assert statuses[:10] == [202] * 10
    assert statuses[-1] == 429
    body = {"message_id": "m", "text": "tolong"}
    answer = await gateway.http.post("/webchat/messages", json=body, headers=outside)
    assert answer.status_code == 202


async def test_files_never_take_the_room_that_messages_need(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    large = JPEG + bytes(LARGEST_BYTES - len(JPEG))
    answers = [await send(gateway, large, headers, str(number)) for number in range(4)]
    assert [each.status_code for each in answers] == [202, 202, 503, 503]
    assert int(answers[-1].headers["retry-after"]) > 0
    # Sealed it is a third longer; a small one still fits.
    assert 3 * LARGEST_BYTES * 4 // 3 >= QUOTA_BYTES
    assert (await send(gateway, JPEG, headers, "small")).status_code == 202
    assert len(await gateway.stored()) == 3


async def test_while_redis_is_away_the_page_is_told_to_come_again(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        async with run_gateway(redis) as gateway:
            headers, _ = await gateway.session()
            server.kill()
            assert (await send(gateway, JPEG, headers)).status_code == 503
            server.start()
            assert (await send(gateway, JPEG, headers)).status_code == 202
        await redis.close()
