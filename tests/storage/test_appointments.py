"""Does a slot never hold more citizens than it has places, on both databases?"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Engine

from bot.appointments.appointment import (
    AlreadyBooked,
    Appointment,
    AppointmentChanged,
    AppointmentState,
    NoAppointment,
    NoSuchSlot,
    SlotTaken,
)
from bot.messages import Channel, OutboundMessage
from bot.privacy import Privacy
from bot.services.book_appointment import BookAppointment
from bot.services.cancel_appointment import CancelAppointment
from bot.services.move_appointment import MoveAppointment
from bot.services.offer_slots import OfferSlots
from bot.services.remind_appointments import RemindAppointments
from bot.storage import seeding
from bot.storage.appointments import SqlAppointments
from bot.storage.conversations import SqlConversations
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox
from bot.storage.tables.conversations import conversations, outbound
from bot.storage.tables.records import appointments

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=timezone.utc)
PRIVACY = Privacy("a key for tests, long enough")
MISSION, SERVICE = "kjri-penang", "PASSPORT_LOST"  # two places a slot, Tuesdays and Thursdays


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """Everything a test needs, on one database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        facts = SqlConsularFacts(engine, clock)
        self.store = SqlAppointments(engine)
        self.offer = OfferSlots(facts, self.store, clock)
        self.book_any = BookAppointment(facts, self.store, clock)
        self.move = MoveAppointment(facts, self.store, clock)
        self.cancel = CancelAppointment(self.store, clock)
        self.conversations = SqlConversations(engine, PRIVACY, clock)

    def citizen(self, name: str) -> str:
        conversation = f"web:{name}"
        self.conversations.open(conversation, channel=Channel.WEB, address=name)
        return conversation

    def starts(self) -> list[datetime]:
        return [each.slot.starts_at for each in self.offer(MISSION, SERVICE).slots]

    def book(self, conversation: str, starts_at: datetime) -> Appointment:
        return self.book_any(
            conversation, mission_id=MISSION, service_code=SERVICE, starts_at=starts_at
        )

    def booked(self) -> int:
        query = select(func.count()).where(appointments.c.state == "booked")
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    seeding.seed(engine)
    yield Desk(engine, Clock())


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Runs all of them at the same time; what each gave or raised."""
    results: list[object] = []
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(action())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def kinds(results: list[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_a_booked_place_is_no_longer_offered(desk: Desk) -> None:
    first = desk.offer(MISSION, SERVICE).slots[0]
    assert first.free == 2
    desk.book(desk.citizen("one"), first.slot.starts_at)
    assert desk.offer(MISSION, SERVICE).slots[0].free == 1
    desk.book(desk.citizen("two"), first.slot.starts_at)
    assert first.slot.starts_at not in desk.starts()


def test_a_mission_without_slots_of_its_own_says_so(desk: Desk) -> None:
    assert desk.offer("kbri-canberra", SERVICE).schedule is None
    assert desk.offer.services("kbri-canberra") == ()
    assert SERVICE in desk.offer.services(MISSION)
    with pytest.raises(NoSuchSlot):
        desk.book_any(
            desk.citizen("one"),
            mission_id="kbri-canberra",
            service_code=SERVICE,
            starts_at=desk.starts()[0],
        )


def test_the_schedules_that_are_made_up_say_so(desk: Desk) -> None:
    schedule = desk.offer(MISSION, SERVICE).schedule
    assert schedule is not None
    assert schedule.is_demo


def test_the_last_place_goes_to_one_of_two_citizens(desk: Desk) -> None:
    starts_at = desk.starts()[0]
    desk.book(desk.citizen("early"), starts_at)
    two = [desk.citizen("left"), desk.citizen("right")]
    results = at_once(*(lambda c=c: desk.book(c, starts_at) for c in two))
    assert kinds(results) == {"Appointment": 1, "SlotTaken": 1}


def test_thirty_citizens_at_once_fill_a_slot_and_no_more(desk: Desk, database_url: str) -> None:
    starts_at = desk.starts()[0]
    citizens = [desk.citizen(str(number)) for number in range(30)]
    other = Desk(make_engine(database_url), desk.clock)  # a process of its own, as it were
    desks = [desk, other] * 15
    results = at_once(
        *(lambda d=d, c=c: d.book(c, starts_at) for d, c in zip(desks, citizens, strict=True))
    )
    other.engine.dispose()
    assert kinds(results) == {"Appointment": 2, "SlotTaken": 28}
    assert desk.booked() == 2


def test_one_citizen_who_taps_many_slots_at_once_gets_one(desk: Desk) -> None:
    citizen = desk.citizen("hasty")
    results = at_once(*(lambda s=s: desk.book(citizen, s) for s in desk.starts()[:8]))
    assert kinds(results) == {"Appointment": 1, "AlreadyBooked": 7}
    assert desk.booked() == 1


def test_a_second_appointment_for_the_same_matter_names_the_first(desk: Desk) -> None:
    citizen = desk.citizen("one")
    first = desk.book(citizen, desk.starts()[0])
    with pytest.raises(AlreadyBooked) as caught:
        desk.book(citizen, desk.starts()[-1])
    assert caught.value.appointment == first


def test_another_service_or_mission_can_be_booked_beside_it(desk: Desk) -> None:
    citizen = desk.citizen("one")
    desk.book(citizen, desk.starts()[0])
    for mission, service in (("kjri-penang", "LEGALIZATION"), ("kbri-singapore", SERVICE)):
        starts_at = desk.offer(mission, service).slots[0].slot.starts_at
        desk.book_any(citizen, mission_id=mission, service_code=service, starts_at=starts_at)
    assert len(desk.store.of_citizen(citizen, now=desk.clock.now)) == 3


def test_a_new_one_can_be_booked_once_the_old_one_is_over(desk: Desk) -> None:
    citizen = desk.citizen("one")
    first = desk.book(citizen, desk.starts()[0])
    desk.clock.now = first.ends_at
    second = desk.book(citizen, desk.starts()[0])
    assert desk.store.of_citizen(citizen, now=desk.clock.now) == (second,)
    over = desk.store.by_reference(first.reference)
    assert over is not None
    assert over.state is AppointmentState.OVER


def test_moving_keeps_the_reference_and_gives_the_old_place_back(desk: Desk) -> None:
    citizen = desk.citizen("one")
    before, after = desk.starts()[0], desk.starts()[-1]
    booked = desk.book(citizen, before)
    moved = desk.move(citizen, reference=booked.reference.lower(), starts_at=after)
    assert (moved.reference, moved.starts_at, moved.version) == (booked.reference, after, 2)
    assert desk.store.of_citizen(citizen, now=desk.clock.now) == (moved,)
    free = {each.slot.starts_at: each.free for each in desk.offer(MISSION, SERVICE).slots}
    assert (free[before], free[after]) == (2, 1)


def test_moving_to_a_full_slot_keeps_the_old_place(desk: Desk) -> None:
    full, other = desk.starts()[0], desk.starts()[1]
    for name in ("a", "b"):
        desk.book(desk.citizen(name), full)
    citizen = desk.citizen("one")
    booked = desk.book(citizen, other)
    with pytest.raises(SlotTaken):
        desk.move(citizen, reference=booked.reference, starts_at=full)
    assert desk.store.of_citizen(citizen, now=desk.clock.now) == (booked,)


def test_moving_to_the_same_slot_changes_nothing(desk: Desk) -> None:
    citizen = desk.citizen("one")
    booked = desk.book(citizen, desk.starts()[0])
    again = desk.move(citizen, reference=booked.reference, starts_at=booked.starts_at)
    assert again == booked


def test_the_last_place_goes_to_one_of_those_who_move_there_and_those_who_book(
    desk: Desk,
) -> None:
    target, *elsewhere = desk.starts()
    movers = [desk.citizen(f"m{n}") for n in range(4)]
    held = [desk.book(c, elsewhere[n]) for n, c in enumerate(movers)]
    newcomers = [desk.citizen(f"n{n}") for n in range(4)]
    results = at_once(
        *(
            lambda c=c, a=a: desk.move(c, reference=a.reference, starts_at=target)
            for c, a in zip(movers, held, strict=True)
        ),
        *(lambda c=c: desk.book(c, target) for c in newcomers),
    )
    assert kinds(results) == {"Appointment": 2, "SlotTaken": 6}
    assert (
        desk.store.taken([f.slot for f in desk.offer(MISSION, SERVICE).slots]).get(target) is None
    )
    slot = next(s for s in all_slots(desk) if s.starts_at == target)
    assert desk.store.taken([slot]) == {target: 2}


def all_slots(desk: Desk) -> list[object]:
    schedule = desk.offer(MISSION, SERVICE).schedule
    assert schedule is not None
    return list(schedule.slots(desk.clock.now))


def test_two_changes_of_one_appointment_at_once_do_not_both_count(desk: Desk) -> None:
    citizen = desk.citizen("one")
    booked = desk.book(citizen, desk.starts()[0])
    now = desk.clock.now
    results = at_once(*([lambda: desk.store.cancel(booked, now=now)] * 4))
    assert kinds(results) == {"Appointment": 1, "AppointmentChanged": 3}


def test_a_cancelled_place_is_free_for_others_at_once(desk: Desk) -> None:
    starts_at = desk.starts()[0]
    citizen = desk.citizen("one")
    booked = desk.book(citizen, starts_at)
    desk.book(desk.citizen("two"), starts_at)
    cancelled = desk.cancel(citizen, reference=booked.reference)
    assert cancelled.state is AppointmentState.CANCELLED
    desk.book(desk.citizen("three"), starts_at)
    with pytest.raises(NoAppointment):
        desk.cancel(citizen, reference=booked.reference)
    with pytest.raises(AppointmentChanged):
        desk.store.cancel(booked, now=desk.clock.now)


def test_an_appointment_of_somebody_else_is_as_good_as_none(desk: Desk) -> None:
    booked = desk.book(desk.citizen("one"), desk.starts()[0])
    thief = desk.citizen("thief")
    with pytest.raises(NoAppointment):
        desk.cancel(thief, reference=booked.reference)
    with pytest.raises(NoAppointment):
        desk.move(thief, reference=booked.reference, starts_at=desk.starts()[-1])
    with pytest.raises(NoAppointment):
        desk.cancel(thief, reference="JT-000000-AAAAA")


def test_what_was_not_offered_cannot_be_booked(desk: Desk) -> None:
    citizen = desk.citizen("one")
    starts_at = desk.starts()[0]
    for wrong in (starts_at + timedelta(minutes=7), starts_at - timedelta(days=7), MONDAY):
        with pytest.raises(NoSuchSlot):
            desk.book(citizen, wrong)


class Words:
    def reminder(self, appointment: Appointment, language: str) -> OutboundMessage:
        return OutboundMessage(f"{language}: {appointment.reference}")


def reminders(desk: Desk) -> RemindAppointments:
    return RemindAppointments(
        desk.store,
        SqlOutbox(desk.engine, PRIVACY, desk.clock),
        sessions=desk.conversations.find,
        words=Words(),
        clock=desk.clock,
    )


def written(desk: Desk) -> list[str]:
    with desk.engine.connect() as connection:
        return list(connection.execute(select(outbound.c.in_reply_to)).scalars())


def test_a_reminder_is_said_once_on_the_day_before(desk: Desk) -> None:
    citizen = desk.citizen("one")
    booked = desk.book(citizen, desk.starts()[-1])
    assert booked.remind_at is not None
    remind = reminders(desk)
    desk.clock.now = booked.remind_at - timedelta(seconds=1)
    assert remind() == ()
    desk.clock.now = booked.remind_at
    results = at_once(*([remind] * 3))
    assert all(isinstance(result, tuple) for result in results)
    assert remind() == ()
    assert len(written(desk)) == 1


def test_a_reminder_is_in_the_language_of_the_conversation(desk: Desk) -> None:
    citizen = desk.citizen("one")
    desk.conversations.keep_language(citizen, language="en", is_chosen=False)
    booked = desk.book(citizen, desk.starts()[-1])
    assert booked.remind_at is not None
    desk.clock.now = booked.remind_at
    reminders(desk)()
    queued = SqlOutbox(desk.engine, PRIVACY, desk.clock).queued(citizen)
    assert [row.message.text for row in queued] == [f"en: {booked.reference}"]


def test_a_reminder_waits_while_an_officer_has_the_conversation(desk: Desk) -> None:
    citizen = desk.citizen("one")
    booked = desk.book(citizen, desk.starts()[-1])
    assert booked.remind_at is not None
    set_owner(desk, citizen, "officer")
    desk.clock.now = booked.remind_at
    remind = reminders(desk)
    assert remind() == ()
    set_owner(desk, citizen, "bot")
    assert remind() == ()
    desk.clock.now += timedelta(minutes=30)
    assert remind() == (citizen,)
    assert len(written(desk)) == 1


def set_owner(desk: Desk, conversation: str, owner: str) -> None:
    with desk.engine.begin() as connection:
        connection.execute(
            update(conversations).where(conversations.c.id == conversation).values(owner=owner)
        )


def test_a_moved_appointment_is_reminded_of_at_its_new_time_alone(desk: Desk) -> None:
    citizen = desk.citizen("one")
    booked = desk.book(citizen, desk.starts()[-8])
    assert booked.remind_at is not None
    moved = desk.move(citizen, reference=booked.reference, starts_at=desk.starts()[-1])
    assert moved.remind_at is not None
    remind = reminders(desk)
    desk.clock.now = booked.remind_at
    assert remind() == ()
    desk.clock.now = moved.remind_at
    assert remind() == (citizen,)


def test_a_cancelled_or_past_appointment_is_not_reminded_of(desk: Desk) -> None:
    one, two = desk.citizen("one"), desk.citizen("two")
    booked = desk.book(one, desk.starts()[-1])
    late = desk.book(two, desk.starts()[-1])
    desk.cancel(one, reference=booked.reference)
    desk.clock.now = late.starts_at
    assert reminders(desk)() == ()
