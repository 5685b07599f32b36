"""Whoever is no officer learns nothing of officers, can do nothing, and leaves a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.casework.case import CaseState
from bot.casework.officers import Role
from bot.messages import Channel
from bot.storage.tables.casework import audit
from tests.services.desk_chat.world import Person, World

TELEGRAM, WHATSAPP = Channel.TELEGRAM, Channel.WHATSAPP


def _trace(world: World, person: Person) -> list[tuple[str, str]]:
    with world.desk.engine.connect() as connection:
        query = select(audit.c.action, audit.c.result).where(audit.c.actor == person.conversation)
        return [tuple(row) for row in connection.execute(query.order_by(audit.c.id))]


async def test_a_command_of_a_stranger_is_a_citizens_text_and_on_record(world: World) -> None:
    _, case = await world.waiting()
    stranger = world.person(TELEGRAM)
    for text in (f"/ambil {case.reference}", "/queue"):
        assert await stranger.writes(text) == [f"bot: {text}"]
    assert _trace(world, stranger) == [("desk.command", "no_officer")] * 2


@pytest.mark.parametrize("channel", [TELEGRAM, WHATSAPP])
async def test_a_wrong_code_is_answered_like_any_text_and_is_tried_five_times(
    world: World, channel: Channel
) -> None:
    added = world.desk.services.add_officer("Rina", Role.OFFICER, missions=("kbri-singapore",))
    stranger = world.person(channel)
    wrong = f"{added.code[:4]}-3333-3333"
    for _ in range(5):
        assert await stranger.writes(f"/enrol {wrong}") == [f"bot: /enrol {wrong}"]
    right = f"/enrol {added.code}"
    assert await stranger.writes(right) == [f"bot: {right}"]
    assert [result for _, result in _trace(world, stranger)] == ["unknown"] * 5 + ["locked"]


async def test_a_code_of_yesterday_is_refused(world: World) -> None:
    added = world.desk.services.add_officer("Rina", Role.OFFICER, missions=("kbri-singapore",))
    world.clock.forward(hours=24, seconds=1)
    rina = world.person(TELEGRAM)
    assert await rina.writes(f"/enrol {added.code}") == [f"bot: /enrol {added.code}"]
    assert _trace(world, rina) == [("enrol", "expired")]


async def test_a_code_works_once(world: World) -> None:
    added = world.desk.services.add_officer("Rina", Role.OFFICER, missions=("kbri-singapore",))
    rina, thief = world.person(TELEGRAM), world.person(TELEGRAM)
    assert "Selamat datang, Rina" in (await rina.writes(f"/enrol {added.code}"))[0]
    assert await thief.writes(f"/enrol {added.code}") == [f"bot: /enrol {added.code}"]
    assert _trace(world, thief) == [("enrol", "used")]


async def test_the_web_is_no_way_in_for_officers(world: World) -> None:
    added = world.desk.services.add_officer("Rina", Role.OFFICER, missions=("kbri-singapore",))
    rina = world.person(Channel.WEB)
    assert await rina.writes(f"/enrol {added.code}") == [f"bot: /enrol {added.code}"]


async def test_an_officers_button_in_a_strangers_hands_does_nothing(world: World) -> None:
    rina = await world.officer()
    citizen, _case = await world.waiting()
    stranger = world.person(TELEGRAM)
    assert await stranger.writes(payload=rina.button("Ambil")) == ["bot: /stale_button"]
    assert world.case_of(citizen).state is CaseState.QUEUED
    assert _trace(world, stranger) == [("desk.button", "forged")]


async def test_another_officers_button_does_nothing(world: World) -> None:
    rina = await world.officer("Rina")
    eva = await world.officer("Eva", mission="kjri-frankfurt")
    citizen, _ = await world.waiting()
    assert "tidak berlaku" in (await eva.writes(payload=rina.button("Ambil")))[0]
    assert world.case_of(citizen).state is CaseState.QUEUED
    assert ("desk.button", "forged") in _trace(world, eva)


async def test_what_a_button_carries_cannot_be_typed_or_sent(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    carried = f'/desk{{"do":"claim","case":"{case.reference}"}}'
    assert "tidak berlaku" in (await rina.writes(payload=carried))[0]
    await rina.writes(carried)
    stranger = world.person(TELEGRAM)
    assert await stranger.writes(payload=carried) == ["bot: /stale_button"]
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_a_callback_that_is_played_again_changes_nothing(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    citizen, case = await world.waiting()
    claim = rina.button("Ambil")
    await rina.writes(payload=claim)
    await rina.writes("/lepas")
    await budi.writes(f"/ambil {case.reference}")
    assert "sudah diambil Budi" in (await rina.writes(payload=claim))[0]
    assert world.case_of(citizen).claimed_by == budi.officer_id


async def test_who_was_revoked_is_a_citizen_at_once(world: World) -> None:
    rina = await world.officer()
    citizen, _case = await world.waiting()
    await rina.taps("Ambil")
    old = rina.button("Tutup")
    world.desk.services.revoke(rina.officer_id)
    assert await rina.writes("halo") == ["bot: halo"]
    assert await rina.writes(payload=old) == ["bot: /stale_button"]
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_a_case_of_another_mission_does_not_exist_for_an_officer(world: World) -> None:
    eva = await world.officer("Eva", mission="kjri-frankfurt")
    _, case = await world.waiting()
    for command in ("kasus", "ambil", "catat", "alih", "tutup", "lepas"):
        assert "Tidak ada kasus" in (await eva.writes(f"/{command} {case.reference} x"))[0]


async def test_an_officer_in_danger_words_gets_no_emergency_card(world: World) -> None:
    rina = await world.officer()
    entry = rina.entry("tolong, dia dalam bahaya")
    assert not world.chat.help_now.goes_first(entry)
    assert await world.chat.help_now(entry) is None
