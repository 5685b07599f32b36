"""How long a database answer takes with a ministry's worth of records. Not a test: prints a table.

`python -m tests.storage.measure_records [sqlite|postgresql]`: the seed facts (134 missions),
100,000 applications with their histories, 50,000 appointments, 20,000 conversations.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timezone
from pathlib import Path

import pgserver
from sqlalchemy.engine import Engine

from bot.bench.registry import BORN, MISSION, SERVICE, fill, reference
from bot.clock import utc_now
from bot.privacy import Privacy
from bot.services.book_appointment import BookAppointment
from bot.services.cancel_appointment import CancelAppointment
from bot.services.move_appointment import MoveAppointment
from bot.services.offer_slots import OfferSlots
from bot.services.tell_status import TellStatus
from bot.storage import schema, seeding
from bot.storage.applications import SqlApplications
from bot.storage.appointments import SqlAppointments
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts

CALLS = 400
PRIVACY = Privacy("a key for measuring, long enough")


def main() -> None:
    """Fills a database and measures."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            measure(make_engine(f"sqlite:///{folder}/records.db"))
            return
        server = pgserver.get_server(Path(folder) / "data")
        try:
            measure(make_engine(server.get_uri()))
        finally:
            server.cleanup()


def measure(engine: Engine) -> None:
    """Fills the database, then prints how long each call takes."""
    schema.upgrade(engine)
    seeding.seed(engine, privacy=PRIVACY)
    started = time.perf_counter()
    fill(engine, PRIVACY)
    print(f"filled {engine.dialect.name} in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    seeding.seed(engine, privacy=PRIVACY)
    print(f"seeding again: {time.perf_counter() - started:.2f} s")
    report(calls(engine))
    engine.dispose()


def calls(engine: Engine) -> dict[str, Callable[[int], object]]:
    """What is measured, by name; each takes the number of the call."""
    facts = SqlConsularFacts(engine)
    records, slots = SqlApplications(engine), SqlAppointments(engine)
    status = TellStatus(facts, records, audit=records, privacy=PRIVACY, clock=utc_now)
    offer = OfferSlots(facts, slots, utc_now)
    book = BookAppointment(facts, slots, utc_now)
    move = MoveAppointment(facts, slots, utc_now)
    cancel = CancelAppointment(slots, utc_now)
    starts = [each.slot.starts_at for each in offer(MISSION, SERVICE).slots]
    booked: dict[int, str] = {}

    def citizen(number: int) -> str:
        return f"web:load{number}"

    def ask(number: int, document: str, offset: int) -> object:
        return status(
            citizen(number), reference=reference(number + offset), born=BORN, document=document
        )

    def book_one(number: int) -> None:
        made = book(
            citizen(number),
            mission_id=MISSION,
            service_code=SERVICE,
            starts_at=starts[number % len(starts)],
        )
        booked[number] = made.reference

    def move_one(number: int) -> None:
        target = starts[(number + 200) % len(starts)]
        move(citizen(number), reference=booked[number], starts_at=target)

    return {
        "status, right": lambda n: ask(n, "7719", 0),
        "status, wrong": lambda n: ask(n, "0000", 5_000),
        "status, no such number": lambda n: ask(n, "0000", 1_000_000),
        "offer slots, every day": lambda n: offer(MISSION, SERVICE),
        "offer slots, one day": lambda n: offer(
            MISSION, SERVICE, on=starts[n % len(starts)].astimezone(timezone.utc).date()
        ),
        "book": book_one,
        "own appointments": lambda n: slots.of_citizen(citizen(n), now=utc_now()),
        "move": move_one,
        "cancel": lambda n: cancel(citizen(n), reference=booked[n]),
        "reminders due": lambda n: slots.due_reminders(utc_now(), limit=100),
        "service, mission, fees": lambda n: (
            facts.service(SERVICE),
            facts.mission(MISSION),
            facts.fees(SERVICE, MISSION),
        ),
    }


def report(measured: dict[str, Callable[[int], object]]) -> None:
    """Runs every call and prints p50 and p95 in milliseconds."""
    print(f"{'call':28}{'p50 ms':>9}{'p95 ms':>9}")
    for name, call in measured.items():
        costs = []
        for number in range(CALLS):
            started = time.perf_counter()
            call(number)
            costs.append((time.perf_counter() - started) * 1000)
        costs.sort()
        print(f"{name:28}{costs[CALLS // 2]:9.2f}{costs[CALLS * 95 // 100]:9.2f}")


if __name__ == "__main__":
    main()
