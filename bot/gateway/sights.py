"""The numbers of the whole assistant as Prometheus reads them, looked up at each scrape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from bot.storage.meter import BUCKETS, STEPS, parts
from bot.storage.sight import QueueSight, RecordSight, Sight

Look = Callable[[], Awaitable[Iterable[Metric]]]
_EXPLANATIONS = {
    "turns": "Inbound messages by what became of them",
    "deliveries": "Outbound messages by channel and what the platform said",
    "emergencies": "What was done in emergencies, by kind",
    "deleted": "Rows deleted because of their age, by table; of cases what people wrote in them",
    "meanings": "Meanings chosen where we were unsure, by their place among those offered",
}
_INFINITE = "+Inf"
_SUM = "sum"


def look_at(sight: Sight, spooled: Callable[[], tuple[int, int]]) -> Look:
    """What `/metrics` shows beside the gateway's own counts.

    Args:
        sight: queues and records.
        spooled: messages and bytes on this gateway's disk.
    """

    async def look() -> Iterable[Metric]:
        queue, records = await sight.queue(), await sight.records()
        messages, size = spooled()
        found: list[Metric] = [
            _gauge(
                "up",
                "Whether a part that is looked at answers",
                {("redis",): float(queue is not None), ("database",): float(records is not None)},
                ["part"],
            ),
            _gauge("spool_messages", "Messages on this gateway's disk", {(): messages}),
            _gauge("spool_bytes", "What they take", {(): size}),
        ]
        if queue:
            found += _queue(queue)
        if records:
            found += _records(records)
        return found

    return look


def _queue(sight: QueueSight) -> Iterator[Metric]:
    yield _gauge("queue_depth", "Inbound messages that are not done", {(): sight.waiting})
    yield _gauge(
        "queue_age_seconds", "How long the oldest of them has waited", {(): sight.age_seconds}
    )
    yield _gauge("dead_letters", "Messages that were put aside", {(): sight.dead})
    steps: defaultdict[str, dict[str, float]] = defaultdict(dict)
    counted: defaultdict[str, list[tuple[dict[str, str], float]]] = defaultdict(list)
    for name, value in sorted(sight.counted.items()):
        kind, labels = parts(name)
        if kind == STEPS:
            steps[labels["step"]][labels["le"]] = float(value)
        else:
            counted[kind].append((labels, float(value)))
    yield from (_counter(kind, values) for kind, values in counted.items())
    yield _histogram(steps)


def _counter(kind: str, values: Sequence[tuple[Mapping[str, str], float]]) -> Metric:
    names = sorted({name for labels, _ in values for name in labels})
    explanation = _EXPLANATIONS.get(kind, "Counted by the workers")
    family = CounterMetricFamily(f"consular_{kind}", explanation, labels=names)
    for labels, value in values:
        family.add_metric([labels.get(name, "") for name in names], value)
    return family


def _histogram(steps: Mapping[str, Mapping[str, float]]) -> Metric:
    family = HistogramMetricFamily(
        "consular_step_seconds", "How long each step of a message's way took", labels=["step"]
    )
    for step, counted in steps.items():
        total = 0.0
        buckets = []
        for bound in [*(str(each) for each in BUCKETS), _INFINITE]:
            total += counted.get(bound, 0.0)
            buckets.append((bound, total))
        family.add_metric([step], buckets, counted.get(_SUM, 0.0))
    return family


def _records(sight: RecordSight) -> Iterator[Metric]:
    yield _gauge("outbox_waiting", "Outbound messages that wait", {(): sight.unsent})
    yield _gauge(
        "outbox_age_seconds",
        "How long the oldest of them has waited",
        {(): sight.unsent_age_seconds},
    )
    yield _gauge("cases", "Cases by state and priority", sight.cases, ["state", "priority"])
    late = {(priority,): count for priority, count in sight.late.items()}
    yield _gauge("sla_misses", "First replies later than their target", late, ["priority"])


def _gauge(
    name: str,
    explanation: str,
    values: Mapping[Any, float],
    labels: list[str] | None = None,
) -> Metric:
    """A gauge; `values` by the values of its labels."""
    family = GaugeMetricFamily(f"consular_{name}", explanation, labels=labels or [])
    for of, value in values.items():
        family.add_metric(list(of), value)
    return family
