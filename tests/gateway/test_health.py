"""Can somebody outside see whether it lives, whether it can answer, and how it fares?"""

from __future__ import annotations

import pytest

from tests.gateway.conftest import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_lives_whatever_the_other_parts_do(gateway: Gateway) -> None:
    gateway.parts["rasa"] = False

    assert (await gateway.http.get("/healthz")).json() == {"status": "ok"}


async def test_it_is_ready_when_every_part_is(gateway: Gateway) -> None:
    ready = await gateway.http.get("/readyz")
    gateway.parts["rasa"] = False
    not_ready = await gateway.http.get("/readyz")

    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert not_ready.status_code == 503
    assert not_ready.json() == {"ready": False, "parts": {"redis": True, "rasa": False}}


async def test_when_nobody_knows_it_is_not_ready(gateway: Gateway) -> None:
    gateway.parts.clear()

    answer = await gateway.http.get("/readyz")
    assert answer.status_code == 503
    assert "nobody knows" not in answer.text


async def test_counts_and_times_are_served_by_channel_and_outcome(gateway: Gateway) -> None:
    await gateway.webhook(b'{"id": "1", "chat": "628123", "text": "a"}')
    await gateway.webhook(b"?")

    text = (await gateway.http.get("/metrics")).text
    assert 'consular_gateway_inbound_total{channel="telegram",outcome="accepted"} 1.0' in text
    assert 'consular_gateway_inbound_total{channel="telegram",outcome="malformed"} 1.0' in text
    assert 'consular_gateway_answer_seconds_count{channel="telegram"} 2.0' in text
    assert "628123" not in text


async def test_a_fault_of_ours_is_told_without_details(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("rahasia")

    monkeypatch.setattr("bot.storage.streams.inbound_to_json", broken)
    answer = await gateway.webhook(b'{"id": "1", "chat": "1", "text": "a"}')

    assert (answer.status_code, answer.json()) == (500, {"error": "internal"})
