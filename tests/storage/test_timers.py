"""Do timers go off once, survive restarts and failures, and tell everything in order?"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.casework.case import Case, CaseState, Level, Outcome
from bot.casework.events import Event
from bot.casework.officers import Role
from bot.messages import OutboundMessage
from bot.storage.tables.casework import case_events
from bot.storage.timers import TAKEN_FOR, SqlTimers
from tests.storage.desk import Desk

HELLO = OutboundMessage("halo")


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


async def run(desk: Desk, worker_id: str = "w1") -> None:
    runner = desk.timers(worker_id)
    while await runner():
        pass


async def test_an_unclaimed_danger_climbs_rung_by_rung(desk: Desk) -> None:
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.HEAD):
        desk.officer(role.value, role)
    kemlu = desk.officer("Dewi", mission="kemlu")
    reference = desk.asks(desk.citizen(), "emergency_arrest").reference
    seen = []
    for minute in range(32):
        await run(desk)
        case = desk.services.cases.get(reference)
        assert case is not None
        told = [each.role.value for each in desk.services.recipients(case)]
        seen.append((minute, desk.loudspeaker.kinds[-1], case.level, told))
        desk.clock.forward(minutes=1)
    steps = {kind: (minute, told) for minute, kind, _, told in reversed(seen)}
    assert steps["opened"][0] == 0
    assert steps["pinged"][0] == 3
    climbed = {level: (minute, told) for minute, _, level, told in reversed(seen)}
    assert climbed[Level.SUPERVISOR] == (6, ["supervisor"])
    assert climbed[Level.HEAD] == (10, ["head"])
    assert climbed[Level.KEMLU] == (15, ["officer"])
    assert [each.reference for each in desk.services.see.queue(kemlu)] == [reference]
    assert desk.loudspeaker.kinds.count("pinged") == 2, "at the top it rings again"
    assert desk.loudspeaker.kinds.count("climbed") == 3


async def test_a_claim_stops_the_ladder(desk: Desk) -> None:
    rina = desk.officer()
    reference = desk.asks(desk.citizen(), "emergency_arrest").reference
    desk.clock.forward(minutes=2)
    desk.services.claim(reference, rina)
    desk.services.from_officer(rina, HELLO, key="k")
    desk.clock.forward(days=2)
    await run(desk)
    assert desk.loudspeaker.kinds == ["opened", "claimed", "officer_wrote"]


async def test_an_officer_who_falls_silent_is_warned_and_then_gives_it_back(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen, "emergency_arrest").reference
    desk.services.claim(reference, rina)
    desk.services.from_officer(rina, HELLO, key="k")
    desk.clock.forward(minutes=60)
    await run(desk)
    assert "silence_warned" not in desk.loudspeaker.kinds, "nobody waits for the officer"
    desk.services.from_citizen(citizen, desk.message("masih di sana?"))
    desk.clock.forward(minutes=4)
    await run(desk)
    assert desk.loudspeaker.kinds[-1] == "silence_warned"
    desk.clock.forward(minutes=4)
    await run(desk)
    case = desk.services.cases.get(reference)
    assert case is not None and case.state is CaseState.QUEUED
    assert desk.loudspeaker.kinds[-1] == "given_back"
    desk.clock.forward(minutes=3)
    await run(desk)
    assert desk.loudspeaker.kinds[-1] == "pinged", "the ladder begins anew"


async def test_a_missed_target_is_written_once(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen, "emergency_arrest").reference
    for _ in range(3):
        desk.clock.forward(minutes=20)
        await asyncio.gather(run(desk, "w1"), run(desk, "w2"))
        desk.services.claim(reference, rina)
        desk.services.release(reference, rina)
    query = select(func.count()).where(case_events.c.kind == "target_missed")
    with desk.engine.connect() as connection:
        assert connection.execute(query).scalar_one() == 1


async def test_a_target_that_was_met_is_not_missed(desk: Desk) -> None:
    rina = desk.officer()
    reference = desk.asks(desk.citizen(), "emergency_arrest").reference
    desk.clock.forward(minutes=14)
    desk.services.claim(reference, rina)
    desk.services.from_officer(rina, HELLO, key="k")
    desk.clock.forward(days=1)
    await run(desk)
    query = select(func.count()).where(case_events.c.kind == "target_missed")
    with desk.engine.connect() as connection:
        assert connection.execute(query).scalar_one() == 0


async def test_a_closed_case_has_no_timers_left(desk: Desk) -> None:
    rina = desk.officer()
    reference = desk.asks(desk.citizen()).reference
    desk.services.claim(reference, rina)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    await run(desk)
    desk.clock.forward(days=30)
    assert await desk.timers()() == 0


async def test_people_are_told_in_order_and_again_after_a_failure(desk: Desk) -> None:
    rina = desk.officer()
    reference = desk.asks(desk.citizen()).reference
    desk.services.claim(reference, rina)
    desk.services.release(reference, rina)
    desk.loudspeaker.failures = 2
    await run(desk)
    assert desk.loudspeaker.kinds == []
    for _ in range(3):
        desk.clock.forward(seconds=5)
        await run(desk)
    assert desk.loudspeaker.kinds == ["opened", "claimed", "released"]


async def test_one_case_whose_telling_fails_holds_up_no_other(desk: Desk) -> None:
    desk.officer()
    first = desk.asks(desk.citizen("1")).reference
    desk.loudspeaker.failures = 1
    await run(desk)
    second = desk.asks(desk.citizen("2")).reference
    await run(desk)
    assert [reference for reference, _ in desk.loudspeaker.told] == [second]
    desk.clock.forward(seconds=2)
    await run(desk)
    assert [reference for reference, _ in desk.loudspeaker.told] == [second, first]


async def test_what_has_just_happened_is_told_at_once_when_asked_for(desk: Desk) -> None:
    desk.officer()
    reference = desk.asks(desk.citizen("1")).reference
    desk.asks(desk.citizen("2"))
    assert await desk.timers().tell(reference) == 1
    assert [told for told, _ in desk.loudspeaker.told] == [reference]


async def test_timers_of_a_worker_that_died_go_off_with_another(desk: Desk) -> None:
    desk.officer()
    desk.asks(desk.citizen())
    taken = SqlTimers(desk.engine, desk.clock).take(desk.clock(), worker_id="dead", limit=20)
    assert len(taken) == 1
    await run(desk)
    assert desk.loudspeaker.kinds == []
    desk.clock.forward(seconds=TAKEN_FOR.total_seconds())
    await run(desk)
    assert desk.loudspeaker.kinds == ["opened"]


async def test_many_workers_at_once_tell_everything_once_and_in_order(desk: Desk) -> None:
    rina = desk.officer()
    references = [desk.asks(desk.citizen(str(number))).reference for number in range(12)]
    for reference in references:
        desk.services.claim(reference, rina)
        desk.services.release(reference, rina)
    slow = Slow([])
    desk.loudspeaker = slow  # type: ignore[assignment]
    desk.clock.forward(seconds=1)
    for _ in range(3):
        await asyncio.gather(*(run(desk, f"w{number}") for number in range(4)))
    assert set(Counter(slow.told).values()) == {1}
    for reference in references:
        kinds = [kind for told, kind in slow.told if told == reference]
        assert kinds == ["opened", "claimed", "released"]


@dataclass
class Slow:
    """An announcer that takes its time."""

    told: list[tuple[str, str]]

    async def announce(self, event: Event, case: Case) -> None:
        await asyncio.sleep(0.002)
        self.told.append((case.reference, event.kind.value))


async def test_timers_count_office_minutes_where_it_is_not_urgent(desk: Desk) -> None:
    desk.officer()
    reference = desk.asks(desk.citizen(), "passport_new").reference
    desk.clock.forward(hours=8)  # 18:00 in Singapore
    await run(desk)
    case = desk.services.cases.get(reference)
    assert case is not None and case.level is Level.SUPERVISOR
    desk.clock.forward(hours=14)
    await run(desk)
    after = desk.services.cases.get(reference)
    assert after is not None and after.level is Level.SUPERVISOR, "nobody works at night"
    assert after.target_at is not None and after.target_at - case.opened_at > timedelta(hours=6)
