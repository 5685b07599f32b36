"""Can somebody outside see how the whole fares, and do panels and alarms ask for what is there?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.gateway.metrics import Metrics
from bot.gateway.sights import look_at
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.storage.dead_letters import DeadLetters
from bot.storage.engine import make_engine
from bot.storage.meter import RedisMeter
from bot.storage.redis_client import open_redis
from bot.storage.sight import Sight
from bot.storage.streams import RedisInboundStream
from bot.storage.tables.conversations import cases, conversations, outbound
from tests.fakes.redis_server import RedisServer

PRIVACY = Privacy("a secret of the tests")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


async def scraped(redis: Any, engine: Engine) -> str:
    """What Prometheus reads."""
    sight = Sight(redis, engine, lambda: datetime.now(timezone.utc))
    metrics = Metrics(CollectorRegistry(), look_at(sight, lambda: (2, 900)))
    metrics.inbound.labels("telegram", "accepted").inc()
    metrics.seconds.labels("telegram").observe(0.01)
    return bytes((await metrics.serve(None)).body).decode()  # type: ignore[arg-type]


async def filled(redis: Any, engine: Engine) -> None:
    """One of everything."""
    await redis.flushall()
    message = InboundMessage(Channel.TELEGRAM, "77", "u1", NOW, text="rahasia")
    await RedisInboundStream(redis, PRIVACY).append(message)
    await DeadLetters(redis).add("0:1-1", conversation_id="telegram:x", reason="failed")
    meter = RedisMeter(redis)
    meter.count("turns", outcome="done")
    meter.count("deliveries", channel="telegram", result="sent")
    meter.count("emergencies", event="shown", kind="ARREST")
    meter.count("deleted", 7, kind="outbound")
    meter.observe("turn", 0.04)
    meter.observe("turn", 700)
    await meter.bring()
    late = NOW - timedelta(days=1)
    row = {"id": "telegram:x", "channel": "telegram", "address_sealed": "x", "opened_at": late}
    with engine.begin() as connection:
        connection.execute(insert(conversations).values(row))
        connection.execute(
            insert(outbound).values(
                conversation_id="telegram:x",
                in_reply_to="u1",
                position=0,
                body_sealed="x",
                has_buttons=False,
                state="queued",
                written_at=late,
                due_at=late,
            )
        )
        connection.execute(
            insert(cases).values(
                reference="KSL-261123-ABCD",
                conversation_id="telegram:x",
                subject="talk_to_officer",
                priority="P1",
                language="id",
                state="queued",
                opened_at=late,
                target_at=late,
            )
        )


async def test_queues_deliveries_and_cases_are_shown(server: RedisServer, engine: Engine) -> None:
    redis = open_redis(server.url)
    await filled(redis, engine)
    text = await scraped(redis, engine)
    await redis.close()
    for line in (
        'consular_up{part="redis"} 1.0',
        'consular_up{part="database"} 1.0',
        "consular_queue_depth 1.0",
        "consular_dead_letters 1.0",
        "consular_spool_messages 2.0",
        'consular_turns_total{outcome="done"} 1.0',
        'consular_deliveries_total{channel="telegram",result="sent"} 1.0',
        'consular_deleted_total{kind="outbound"} 7.0',
        'consular_step_seconds_bucket{le="0.05",step="turn"} 1.0',
        'consular_step_seconds_bucket{le="120.0",step="turn"} 1.0',
        'consular_step_seconds_bucket{le="+Inf",step="turn"} 2.0',
        'consular_step_seconds_count{step="turn"} 2.0',
        "consular_outbox_waiting 1.0",
        'consular_cases{priority="P1",state="queued"} 1.0',
        'consular_sla_misses{priority="P1"} 1.0',
    ):
        assert line in text, line
    assert "rahasia" not in text


async def test_what_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:9/none", must_answer=False)
    redis = open_redis("redis://127.0.0.1:9/0")
    sight = Sight(redis, engine, lambda: NOW)
    text = await scraped(redis, engine)
    assert 'consular_up{part="redis"} 0.0' in text
    assert 'consular_up{part="database"} 0.0' in text
    assert "consular_spool_messages 2.0" in text
    assert not await sight.has_database()
    await redis.close()


async def test_counts_survive_a_redis_that_was_away(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        redis = open_redis(server.url)
        meter = RedisMeter(redis)
        meter.count("turns", outcome="done")
        meter.observe("turn", 0.5)
        server.kill()
        await meter.bring()
        meter.count("turns", outcome="done")
        server.start()
        await meter.bring()
        assert await redis.hget("meter", "turns|outcome=done") == "2"
        assert await redis.hget("meter", "step|le=sum|step=turn") == "0.5"
        await redis.close()


async def test_every_panel_and_alarm_asks_for_what_is_measured(
    server: RedisServer, engine: Engine
) -> None:
    redis = open_redis(server.url)
    await filled(redis, engine)
    text = await scraped(redis, engine)
    await redis.close()
    measured = set(re.findall(r"^(consular_\w+)", text, re.MULTILINE))
    dashboard = json.loads((DEPLOY / "grafana" / "consular.json").read_text())
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alarms = [rule for group in rules["groups"] for rule in group["rules"]]
    asked += [rule["expr"] for rule in alarms]
    named = {name for expression in asked for name in re.findall(r"consular_\w+", expression)}
    assert named
    assert named <= measured
    assert all(rule["annotations"]["summary"] for rule in alarms)
