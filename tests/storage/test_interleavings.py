"""Whatever happens in whatever order: no bot over a human, nothing lost, nothing twice.

At least 2,000 steps on each database; `INTERLEAVINGS=n` runs n times as many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.engine import Engine

from bot.errors import SendFailed
from tests.fakes.redis_server import RedisServer
from tests.storage.desk import Desk
from tests.storage.interleavings import IN_DANGER, WANTS_PERSON, Faults, World

STEPS = 60
_TRIES = 4
EXAMPLES = 42 * int(os.environ.get("INTERLEAVINGS", "1"))
ACTIONS = ("claim", "claim", "say", "say", "release", "close", "reopen", "hand", "requeue")

citizens = st.integers(0, 1)
officers = st.integers(0, 2)
numbers = st.integers(0, 3)


class Interleavings(RuleBasedStateMachine):
    """One random history."""

    desk: ClassVar[Desk]
    redis_url: ClassVar[str]
    faults: ClassVar[Faults]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.faults.after = None
        self.world = World(self.desk, self.redis_url, self.faults)

    @rule(citizen=citizens, text=st.sampled_from(["halo", "/restart", WANTS_PERSON, IN_DANGER]))
    def a_citizen_writes(self, citizen: int, text: str) -> None:
        self.world.writes(citizen, text, again=False)

    @rule(citizen=citizens)
    def a_platform_sends_twice(self, citizen: int) -> None:
        self.world.writes(citizen, WANTS_PERSON, again=True)

    @rule(citizen=citizens)
    def a_turn_begins(self, citizen: int) -> None:
        self.world.begins_turn(citizen)

    @precondition(lambda self: self.world.turns)
    @rule(citizen=citizens, is_acknowledged=st.sampled_from([True, True, True, False]))
    def a_turn_ends(self, citizen: int, is_acknowledged: bool) -> None:
        self.world.ends_turn(citizen, is_acknowledged=is_acknowledged)

    @rule(citizen=citizens)
    def a_whole_turn(self, citizen: int) -> None:
        self.world.begins_turn(citizen)
        self.world.ends_turn(citizen, is_acknowledged=True)

    @rule(
        action=st.sampled_from([*ACTIONS, "withdraw", "rate"]),
        officer=officers,
        citizen=citizens,
        number=numbers,
    )
    def an_officer_acts(self, action: str, officer: int, citizen: int, number: int) -> None:
        self.world.acts(action, officer, citizen, number=number)

    @rule(officer=officers, citizen=citizens, number=numbers)
    def an_officer_claims_and_writes(self, officer: int, citizen: int, number: int) -> None:
        self.world.acts("claim", officer, citizen, number=number)
        self.world.acts("say", officer, citizen, number=number)

    @rule(citizen=citizens, officer=officers, number=numbers, is_acknowledged=st.booleans())
    def an_officer_comes_while_the_bot_thinks(
        self, citizen: int, officer: int, number: int, is_acknowledged: bool
    ) -> None:
        self.world.is_interrupted(citizen, officer, number=number, is_acknowledged=is_acknowledged)

    @rule(citizen=citizens, officer=officers, number=numbers)
    def an_officer_comes_before_the_bot_has_answered(
        self, citizen: int, officer: int, number: int
    ) -> None:
        world = self.world
        world.assistant.interruption = partial(world.acts, "claim", officer, citizen, number=number)
        world.writes(citizen, IN_DANGER, again=False)
        world.begins_turn(citizen)
        world.ends_turn(citizen, is_acknowledged=True)

    @rule(citizen=citizens, is_long_ago=st.booleans())
    def everything_is_closed(self, citizen: int, is_long_ago: bool) -> None:
        self.world.closes_all(citizen, is_long_ago=is_long_ago)

    @rule(citizen=citizens, officer=officers, number=numbers)
    def an_officer_comes_between_two_messages(
        self, citizen: int, officer: int, number: int
    ) -> None:
        world = self.world
        world.platform.failure = None
        world.platform.interruption = partial(world.acts, "claim", officer, citizen, number=number)
        world.writes(citizen, IN_DANGER, again=False)
        world.begins_turn(citizen)
        world.ends_turn(citizen, is_acknowledged=True)

    @rule(citizen=citizens, officer=officers)
    def two_officers_want_the_same_citizen(self, citizen: int, officer: int) -> None:
        for text in (IN_DANGER, WANTS_PERSON):
            self.world.writes(citizen, text, again=False)
            self.world.begins_turn(citizen)
            self.world.ends_turn(citizen, is_acknowledged=True)
        for number in (1, 2):
            self.world.acts("claim", (officer + number) % 3, citizen, number=number)

    @rule(citizen=citizens, number=numbers)
    def a_stranger_tries(self, citizen: int, number: int) -> None:
        self.world.stranger_tries(citizen, number)

    @rule()
    def the_outbox_is_worked_off(self) -> None:
        self.world.delivers()

    @rule(minutes=st.sampled_from([1, 4, 9, 30, 600, 4400]))
    def time_passes(self, minutes: int) -> None:
        self.world.desk.clock.forward(minutes=minutes)
        self.world.runs_timers()

    @rule(code=st.sampled_from([None, "network", "blocked"]))
    def the_platform_changes_its_mind(self, code: str | None) -> None:
        self.world.platform.failure = code and SendFailed(code, retry=code == "network")

    @rule(after=st.integers(0, 25))
    def the_database_will_fail(self, after: int) -> None:
        self.world.faults.after = after

    @rule(is_down=st.booleans())
    def the_assistant_stops_or_comes_back(self, is_down: bool) -> None:
        self.world.assistant.is_down = is_down

    @rule()
    def the_assistant_forgets_everything(self) -> None:
        self.world.assistant.known.clear()

    @rule()
    def people_cannot_be_told(self) -> None:
        self.world.desk.loudspeaker.failures = 1

    @rule()
    def the_worker_crashes(self) -> None:
        self.world.crashes()

    @invariant()
    def the_owner_is_one_and_the_right_one(self) -> None:
        type(self).steps += 1
        self.world.desk.clock.forward(seconds=1)
        self.world.check_owners()

    def teardown(self) -> None:
        self.world.desk.loudspeaker.failures = 0
        self.world.settle()
        self.world.check_everything()
        self.world.close()


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


def test_no_history_breaks_a_promise(
    engine: Engine, redis_server: RedisServer, tmp_path: Path
) -> None:
    machine = type(
        "Interleavings",
        (Interleavings,),
        {"desk": Desk(engine), "redis_url": redis_server.url, "faults": Faults(engine), "steps": 0},
    )
    for attempt in range(_TRIES):
        try:
            run_state_machine_as_test(machine, settings=_histories())
            break
        except FlakyStrategyDefinition:
            # Real servers: the same beginning may end otherwise on a busy machine, and hypothesis
            # then cannot go on. That breaks no promise; a broken one is another error.
            if attempt == _TRIES - 1:
                raise
    assert machine.steps >= 2000 * EXAMPLES // 42
    print(f"{engine.dialect.name}: {machine.steps} steps")


def _histories() -> settings:
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
