"""Does the web chat keep a session, take what is right and hand out answers at once?"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.messages import Button, Location, OutboundMessage
from bot.storage.redis_client import open_redis
from tests.fakes.redis_server import RedisServer
from tests.gateway.conftest import PRIVACY, Gateway, run_gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGES = "/webchat/messages"
FROM_OUTSIDE = {"X-Forwarded-For": "203.0.113.9"}


async def test_a_message_is_taken_with_its_session_as_the_address(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    body = {"message_id": "m-1", "text": "paspor saya hilang"}
    answer = await gateway.http.post(MESSAGES, json=body, headers=headers)

    assert answer.status_code == 202
    (stored,) = await gateway.stored()
    assert (stored.address, stored.text) == (address, "paspor saya hilang")
    assert stored.message_id == f"{PRIVACY.conversation_id('web', address)}:m-1"
    assert stored.received_at == gateway.clock.now


async def test_a_session_is_told_its_conversation(gateway: Gateway) -> None:
    given = (await gateway.http.post("/webchat/sessions")).json()

    address = given["token"].split(".")[0]
    assert given["conversation"] == PRIVACY.conversation_id("web", address)
    assert len(address) >= 22
    assert (await gateway.http.post("/webchat/sessions")).json()["token"] != given["token"]


async def test_the_same_message_id_is_taken_once_a_conversation(gateway: Gateway) -> None:
    body = {"message_id": "1", "text": "halo"}
    for headers in [(await gateway.session())[0], (await gateway.session())[0]]:
        for _ in range(3):
            answer = await gateway.http.post(MESSAGES, json=body, headers=headers)
            assert answer.status_code == 202

    assert len(await gateway.stored()) == 2


GOOD: dict[str, tuple[dict[str, Any], str, str | None, Location | None]] = {
    "words": ({"text": "halo"}, "halo", None, None),
    "no words": ({"text": ""}, "", None, None),
    "emoji": ({"text": "🙏🆘"}, "🙏🆘", None, None),
    "very long": ({"text": "a" * 10_001}, "a" * 10_000, None, None),
    "control characters": ({"text": "a\x00\x07\tb\nc\x7f"}, "a\tb\nc", None, None),
    "half a character": ({"text": "a\ud83db"}, "ab", None, None),
    "a typed command": ({"text": "/emergency_general"}, "/emergency_general", None, None),
    "a button": ({"payload": '/inform{"a": "b"}'}, "", '/inform{"a": "b"}', None),
    "a position": (
        {"location": {"latitude": -6.2, "longitude": 106}},
        "",
        None,
        Location(-6.2, 106),
    ),
    "null island": ({"location": {"latitude": 0, "longitude": 0}}, "", None, Location(0, 0)),
    "a corner": ({"location": {"latitude": -90, "longitude": 180}}, "", None, Location(-90, 180)),
}


@pytest.mark.parametrize(("content", "text", "payload", "location"), GOOD.values(), ids=GOOD)
async def test_what_a_citizen_can_send(
    gateway: Gateway,
    content: dict[str, Any],
    text: str,
    payload: str | None,
    location: Location | None,
) -> None:
    headers, _ = await gateway.session()
    body = json.dumps({"message_id": "m", **content})
    answer = await gateway.http.post(MESSAGES, content=body, headers=headers)

    assert answer.status_code == 202
    (stored,) = await gateway.stored()
    assert (stored.text, stored.payload, stored.location) == (text, payload, location)


def place(latitude: object, longitude: object) -> str:
    return f'{{"message_id":"m","location":{{"latitude":{latitude},"longitude":{longitude}}}}}'


BAD = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "a string": '"halo"',
    "deep": "[" * 100_000,
    "a long number": '{"message_id":' + "9" * 5000 + "}",
    "no id": '{"text":"a"}',
    "no content": '{"message_id":"m"}',
    "two contents": '{"message_id":"m","text":"a","payload":"b"}',
    "something more": '{"message_id":"m","text":"a","from":"officer"}',
    "an empty id": '{"message_id":"","text":"a"}',
    "a number as id": '{"message_id":1,"text":"a"}',
    "a long id": f'{{"message_id":"{"a" * 65}","text":"a"}}',
    "an odd id": '{"message_id":"a b","text":"a"}',
    "an id with a line break": '{"message_id":"a\\n","text":"a"}',
    "a foreign digit as id": '{"message_id":"\\u0661","text":"a"}',
    "a number as text": '{"message_id":"m","text":1}',
    "null as text": '{"message_id":"m","text":null}',
    "an empty payload": '{"message_id":"m","payload":""}',
    "a list as payload": '{"message_id":"m","payload":["/a"]}',
    "a long payload": f'{{"message_id":"m","payload":"{"a" * 2001}"}}',
    "null as a place": '{"message_id":"m","location":null}',
    "half a place": '{"message_id":"m","location":{"latitude":1}}',
    "a place and more": '{"message_id":"m","location":{"latitude":1,"longitude":1,"x":1}}',
    "too far north": place(90.01, 0),
    "too far west": place(0, -180.5),
    "no number": place("NaN", 0),
    "endless": place(0, "Infinity"),
    "huge": place("1" + "0" * 400, 0),
    "true as degrees": place("true", 0),
    "words as degrees": place('"1"', 0),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_another_shape_is_refused(gateway: Gateway, body: str) -> None:
    headers, _ = await gateway.session()
    answer = await gateway.http.post(MESSAGES, content=body, headers=headers)

    assert (answer.status_code, answer.json()) == (400, {"error": "malformed"})
    assert await gateway.stored() == []


async def test_a_body_that_is_too_large_is_refused(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    body = {"message_id": "m", "text": "a" * 262_144}

    assert (await gateway.http.post(MESSAGES, json=body, headers=headers)).status_code == 413


async def test_without_a_good_token_nothing_goes(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    token = headers["Authorization"].removeprefix("Bearer ")
    longer = token.split(".")
    longer[1] = str(int(longer[1]) + 1)
    bad = {
        "none": None,
        "empty": "Bearer",
        "another kind": f"Basic {token}",
        "a changed address": f"Bearer x{token}",
        "a changed end": "Bearer " + ".".join(longer),
        "a changed signature": f"Bearer {token[:-1]}{'0' if token[-1] != '0' else '1'}",
        "no signature": f"Bearer {address}.99999999999",
        "only dots": "Bearer ..",
        "endless": "Bearer " + "a." * 5000,
        "not ASCII": "Bearer é.é.é".encode(),
    }
    for name, value in bad.items():
        given = {} if value is None else {"Authorization": value}
        posted = await gateway.http.post(
            MESSAGES, json={"message_id": "m", "text": "a"}, headers=given
        )
        polled = await gateway.http.get(MESSAGES, headers=given)
        assert (posted.status_code, polled.status_code) == (401, 401), name
        assert posted.json() == {"error": "unauthorized"}
    assert await gateway.stored() == []


async def test_a_token_ends_after_thirty_days_and_can_be_renewed_before(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    gateway.clock.forward(days=29)
    renewed = (await gateway.http.post("/webchat/sessions", headers=headers)).json()
    gateway.clock.forward(days=2)

    assert (await gateway.http.get(MESSAGES, headers=headers)).status_code == 401
    fresh = {"Authorization": f"Bearer {renewed['token']}"}
    assert (await gateway.http.get(MESSAGES, headers=fresh)).status_code == 200
    assert renewed["conversation"] == PRIVACY.conversation_id("web", address)
    opened = (await gateway.http.post("/webchat/sessions", headers=headers)).json()
    assert opened["conversation"] != renewed["conversation"]


async def test_answers_are_read_in_order_from_where_the_reader_is(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    everything = OutboundMessage(
        "Di mana Anda?",
        buttons=(Button("Batal", "/cancel"),),
        location=Location(1.5, 2.5),
        asks_location=True,
    )
    await gateway.transport.send(address, OutboundMessage("satu"), reference="1")
    await gateway.transport.send(address, everything, reference="2")

    first = (await gateway.http.get(f"{MESSAGES}?after=0", headers=headers)).json()
    second = (await gateway.http.get(f"{MESSAGES}?after=1&wait=5", headers=headers)).json()
    third = (await gateway.http.get(f"{MESSAGES}?after=2", headers=headers)).json()

    assert first["messages"][0] == {"seq": 1, "from": "bot", "text": "satu", "buttons": []}
    assert second["messages"] == [
        {
            "seq": 2,
            "from": "bot",
            "text": "Di mana Anda?",
            "buttons": [{"title": "Batal", "payload": "/cancel"}],
            "location": {"latitude": 1.5, "longitude": 2.5},
            "asks_location": True,
        }
    ]
    assert third == {"messages": []}


async def test_a_mailbox_that_is_read_lives_on(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    await gateway.transport.send(address, OutboundMessage("a"), reference="1")
    box = f"web:box:{PRIVACY.conversation_id('web', address)}"
    await gateway.redis.expire(box, 60)
    await gateway.http.get(MESSAGES, headers=headers)

    assert await gateway.redis.ttl(box) > 29 * 24 * 3600


async def test_nobody_reads_anothers_mailbox(gateway: Gateway) -> None:
    _, address = await gateway.session()
    other, _ = await gateway.session()
    await gateway.transport.send(address, OutboundMessage("rahasia"), reference="1")

    assert (await gateway.http.get(MESSAGES, headers=other)).json() == {"messages": []}


async def test_a_send_that_is_tried_again_is_shown_once(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    sent = await asyncio.gather(
        *(gateway.transport.send(address, OutboundMessage("a"), reference="7") for _ in range(8))
    )
    await gateway.transport.send(address, OutboundMessage("b"), reference="8")

    assert len(set(sent)) == 1
    shown = (await gateway.http.get(MESSAGES, headers=headers)).json()["messages"]
    assert [(each["seq"], each["text"]) for each in shown] == [(1, "a"), (2, "b")]


async def test_a_waiting_reader_is_woken_at_once(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    seconds = []
    for number in range(15):
        path = f"{MESSAGES}?after={number}&wait=10"
        waiting = asyncio.create_task(gateway.http.get(path, headers=headers))
        await asyncio.sleep(0.03)
        begun = time.perf_counter()
        await gateway.transport.send(address, OutboundMessage("a"), reference=str(number))
        shown = (await waiting).json()["messages"]
        seconds.append(time.perf_counter() - begun)
        assert [each["seq"] for each in shown] == [number + 1]

    assert sorted(seconds)[7] < 0.25


async def test_many_readers_wait_on_one_connection_to_redis(gateway: Gateway) -> None:
    sessions = [await gateway.session() for _ in range(40)]
    limits = httpx.Limits(max_connections=60)
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10, limits=limits) as http:
        polls = [
            asyncio.create_task(http.get(f"{MESSAGES}?wait=10", headers=headers))
            for headers, _ in sessions
        ]
        await asyncio.sleep(0.3)
        subscribers = [c for c in await gateway.redis.client_list() if c["sub"] != "0"]
        assert len(subscribers) == 1
        for _, address in sessions:
            await gateway.transport.send(address, OutboundMessage(address), reference=address)
        texts = [(await poll).json()["messages"][0]["text"] for poll in polls]

    assert texts == [address for _, address in sessions]


async def test_a_poll_without_news_ends_empty_when_its_time_is_over(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    begun = time.monotonic()
    answer = await gateway.http.get(f"{MESSAGES}?after=0&wait=0.3", headers=headers)

    assert answer.json() == {"messages": []}
    assert 0.3 <= time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=1e3", f"after={10**30}", "wait=nan"]
)
async def test_a_poll_that_makes_no_sense_is_refused(gateway: Gateway, query: str) -> None:
    headers, _ = await gateway.session()

    assert (await gateway.http.get(f"{MESSAGES}?{query}", headers=headers)).status_code == 400


async def test_a_reader_of_a_mailbox_that_has_ended_is_shown_the_new_one(gateway: Gateway) -> None:
    headers, address = await gateway.session()
    await gateway.transport.send(address, OutboundMessage("baru"), reference="1")

    shown = (await gateway.http.get(f"{MESSAGES}?after=57", headers=headers)).json()["messages"]
    assert [each["seq"] for each in shown] == [1]


async def test_the_server_stops_at_once_while_readers_wait(redis_server: RedisServer) -> None:
    redis = open_redis(redis_server.url)
    async with run_gateway(redis) as gateway:
        headers, _ = await gateway.session()
        waiting = asyncio.create_task(gateway.http.get(f"{MESSAGES}?wait=30", headers=headers))
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        gateway.server.should_exit = True

        assert (await waiting).json() == {"messages": []}
        assert time.monotonic() - begun < 2
    await redis.close()


async def test_a_poll_outlives_a_restart_of_redis(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        async with run_gateway(redis) as gateway:
            headers, address = await gateway.session()
            server.kill()
            refused = await gateway.http.get(f"{MESSAGES}?wait=1", headers=headers)
            assert refused.status_code == 503
            server.start()
            path = f"{MESSAGES}?wait=9"
            waiting = asyncio.create_task(gateway.http.get(path, headers=headers))
            await asyncio.sleep(0.2)
            await gateway.transport.send(address, OutboundMessage("a"), reference="1")
            assert len((await waiting).json()["messages"]) == 1
        await redis.close()


async def test_nothing_of_a_conversation_can_be_read_in_redis(gateway: Gateway) -> None:
    _, address = await gateway.session()
    await gateway.transport.send(address, OutboundMessage("rahasia"), reference="1")
    everything = ""
    for key in await gateway.redis.keys("web:*"):
        is_box = await gateway.redis.type(key) == "stream"
        everything += f"{key} {await gateway.redis.xrange(key) if is_box else ''}"
        assert await gateway.redis.ttl(key) > 0

    assert "rahasia" not in everything
    assert address not in everything


async def test_who_writes_too_fast_is_told_how_long_to_wait(gateway: Gateway) -> None:
    headers, _ = await gateway.session()
    outside = {**headers, **FROM_OUTSIDE}
    answers = [
        await gateway.http.post(
            MESSAGES, json={"message_id": str(number), "text": "a"}, headers=outside
        )
        for number in range(32)
    ]
    assert [each.status_code for each in answers[:30]] == [202] * 30
    assert answers[31].status_code == 429
    assert answers[31].json() == {"error": "too_many"}
    assert 1 <= int(answers[31].headers["retry-after"]) <= 4
    other, _ = await gateway.session()
    body = {"message_id": "1", "text": "a"}
    answer = await gateway.http.post(MESSAGES, json=body, headers={**other, **FROM_OUTSIDE})
    assert answer.status_code == 202


async def test_sessions_are_limited_by_where_they_come_from(gateway: Gateway) -> None:
    statuses = [
        (await gateway.http.post("/webchat/sessions", headers=FROM_OUTSIDE)).status_code
        for _ in range(62)
    ]
    assert statuses[:60] == [200] * 60
    assert statuses[-1] == 429
    elsewhere = {"X-Forwarded-For": "198.51.100.4"}
    assert (await gateway.http.post("/webchat/sessions", headers=elsewhere)).status_code == 200
    assert not [key for key in await gateway.redis.keys("*") if "203.0.113" in key]


async def test_this_machine_is_not_limited(gateway: Gateway) -> None:
    statuses = {(await gateway.http.post("/webchat/sessions")).status_code for _ in range(70)}

    assert statuses == {200}
