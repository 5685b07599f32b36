"""A case in a topic of the officers' group: the topic is the relay, and nobody else is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework.case import Case, CaseState, Function, Outcome
from bot.casework.officers import Role
from bot.errors import SendFailed
from bot.messages import AttachmentKind, Channel, OutboundMessage
from bot.storage.tables.casework import audit
from tests.services.desk_chat.world import Person, World, attached, reference_in
from tests.storage.desk import FRANKFURT, PRIVACY, SINGAPORE

TELEGRAM, WHATSAPP, WEB = Channel.TELEGRAM, Channel.WHATSAPP, Channel.WEB
GROUP, LABOUR, OTHER = "-1001", "-1002", "-1003"
GROUPS = (
    (SINGAPORE.id, GROUP),
    (f"{SINGAPORE.id}/labour", LABOUR),
    (FRANKFURT.id, OTHER),
)
in_groups = pytest.mark.parametrize("world", [GROUPS], indirect=True)
pytestmark = in_groups


@dataclass
class InTopic(Person):
    """Somebody in a case's topic; they read what everybody there reads."""

    sender: str = ""

    def entry(self, text: str = "", **content: Any) -> Any:
        return super().entry(text, **{"sender": self.sender, **content})


def in_topic(person: Person, number: int = 0) -> InTopic:
    """A person of the private chats, in the topic that was opened as the so manieth."""
    address = list(person.world.forums.open)[number]
    return InTopic(
        person.world, TELEGRAM, address, officer_id=person.officer_id, sender=person.address
    )


def case_now(world: World, case: Case) -> Case:
    found = world.desk.services.cases.get(case.reference)
    assert found is not None
    return found


def audited(world: World, person: Person) -> list[tuple[str, str]]:
    actor = PRIVACY.conversation_id("telegram", person.address)
    with world.desk.engine.connect() as connection:
        query = select(audit.c.action, audit.c.result).where(audit.c.actor == actor)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("at", [TELEGRAM, WEB])
async def test_a_case_is_claimed_talked_of_noted_and_closed_in_its_topic(
    world: World, at: Channel
) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting(at)
    assert rina.reads() == []
    here = in_topic(rina)
    (card,) = here.reads()
    assert card.startswith(f"{case.reference}: kasus baru menunggu.")
    assert case.reference in world.forums.titles[0]
    taken = await here.taps("Ambil")
    assert taken[0].startswith(f"Rina: Anda memegang {case.reference}")
    assert taken[1].startswith(f"{case.reference} dipegang Rina")
    citizen.reads()
    assert await here.writes("Selamat siang") == []
    assert citizen.reads() == ["Rina (petugas):\nSelamat siang"]
    await citizen.writes("paspor saya hilang")
    assert here.reads() == [f"🟢 {case.reference} · warga:\npaspor saya hilang"]
    assert rina.reads() == []
    assert "catatan disimpan" in (await here.writes("/catat kelihatan takut"))[0]
    assert citizen.reads() == []
    assert world.assistant.asked == ["petugas"]
    closed = await here.writes("/tutup selesai")
    assert "ditutup oleh Rina" in closed[-1]
    assert case_now(world, case).state is CaseState.CLOSED
    assert list(world.forums.open.values()) == [False]


async def test_a_topic_opens_again_with_its_case(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    here = in_topic(rina)
    await here.taps("Ambil")
    await here.writes("/tutup selesai")
    citizen.reads()
    await here.writes("/buka")
    assert case_now(world, case).is_open
    assert list(world.forums.open.values()) == [True]
    await here.writes("/ambil")
    citizen.reads()
    await here.writes("saya kembali")
    assert citizen.reads() == ["Rina (petugas):\nsaya kembali"]


async def test_a_colleagues_words_stay_among_officers_and_they_are_told(world: World) -> None:
    rina, budi = await world.officer(), await world.officer("Budi")
    citizen, case = await world.waiting()
    here, beside = in_topic(rina), in_topic(budi)
    assert "belum ada yang memegang" in (await beside.writes("ini kasus lama"))[0]
    await here.taps("Ambil")
    citizen.reads()
    assert "Hanya tulisan Rina" in (await beside.writes("sudah cek berkasnya?"))[0]
    assert "sudah diambil Rina" in (await beside.writes("/ambil"))[0]
    assert "tidak bisa" in (await beside.writes("/lepas"))[0]
    assert citizen.reads() == []
    assert case_now(world, case).claimed_by == rina.officer_id


async def test_a_note_that_was_begun_is_its_officers_alone(world: World) -> None:
    rina, budi = await world.officer(), await world.officer("Budi")
    citizen, _ = await world.waiting()
    here, beside = in_topic(rina), in_topic(budi)
    await here.taps("Ambil")
    citizen.reads()
    await beside.writes("/catat")
    await here.writes("Selamat siang")
    assert citizen.reads() == ["Rina (petugas):\nSelamat siang"]
    assert "catatan disimpan" in (await beside.writes("nanti diteruskan"))[0]
    assert citizen.reads() == []


async def test_whoever_is_no_officer_of_the_case_is_refused_told_and_on_record(
    world: World,
) -> None:
    rina, eva = await world.officer(), await world.officer("Eva", mission=FRANKFURT.id)
    citizen, case = await world.waiting()
    here, stranger = in_topic(rina), world.person(TELEGRAM)
    claim = here.button("Ambil")
    for content in ({"text": "/ambil"}, {"payload": claim}, {"text": "halo"}):
        assert "hanya petugas terdaftar" in (await in_topic(stranger).writes(**content))[0]
        assert "di luar bagian Anda" in (await in_topic(eva).writes(**content))[0]
    hidden = in_topic(rina)
    hidden.sender = ""
    assert "anonim" in (await hidden.writes("/ambil"))[0]
    assert case_now(world, case).state is CaseState.QUEUED
    assert citizen.reads() == []
    assert audited(world, stranger) == [("desk.topic", "no_officer")] * 3
    assert audited(world, eva)[1:] == [("desk.topic", "refused")] * 3


async def test_a_button_of_a_topic_works_nowhere_else(world: World) -> None:
    rina = await world.officer()
    _, case = await world.waiting()
    claim = in_topic(rina).button("Ambil")
    await world.waiting()
    for place in (rina, in_topic(rina, 1)):
        assert "sudah tidak berlaku" in (await place.writes(payload=claim))[0]
    assert case_now(world, case).state is CaseState.QUEUED
    assert audited(world, rina).count(("desk.button", "forged")) == 2


async def test_a_code_given_away_in_a_topic_enrols_nobody(world: World) -> None:
    rina = await world.officer()
    await world.waiting()
    added = world.desk.services.add_officer("Sari", Role.OFFICER, missions=(SINGAPORE.id,))
    stranger = world.person(TELEGRAM)
    assert "hanya petugas terdaftar" in (await in_topic(stranger).writes(f"/enrol {added.code}"))[0]
    assert world.desk.services.officers.by_account(stranger.conversation) is None
    assert rina.reads() == []


async def test_what_is_an_officers_own_is_answered_in_private(world: World) -> None:
    rina = await world.officer()
    _, case = await world.waiting()
    _, other = await world.waiting()
    here = in_topic(rina)
    here.reads()
    for said, part in (
        ("/meja", "https://"),
        ("/antre", other.reference),
        ("/bantuan", "/"),
        (f"/kasus {other.reference}", other.reference),
        (f"/catat {other.reference} penting", other.reference),
    ):
        assert await here.writes(said) == []
        assert part in "".join(rina.reads())
    assert case.reference in (await here.writes("/kasus"))[0]


async def test_a_group_learns_of_no_case_that_is_not_its_own(world: World) -> None:
    head = await world.officer("Ibu Kepala", role=Role.HEAD)
    citizen, old = await world.waiting()
    services = world.desk.services
    services.transfer(old.reference, head.officer_id, function=Function.LABOUR)
    await world.settle()
    services.close(old.reference, head.officer_id, outcome=Outcome.RESOLVED)
    await world.passes(days=4)
    await citizen.writes("petugas")
    case = world.case_of(citizen)
    assert case.reference != old.reference
    here = in_topic(head, 2)
    assert here.address.startswith(GROUP)
    assert not any(old.reference in text for text in here.reads())
    assert not any(old.reference in text for text in await here.taps("Ambil"))
    private = await head.writes(f"/kasus {case.reference}")
    assert old.reference in private[0]


async def test_a_case_that_moves_leaves_its_topic_for_the_other_groups(world: World) -> None:
    rina = await world.officer()
    dewi = await world.officer("Dewi", mission=FRANKFURT.id)
    citizen, case = await world.waiting()
    here = in_topic(rina)
    await here.taps("Ambil")
    moved = await here.writes(f"/alih {FRANKFURT.id}")
    assert "sudah pindah" in moved[-1]
    there = in_topic(dewi, 1)
    assert there.address.startswith(OTHER)
    assert f"{case.reference} dialihkan ke bagian Anda" in there.reads()[0]
    assert list(world.forums.open.values()) == [False, True]
    citizen.reads()
    assert "sudah pindah" in (await here.writes("masih di sini?"))[0]
    await there.taps("Ambil")
    citizen.reads()
    await there.writes("Guten Tag")
    assert citizen.reads() == ["Dewi (petugas):\nGuten Tag"]
    await citizen.writes("terima kasih")
    assert here.reads() == []
    assert case_now(world, case).claimed_by == dewi.officer_id


async def test_without_a_topic_the_cards_are_private_and_the_next_card_tries_again(
    world: World,
) -> None:
    rina = await world.officer()
    world.forums.failure = SendFailed("bad_request", retry=False)
    _, case = await world.waiting()
    assert case.reference in rina.reads()[0]
    world.forums.failure = None
    await rina.taps("Ambil")
    await rina.writes("/lepas")
    assert len(world.forums.open) == 1


async def test_a_lost_topic_goes_on_in_private_and_nothing_is_lost(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    here = in_topic(rina)
    await here.taps("Ambil")
    world.platforms[TELEGRAM].gone.add(here.address)
    await citizen.writes("bapak masih di sana?")
    (told,) = rina.reads()
    assert told.startswith(f"{case.reference}: topiknya di grup tidak bisa dipakai")
    assert "bapak masih di sana?" in told
    await citizen.writes("halo?")
    assert rina.reads() == [f"🟢 {case.reference} · warga:\nhalo?"]
    await rina.writes("ya, saya di sini")
    assert "ya, saya di sini" in citizen.reads()[-1]


async def test_who_is_not_on_telegram_or_takes_the_case_elsewhere_is_told_there(
    world: World,
) -> None:
    sari = await world.officer("Sari", WHATSAPP)
    citizen, case = await world.waiting()
    here = in_topic(sari)
    assert case.reference in sari.reads()[0] and case.reference in here.reads()[0]
    await sari.writes(f"/ambil {case.reference}")
    assert "dipegang Sari" in here.reads()[-1]
    await citizen.writes("halo")
    assert any("halo" in text for text in sari.reads())
    assert any("halo" in text for text in here.reads())


@pytest.mark.parametrize("elsewhere", [TELEGRAM, WHATSAPP, None], ids=["telegram", "wa", "desk"])
async def test_what_an_officer_writes_elsewhere_is_read_in_the_topic_once(
    world: World, elsewhere: Channel | None
) -> None:
    rina = await world.officer("Rina", elsewhere or TELEGRAM)
    citizen, case = await world.waiting()
    here = in_topic(rina)
    await rina.writes(f"/ambil {case.reference}")
    citizen.reads()
    here.reads()
    photo = attached(AttachmentKind.PHOTO)
    if elsewhere is None:
        words = OutboundMessage("Selamat siang", attachments=photo)
        world.desk.services.from_officer(rina.officer_id, words, key="k", reference=case.reference)
        await world.settle()
    else:
        await rina.writes("Selamat siang", attachments=photo)
    (told,) = here.reads()
    assert told == f"🟢 {case.reference} · Rina ke warga:\nSelamat siang\nDikirim juga: [foto]"
    assert [file.reference for file in here.got[-1].attachments] == [photo[0].reference]
    assert citizen.reads() == ["Rina (petugas):\nSelamat siang"]
    await world.settle()
    assert here.reads() == []


async def test_words_of_the_topic_are_not_repeated_in_it(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    here = in_topic(rina)
    await here.taps("Ambil")
    citizen.reads()
    assert await here.writes("Selamat siang") == []
    assert len(await here.writes("/templat hello")) == 1
    assert len(citizen.reads()) == 2


async def test_words_for_another_case_are_read_in_its_topic(world: World) -> None:
    rina = await world.officer()
    for number in range(2):
        await world.waiting()
        await in_topic(rina, number).taps("Ambil")
    first, second = in_topic(rina), in_topic(rina, 1)
    other = reference_in(second.got[0].text)
    assert await first.writes(f"#{other} Selamat siang") == []
    assert "Rina ke warga:\nSelamat siang" in second.reads()[-1]


async def test_who_was_revoked_is_a_stranger_in_the_topic(world: World) -> None:
    rina, budi = await world.officer(), await world.officer("Budi")
    citizen, case = await world.waiting()
    here = in_topic(rina)
    await here.taps("Ambil")
    citizen.reads()
    world.desk.services.revoke(rina.officer_id)
    await world.settle()
    citizen.reads()
    for said in ("masih saya", "/ambil", "/catat rahasia"):
        assert "hanya petugas terdaftar" in (await here.writes(said))[-1]
    assert citizen.reads() == []
    assert case_now(world, case).state is CaseState.QUEUED
    assert audited(world, rina)[-3:] == [("desk.topic", "no_officer")] * 3
    assert "Budi" in "".join(await in_topic(budi).writes("/ambil"))


async def test_a_topic_that_is_not_ours_is_no_citizens_conversation(world: World) -> None:
    rina = await world.officer()
    await world.waiting()
    here = in_topic(rina)
    here.address = f"{GROUP}/99"
    assert await here.writes("petugas") == []
    assert world.assistant.asked == ["petugas"]
    assert world.desk.conversations.find(here.conversation) is None
    assert not world.chat.help_now.goes_first(here.entry("tolong"))
