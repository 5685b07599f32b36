"""Do cases, owners, words and timers survive together, on both databases?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from bot.casework.case import CaseState, Context, Function, Level, Line, Outcome, Priority
from bot.casework.errors import (
    AlreadyClaimed,
    ConversationHeld,
    InvalidWish,
    NoCaseInHand,
    NotAllowed,
    StaleCase,
    UnknownCase,
    WhichCase,
    WrongState,
)
from bot.casework.holding import closed
from bot.casework.officers import Role
from bot.conversation.session import Owner
from bot.messages import (
    Attachment,
    AttachmentKind,
    Author,
    Button,
    DeliveryState,
    Location,
    OutboundMessage,
)
from bot.services.open_case import Opening
from bot.storage.tables.casework import audit, case_events, case_messages, case_notes
from bot.storage.tables.conversations import cases, outbound
from tests.storage.desk import FRANKFURT, SINGAPORE, START, Desk

HELLO = OutboundMessage("Selamat pagi, saya Rina")


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def states(desk: Desk) -> list[tuple[str, str | None]]:
    query = select(outbound.c.state, outbound.c.code).order_by(outbound.c.id)
    with desk.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_one_matter_is_one_open_case(desk: Desk) -> None:
    citizen = desk.citizen()
    open_case = desk.services.open_case
    opened = [
        open_case(
            citizen,
            subject=subject,
            priority=Priority.P1,
            mission=None,
            language="id",
            location=location,
        )
        for subject, location in (
            ("emergency_arrest", Location(1.0, 2.0)),
            ("emergency_arrest", None),
            ("emergency_medical", None),
        )
    ]
    assert opened[0].reference == opened[1].reference != opened[2].reference
    assert opened[1].location == Location(1.0, 2.0)


def test_a_closed_matter_may_come_again_as_a_new_case(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    first = desk.asks(citizen)
    desk.services.claim(first.reference, rina)
    desk.services.close(first.reference, rina, outcome=Outcome.RESOLVED)
    assert desk.asks(citizen).reference != first.reference


def test_everything_about_a_case_comes_back_as_it_was(desk: Desk) -> None:
    citizen = desk.citizen()
    context = Context(
        "paspor ditahan majikan",
        lines=(Line("citizen", "tolong", START), Line("bot", "Di mana Anda?")),
        form=(("city", "Penang"),),
    )
    case = desk.asks(
        citizen,
        "labour_dispute",
        location=Location(5.4, 100.3),
        for_whom="child",
        wishes=("no_call", "woman_officer"),
        context=context,
    )
    assert desk.services.cases.get(case.reference) == case
    assert (case.function, case.priority) == (Function.LABOUR, Priority.P2)
    assert desk.services.cases.context(case.reference) == context


def test_the_owner_follows_the_case(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    assert desk.owner(citizen) is Owner.BOT
    reference = desk.asks(citizen).reference
    assert desk.owner(citizen) is Owner.QUEUE
    desk.services.claim(reference, rina)
    assert desk.owner(citizen) is Owner.OFFICER
    desk.services.release(reference, rina)
    assert desk.owner(citizen) is Owner.QUEUE
    desk.services.claim(reference, rina)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    assert desk.owner(citizen) is Owner.BOT
    desk.services.reopen(reference, rina)
    assert desk.owner(citizen) is Owner.QUEUE


def test_an_emergency_stays_with_the_bot_until_an_officer_comes(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    case = desk.services.open_case(
        citizen,
        subject="emergency_violence",
        priority=Priority.P1,
        mission=SINGAPORE,
        language="id",
        location=None,
    )
    relayed = desk.services.from_citizen(citizen, desk.message("saya di kamar"))
    assert relayed.is_bots_turn
    assert relayed.case is not None and relayed.case.reference == case.reference
    desk.services.claim(case.reference, rina)
    assert not desk.services.from_citizen(citizen, desk.message("tolong")).is_bots_turn


def test_a_bot_answer_computed_before_the_takeover_is_kept_but_not_sent(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    question = desk.message("berapa biaya paspor")
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    answer = OutboundMessage("RM 200", buttons=(Button("Menu", "/help_menu"),))
    is_queued = desk.outbox.write(
        citizen, in_reply_to=question.message_id, messages=[answer], only_if_owner=Owner.BOT
    )
    assert not is_queued
    assert states(desk) == [("dropped", "owner_officer")]
    assert desk.outbox.is_answered(citizen, question.message_id)
    assert desk.outbox.offers(citizen) == ()
    seen = desk.services.see(reference, rina).entries
    assert [(e.author, e.state, e.code) for e in seen] == [
        ("bot", DeliveryState.DROPPED, "owner_officer")
    ]


def test_what_the_bot_has_not_sent_yet_is_dropped_when_an_officer_comes(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    desk.outbox.write(citizen, in_reply_to="m1", messages=[OutboundMessage("a")])
    desk.clock.forward(minutes=5)
    desk.outbox.write(
        citizen, in_reply_to="s1", messages=[OutboundMessage("notice")], author=Author.SYSTEM
    )
    reference = desk.asks(citizen).reference
    assert [row.message.text for row in desk.outbox.queued(citizen)] == ["a", "notice"]
    desk.services.claim(reference, rina)
    assert [row.message.text for row in desk.outbox.queued(citizen)] == ["notice"]
    assert states(desk)[0] == ("dropped", "officer_came")
    assert desk.services.see(reference, rina).entries[0].state is DeliveryState.DROPPED


def test_the_answer_to_what_led_into_the_queue_still_goes_out(desk: Desk) -> None:
    citizen = desk.citizen()
    desk.asks(citizen, message_id="m7")
    told = desk.outbox.write(
        citizen,
        in_reply_to="m7",
        messages=[OutboundMessage("Nomor Anda …")],
        only_if_owner=Owner.BOT,
    )
    other = desk.outbox.write(
        citizen, in_reply_to="m6", messages=[OutboundMessage("x")], only_if_owner=Owner.BOT
    )
    assert (told, other) == (True, False)
    assert states(desk) == [("queued", None), ("dropped", "owner_queue")]


def test_without_words_a_reply_still_says_whether_it_is_the_bots_turn(desk: Desk) -> None:
    citizen = desk.citizen()
    desk.asks(citizen)
    assert not desk.outbox.write(citizen, in_reply_to="m1", messages=[], only_if_owner=Owner.BOT)


def test_a_message_reaches_its_case_once_and_in_order(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    said = [desk.message(f"pesan {number}") for number in range(4)]
    for message in (said[0], said[0], said[1], said[0], said[2], said[1], said[3]):
        desk.services.from_citizen(citizen, message)
    entries = desk.services.see(reference, rina).entries
    assert [entry.message for entry in entries] == said


def test_photos_voice_and_places_are_kept_with_the_case(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    voice = desk.message("", attachments=(Attachment(AttachmentKind.VOICE, "file-1"),))
    place = desk.message("", location=Location(1.3, 103.8))
    for message in (voice, place):
        desk.services.from_citizen(citizen, message)
    view = desk.services.see(reference, rina)
    assert [entry.message for entry in view.entries] == [voice, place]
    assert view.case.location == Location(1.3, 103.8)


def test_a_message_that_people_had_to_answer_is_not_answered_by_the_bot_later(
    desk: Desk,
) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    message = desk.message("terima kasih")
    desk.services.from_citizen(citizen, message)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    again = desk.services.from_citizen(citizen, message)
    assert not again.is_bots_turn
    assert again.events == ()
    assert desk.owner(citizen) is Owner.BOT


def test_words_within_the_grace_time_reopen_and_a_tap_does_not(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    desk.clock.forward(hours=71)
    assert desk.services.from_citizen(citizen, desk.message("", payload="/rate")).is_bots_turn
    reopened = desk.services.from_citizen(citizen, desk.message("masih belum selesai"))
    assert not reopened.is_bots_turn
    assert reopened.case is not None and reopened.case.reference == reference
    assert [event.kind.value for event in reopened.events] == ["reopened", "citizen_wrote"]


def test_after_the_grace_time_the_bot_answers(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    desk.clock.forward(hours=72)
    assert desk.services.from_citizen(citizen, desk.message("halo lagi")).is_bots_turn


def test_an_officers_words_are_queued_once_and_their_state_is_seen(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    first = desk.services.from_officer(rina, HELLO, key="tg-1")
    again = desk.services.from_officer(rina, HELLO, key="tg-1")
    assert (first.is_new, again.is_new, first.outbound) == (True, False, again.outbound)
    (row,) = desk.outbox.queued(citizen)
    assert row.message.text.endswith(HELLO.text)
    desk.outbox.mark_failed(row.id, "blocked")
    (entry,) = desk.services.see(reference, rina).entries
    assert (entry.author, entry.officer_id) == ("officer", rina)
    assert (entry.state, entry.code) == (DeliveryState.FAILED, "blocked")


def test_nobody_guesses_which_case_an_officer_means(desk: Desk) -> None:
    rina = desk.officer()
    with pytest.raises(NoCaseInHand):
        desk.services.from_officer(rina, HELLO, key="a")
    references = []
    for address in ("1", "2"):
        case = desk.asks(desk.citizen(address))
        references.append(case.reference)
        desk.services.claim(case.reference, rina)
    with pytest.raises(WhichCase) as question:
        desk.services.from_officer(rina, HELLO, key="b")
    assert set(question.value.references) == set(references)
    assert desk.services.from_officer(rina, HELLO, key="c", reference=references[0]).is_new


def test_a_colleague_cannot_write_into_a_case(desk: Desk) -> None:
    rina, budi, citizen = desk.officer(), desk.officer("Budi"), desk.citizen()
    reference = desk.asks(citizen).reference
    with pytest.raises(NotAllowed):
        desk.services.from_officer(budi, HELLO, key="x", reference=reference)
    desk.services.claim(reference, rina)
    with pytest.raises(AlreadyClaimed) as refusal:
        desk.services.from_officer(budi, HELLO, key="x", reference=reference)
    assert (refusal.value.officer_id, refusal.value.name) == (rina, "Rina")


def test_another_mission_neither_sees_nor_touches_a_case_and_that_is_audited(desk: Desk) -> None:
    desk.officer()
    stranger = desk.officer("Eva", Role.HEAD, mission=FRANKFURT.id)
    reference = desk.asks(desk.citizen()).reference
    wishes = (
        lambda: desk.services.see(reference, stranger),
        lambda: desk.services.claim(reference, stranger),
        lambda: desk.services.note(reference, stranger, text="x"),
        lambda: desk.services.export(reference, stranger),
        lambda: desk.services.close(reference, stranger, outcome=Outcome.RESOLVED),
        lambda: desk.services.from_officer(stranger, HELLO, key="x", reference=reference),
        lambda: desk.services.claim("KSL-000000-AAAA", stranger),
        lambda: desk.services.claim("'; DROP TABLE cases; --\x00", stranger),
    )
    for wish in wishes:
        with pytest.raises(UnknownCase):
            wish()
    assert desk.services.see.queue(stranger) == ()
    with desk.engine.connect() as connection:
        rows = connection.execute(
            select(audit.c.result).where(audit.c.actor == f"officer:{stranger}")
        )
        assert list(rows.scalars()) == ["unknown"] * len(wishes)


def test_a_stale_view_changes_nothing(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    case = desk.asks(citizen)
    desk.services.claim(case.reference, rina)
    with pytest.raises(StaleCase):
        desk.services.cases.change(
            case.reference,
            lambda file: closed(file, Outcome.RESOLVED, now=desk.clock()),
            officer_id=rina,
            version=case.version,
        )
    now = desk.services.cases.get(case.reference)
    assert now is not None and now.state is CaseState.CLAIMED


def test_a_citizen_talks_with_one_officer_at_a_time(desk: Desk) -> None:
    rina, budi, citizen = desk.officer(), desk.officer("Budi"), desk.citizen()
    first = desk.asks(citizen, "passport_lost").reference
    second = desk.asks(citizen, "labour_dispute").reference
    desk.services.claim(first, rina)
    with pytest.raises(ConversationHeld) as refusal:
        desk.services.claim(second, budi)
    assert (refusal.value.reference, refusal.value.name) == (first, "Rina")
    urgent = desk.asks(citizen, "emergency_violence").reference
    desk.services.claim(urgent, budi)
    yielded = desk.services.cases.get(first)
    assert yielded is not None and yielded.state is CaseState.QUEUED
    assert desk.owner(citizen) is Owner.OFFICER
    desk.services.close(urgent, budi, outcome=Outcome.RESOLVED)
    assert desk.owner(citizen) is Owner.QUEUE


def test_a_transfer_takes_words_and_notes_along_and_shuts_the_old_mission_out(
    desk: Desk,
) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    eva = desk.officer("Eva", mission=FRANKFURT.id)
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    desk.services.from_citizen(citizen, desk.message("saya pindah ke Jerman"))
    desk.services.transfer(reference, rina, mission_id=FRANKFURT.id, note="sudah pindah")
    with pytest.raises(UnknownCase):
        desk.services.see(reference, rina)
    view = desk.services.see(reference, eva)
    assert [entry.author for entry in view.entries] == ["citizen", "note"]
    assert (view.case.mission_id, view.case.state) == (FRANKFURT.id, CaseState.QUEUED)


@pytest.mark.parametrize("wish", [{}, {"mission_id": "kbri-atlantis"}, {"to_officer": 4711}])
def test_a_transfer_to_nowhere_is_refused(desk: Desk, wish: dict[str, object]) -> None:
    rina = desk.officer()
    reference = desk.asks(desk.citizen()).reference
    desk.services.claim(reference, rina)
    with pytest.raises(InvalidWish):
        desk.services.transfer(reference, rina, **wish)  # type: ignore[arg-type]


def test_a_fourth_request_in_a_day_is_refused_unless_it_joins_or_is_an_emergency(
    desk: Desk,
) -> None:
    citizen = desk.citizen()
    subjects = ("passport_lost", "labour_dispute", "worker_contract")
    for subject in subjects:
        desk.asks(citizen, subject)
        desk.clock.forward(hours=1)
    refused = desk.services.escalate(
        Opening(citizen, "talk_to_officer", language="id", mission=SINGAPORE)
    )
    assert refused.case is None
    assert refused.allowed_again_at == START + timedelta(hours=24)
    assert desk.asks(citizen, "passport_lost").subject == "passport_lost"
    assert desk.asks(citizen, "emergency_arrest").priority is Priority.P1
    desk.clock.forward(hours=22)
    assert desk.asks(citizen).subject == "talk_to_officer"


def test_only_published_hours_are_told(desk: Desk) -> None:
    citizen = desk.citizen()
    here = desk.services.escalate(
        Opening(citizen, "passport_lost", language="id", mission=SINGAPORE)
    )
    there = desk.services.escalate(
        Opening(citizen, "labour_dispute", language="id", mission=FRANKFURT)
    )
    assert here.expectation and there.expectation
    assert (here.expectation.is_open, here.expectation.opens_at) == (None, None)
    assert there.expectation.is_open is False  # 03:00 in Frankfurt
    assert there.expectation.opens_at == START.replace(hour=8, minute=30)


def test_a_case_of_a_mission_without_officers_starts_in_jakarta(desk: Desk) -> None:
    kemlu = desk.officer("Dewi", mission="kemlu")
    case = desk.asks(desk.citizen())
    assert case.level is Level.KEMLU
    assert [each.reference for each in desk.services.see.queue(kemlu)] == [case.reference]
    assert [each.id for each in desk.services.recipients(case)] == [kemlu]


def test_who_declined_is_not_told_again_while_others_are_left(desk: Desk) -> None:
    rina, budi = desk.officer(), desk.officer("Budi")
    case = desk.asks(desk.citizen())
    desk.services.decline(case.reference, rina)
    assert [each.id for each in desk.services.recipients(case)] == [budi]
    desk.services.decline(case.reference, budi)
    assert [each.id for each in desk.services.recipients(case)] == [rina, budi]


def test_a_citizen_rates_only_their_own_case_once(desk: Desk) -> None:
    rina, citizen, other = desk.officer(), desk.citizen(), desk.citizen("7002")
    reference = desk.asks(citizen).reference
    desk.services.claim(reference, rina)
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    with pytest.raises(UnknownCase):
        desk.services.rate(other, reference, stars=1)
    assert desk.services.rate(citizen, reference, stars=5).case.stars == 5
    assert desk.services.rate(citizen, reference, stars=1).events == ()


def test_a_citizen_stops_waiting(desk: Desk) -> None:
    rina, citizen, other = desk.officer(), desk.citizen(), desk.citizen("7002")
    reference = desk.asks(citizen).reference
    with pytest.raises(UnknownCase):
        desk.services.close.by_citizen(other, reference)
    with pytest.raises(InvalidWish):
        desk.services.close.by_citizen(citizen, reference, outcome=Outcome.RESOLVED)
    desk.services.close.by_citizen(citizen, reference, outcome=Outcome.FALSE_ALARM)
    assert desk.owner(citizen) is Owner.BOT
    with pytest.raises(WrongState):
        desk.services.claim(reference, rina)


@pytest.mark.parametrize("table", [case_events, audit])
def test_what_is_on_record_cannot_be_changed(desk: Desk, table) -> None:  # type: ignore[no-untyped-def]
    rina = desk.officer()
    reference = desk.asks(desk.citizen()).reference
    desk.services.see(reference, rina)
    with pytest.raises(DBAPIError, match="append only"), desk.engine.begin() as connection:
        connection.execute(table.update().values(actor="nobody"))


def test_no_words_stand_readable_in_the_database(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    secret = "paspor disita majikan"
    context = Context(secret, lines=(Line("citizen", secret),))
    case = desk.asks(citizen, context=context, location=Location(1.28967, longitude=103.85007))
    desk.services.claim(case.reference, rina)
    desk.services.from_citizen(citizen, desk.message(secret))
    desk.services.from_officer(rina, OutboundMessage(secret), key="k")
    desk.services.note(case.reference, rina, text=secret)
    with desk.engine.connect() as connection:
        for table in (cases, case_messages, case_notes, case_events, outbound, audit):
            rows = str(connection.execute(select(table)).all())
            assert secret not in rows
            assert "1.28967" not in rows and "103.85007" not in rows


def test_a_transcript_holds_all_that_was_said_and_done(desk: Desk) -> None:
    rina, citizen = desk.officer(), desk.citizen()
    case = desk.asks(citizen, context=Context(lines=(Line("citizen", "<b>sebelumnya</b>"),)))
    reference = case.reference
    desk.services.from_citizen(citizen, desk.message("halo & selamat pagi"))
    desk.clock.forward(minutes=1)
    desk.services.claim(reference, rina)
    desk.services.from_officer(rina, HELLO, key="k")
    desk.clock.forward(minutes=1)
    desk.services.note(reference, rina, text="perlu diperiksa")
    desk.services.close(reference, rina, outcome=Outcome.RESOLVED)
    export = desk.services.export(reference, rina)
    data = json.loads(export.as_json())
    assert data["case"]["outcome"] == "resolved"
    assert [entry["author"] for entry in data["entries"]] == ["citizen", "officer", "note"]
    assert data["entries"][1]["officer"] == "Rina"
    assert [event["kind"] for event in data["events"]] == [
        "opened",
        "citizen_wrote",
        "claimed",
        "officer_wrote",
        "noted",
        "closed",
        "exported",
    ]
    page = export.as_html({"resolved": "selesai"}, language="id")
    assert "selesai" in page and "halo &amp; selamat pagi" in page
    assert "<b>sebelumnya" not in page and "&lt;b&gt;sebelumnya" in page
    assert "<script" not in page and "http" not in page


def test_reference_collisions_are_drawn_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["KSL-261124-AAAA", "KSL-261124-AAAA", "KSL-261124-CCCC"])
    monkeypatch.setattr("bot.services.open_case.new_reference", lambda _now: next(drawn))
    first, second = desk.asks(desk.citizen("1")), desk.asks(desk.citizen("2"))
    assert (first.reference, second.reference) == ("KSL-261124-AAAA", "KSL-261124-CCCC")


def test_a_case_from_before_the_desk_is_waiting_in_it(desk: Desk) -> None:
    citizen = desk.citizen()
    rina = desk.officer()
    old = {
        "reference": "KSL-261101-AAAA",
        "conversation_id": citizen,
        "subject": "talk_to_officer",
        "priority": "P3",
        "mission_id": SINGAPORE.id,
        "language": "id",
        "state": "queued",
        "opened_at": START,
    }
    with desk.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO cases (reference, conversation_id, subject, priority, mission_id,"
                " language, state, opened_at) VALUES (:reference, :conversation_id, :subject,"
                " :priority, :mission_id, :language, :state, :opened_at)"
            ),
            {**old, "opened_at": START.replace(tzinfo=None)},
        )
    assert desk.services.claim("KSL-261101-AAAA", rina).case.version == 2
