"""Many officers want the same cases at once: each is claimed once, every loser learns by whom."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.casework.errors import AlreadyClaimed, NotAllowed
from bot.casework.events import EventKind
from bot.conversation.session import Owner
from bot.messages import Author, OutboundMessage
from bot.storage.tables.casework import case_events
from bot.storage.tables.conversations import cases, conversations, outbound
from tests.storage.desk import Desk

OFFICERS = 50
CASES = 200
SECONDS = 60


def test_fifty_officers_claim_the_same_200_cases(engine: Engine) -> None:
    desk = Desk(engine)
    officers = [desk.officer(f"Officer {number}") for number in range(OFFICERS)]
    references = [desk.asks(desk.citizen(str(n)), "passport_new").reference for n in range(CASES)]
    start = threading.Barrier(OFFICERS)
    won: list[tuple[str, int]] = []
    lost: list[tuple[str, int, str]] = []

    def work(officer: int) -> None:
        start.wait()
        for reference in references:
            try:
                desk.services.claim(reference, officer)
                won.append((reference, officer))
            except AlreadyClaimed as refusal:
                lost.append((reference, refusal.officer_id, refusal.name))

    begun = time.perf_counter()
    with ThreadPoolExecutor(OFFICERS) as pool:
        for done in [pool.submit(work, officer) for officer in officers]:
            done.result()
    seconds = time.perf_counter() - begun

    assert sorted(reference for reference, _ in won) == sorted(references)
    assert len(lost) == CASES * (OFFICERS - 1)
    winners = dict(won)
    names = {officer: f"Officer {number}" for number, officer in enumerate(officers)}
    assert all(winners[reference] == by for reference, by, _ in lost)
    assert all(names[by] == name for _, by, name in lost)
    with engine.connect() as connection:
        kept = dict(
            tuple(row) for row in connection.execute(select(cases.c.reference, cases.c.claimed_by))
        )
        claims = connection.execute(
            select(case_events.c.case_reference).where(case_events.c.kind == "claimed")
        ).scalars()
        owners = set(connection.execute(select(conversations.c.owner)).scalars())
        assert kept == winners
        assert Counter(claims) == Counter(references)
        assert owners == {Owner.OFFICER.value}
    assert seconds < SECONDS
    print(f"{engine.dialect.name}: {OFFICERS} officers, {CASES} cases, {seconds:.1f} s")


def test_two_officers_claim_two_cases_of_one_citizen_at_once(engine: Engine) -> None:
    desk = Desk(engine)
    officers = [desk.officer("Rina"), desk.officer("Budi")]
    for number in range(30):
        citizen = desk.citizen(str(number))
        pair = [
            desk.asks(citizen, subject).reference for subject in ("passport_new", "legalisation")
        ]
        start = threading.Barrier(2)
        results: list[bool] = []

        def work(reference: str, officer: int, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                desk.services.claim(reference, officer)
            except AlreadyClaimed:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            tries = [pool.submit(work, *each) for each in zip(pair, officers, strict=True)]
            results = [each.result() for each in tries]
        assert sorted(results) == [False, True], "one officer talks with a citizen at a time"


def test_the_same_matter_told_twenty_times_at_once_is_one_case(engine: Engine) -> None:
    desk = Desk(engine)
    desk.officer()
    citizen = desk.citizen()
    start = threading.Barrier(20)

    def frightened(_number: int) -> str:
        start.wait()
        return desk.asks(citizen, "emergency_general").reference

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(frightened, range(20)))) == 1


def test_no_word_of_an_officer_who_lost_the_case_a_moment_ago(engine: Engine) -> None:
    desk = Desk(engine)
    rina, budi = desk.officer("Rina"), desk.officer("Budi")
    for number in range(20):
        citizen = desk.citizen(str(number))
        case = desk.asks(citizen, "passport_new").reference
        desk.services.claim(case, rina)
        start = threading.Barrier(2)

        def write(reference: str = case, start: threading.Barrier = start) -> int:
            start.wait()
            for key in range(20):
                try:
                    desk.services.from_officer(
                        rina, OutboundMessage("halo"), key=str(key), reference=reference
                    )
                except (AlreadyClaimed, NotAllowed):
                    return key
            return 20

        def hand_on(reference: str = case, start: threading.Barrier = start) -> None:
            start.wait()
            desk.services.transfer(reference, rina, to_officer=budi)

        with ThreadPoolExecutor(2) as pool:
            writing, handing = pool.submit(write), pool.submit(hand_on)
            handing.result()
            written = writing.result()

        by_rina = [
            event.kind
            for event in desk.services.transcripts.events(case)
            if event.actor == f"officer:{rina}"
        ]
        before = by_rina[: by_rina.index(EventKind.TRANSFERRED)]
        assert before.count(EventKind.OFFICER_WROTE) == by_rina.count(EventKind.OFFICER_WROTE)
        assert before.count(EventKind.OFFICER_WROTE) == written
        words = select(func.count()).where(outbound.c.author == Author.OFFICER.value)
        with engine.connect() as connection:
            of_case = words.where(outbound.c.conversation_id == citizen)
            assert connection.execute(of_case).scalar() == written
