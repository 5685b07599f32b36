"""What the clock does: ladders, silent officers, WhatsApp's 24 hours."""

from __future__ import annotations

import re

from bot.casework.case import CaseState
from bot.casework.officers import KEMLU_DESK, Role
from bot.channels import failures
from bot.messages import Channel, DeliveryReport, DeliveryState
from bot.services.keep_window import WINDOW_CLOSED
from tests.services.desk_chat.world import IN_DANGER, Person, World

TELEGRAM, WHATSAPP = Channel.TELEGRAM, Channel.WHATSAPP


async def test_nobody_claims_and_the_case_climbs_to_jakarta(world: World) -> None:
    rina = await world.officer("Rina")
    chief = await world.officer("Sari", role=Role.SUPERVISOR)
    head = await world.officer("Tono", role=Role.HEAD)
    jakarta = await world.officer("Dewi", role=Role.OFFICER, mission=KEMLU_DESK)
    citizen = world.person(Channel.WEB)
    await citizen.writes(IN_DANGER)
    assert len(rina.reads()) == len(chief.reads()) == 1
    assert head.reads() == jakarta.reads() == []
    await world.passes(minutes=3, seconds=1)
    assert "belum diambil siapa pun" in rina.reads()[0]
    assert "belum diambil siapa pun" in chief.reads()[0]
    await world.passes(minutes=3)
    assert "naik ke Anda" in chief.reads()[0]
    assert rina.reads() == []
    await world.passes(minutes=4)
    assert "naik ke Anda" in head.reads()[0]
    await world.passes(minutes=5)
    assert "naik ke Anda" in jakarta.reads()[0]
    assert (await jakarta.taps("Ambil"))[0].startswith("Anda memegang")
    await world.passes(hours=1)
    assert head.reads() == []


async def test_a_silent_officer_is_warned_then_the_case_goes_back(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    citizen = world.person(Channel.WEB)
    await citizen.writes(IN_DANGER)
    await rina.taps("Ambil")
    rina.reads(), budi.reads(), citizen.reads()
    await world.passes(minutes=4, seconds=1)
    assert "warga menunggu jawaban Anda" in rina.reads()[0]
    await world.passes(minutes=4)
    assert any("sudah kembali ke antrean" in text for text in rina.reads())
    assert any("kembali ke antrean" in text for text in budi.reads())
    assert any("menunggu petugas berikutnya" in text for text in citizen.reads())
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_an_officer_who_answers_is_not_warned(world: World) -> None:
    rina = await world.officer()
    citizen = world.person(Channel.WEB)
    await citizen.writes(IN_DANGER)
    await rina.taps("Ambil")
    await rina.writes("kami segera ke sana")
    await world.passes(minutes=30)
    assert rina.reads() == []


async def _in_talk(world: World) -> tuple[Person, Person]:
    rina = await world.officer()
    citizen, _ = await world.waiting(WHATSAPP)
    await rina.taps("Ambil")
    await rina.writes("selamat siang")
    citizen.reads(), rina.reads()
    return citizen, rina


async def test_two_hours_before_the_window_closes_the_officer_is_asked_for_a_last_word(
    world: World,
) -> None:
    _, rina = await _in_talk(world)
    await world.passes(hours=21.9)
    assert rina.reads() == []
    await world.passes(hours=0.2)
    assert "jendela WhatsApp warga tutup" in rina.reads()[0]


async def test_a_card_counts_the_window_that_messages_wait_for(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting(WHATSAPP)
    card = (await rina.taps("Ambil"))[-1]
    assert re.search(
        r"^Jendela WhatsApp: sisa 23 jam 5\d menit \(tutup pukul \d\d\.\d\d\)$", card, re.M
    )
    await world.redis.expire(f"window:{citizen.conversation}", 3 * 3600 + 90)
    card = (await rina.writes(f"/kasus {case.reference}"))[-1]
    assert "Jendela WhatsApp: sisa 3 jam 1 menit" in card
    await world.redis.delete(f"window:{citizen.conversation}")
    card = (await rina.writes(f"/kasus {case.reference}"))[-1]
    assert "Jendela WhatsApp: sudah tutup" in card


async def test_a_case_of_telegram_has_no_window(world: World) -> None:
    rina = await world.officer()
    await world.waiting(Channel.TELEGRAM)
    assert "Jendela" not in (await rina.taps("Ambil"))[-1]


async def test_behind_the_window_words_wait_and_the_citizen_is_invited(world: World) -> None:
    citizen, rina = await _in_talk(world)
    world.clock.forward(hours=24, minutes=1)
    await world.redis.delete(f"window:{citizen.conversation}")
    told = await rina.writes("dokumen Anda sudah jadi")
    assert any("pesan Anda menunggu" in text for text in told)
    assert [m.template for m in citizen.got[citizen.seen :]] == ["citizen"]
    await rina.writes("bisa diambil besok")
    assert [m.template for m in citizen.got[citizen.seen :]] == ["citizen"]
    assert await citizen.writes("halo")
    texts = [m.text for m in citizen.got if m.is_officers]
    assert texts[-2:] == [
        "Rina (petugas):\ndokumen Anda sudah jadi",
        "Rina (petugas):\nbisa diambil besok",
    ]


async def test_a_refusal_by_the_platform_counts_as_a_closed_window(world: World) -> None:
    citizen, rina = await _in_talk(world)
    world.platforms[WHATSAPP].failure = failures.WINDOW_CLOSED.error()
    told = await rina.writes("dokumen Anda sudah jadi")
    assert any("pesan Anda menunggu" in text for text in told)
    world.platforms[WHATSAPP].failure = None
    await citizen.writes("ya?")
    assert any("dokumen Anda sudah jadi" in message.text for message in citizen.got)


async def test_a_late_report_that_the_window_was_closed_loses_nothing(world: World) -> None:
    citizen, rina = await _in_talk(world)
    await rina.writes("dokumen Anda sudah jadi")
    report = DeliveryReport(
        citizen.platform_id("dokumen"), DeliveryState.FAILED, error_code=WINDOW_CLOSED
    )
    assert world.outbox.report(report) == citizen.conversation
    await world.redis.delete(f"window:{citizen.conversation}")
    await world.settle()
    await world.settle()
    assert any("pesan Anda menunggu" in text for text in rina.reads())
    before = len(citizen.got)
    await citizen.writes("ya?")
    assert any("dokumen" in message.text for message in citizen.got[before:])


async def test_an_officer_is_told_that_words_did_not_arrive_and_told_once(world: World) -> None:
    _citizen, rina = await _in_talk(world)
    world.platforms[WHATSAPP].failure = failures.BLOCKED.error()
    told = await rina.writes("halo?")
    assert [text for text in told if "tidak sampai ke warga (sebab: blocked)" in text]
    await world.passes(minutes=1)
    assert rina.reads() == []


async def test_an_officer_whose_window_is_closed_gets_an_approved_text_first(
    world: World,
) -> None:
    rina = await world.officer(channel=WHATSAPP)
    world.clock.forward(hours=25)
    await world.redis.delete(f"window:{rina.conversation}")
    _, case = await world.waiting()
    assert [m.template for m in rina.got[rina.seen :]] == ["officer"]
    rina.reads()
    answers = await rina.writes("/antre")
    assert case.reference in answers[0]
    assert "kasus baru menunggu" in answers[0]
    assert (await rina.taps("Ambil"))[0].startswith("Anda memegang")
