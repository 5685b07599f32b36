"""What officers do in their chat, on Telegram and on WhatsApp."""

from __future__ import annotations

import pytest

from bot.casework.case import CaseState, Function, Outcome
from bot.casework.officers import Role
from bot.errors import SendFailed
from bot.messages import AttachmentKind, Channel
from bot.services.open_case import Opening
from tests.services.desk_chat.world import HERE, World, attached
from tests.storage.desk import FRANKFURT, SINGAPORE

TELEGRAM, WHATSAPP, WEB = Channel.TELEGRAM, Channel.WHATSAPP, Channel.WEB
each_desk = pytest.mark.parametrize("desk", [TELEGRAM, WHATSAPP])
each_citizen = pytest.mark.parametrize("at", [TELEGRAM, WHATSAPP, WEB])


async def test_the_card_tells_what_an_officer_must_know(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    await citizen.writes("paspor saya hilang", location=HERE)
    (card,) = rina.reads()
    assert card.splitlines()[0] == f"{case.reference}: kasus baru menunggu."
    assert {"P3", "Kekonsuleran"} <= set(card.splitlines()[2].split(" · "))
    assert rina.got[-1].buttons[0].title == "Ambil"
    shown = (await rina.writes(f"/kasus {case.reference}"))[0]
    assert "Warga: paspor saya hilang" in shown
    assert "openstreetmap.org/?mlat=1.29" in shown


async def test_the_card_is_in_the_officers_language(world: World) -> None:
    john = await world.officer("John", languages=("en", "id"))
    await world.waiting()
    (card,) = john.reads()
    assert "a new case is waiting" in card
    assert [button.title for button in john.got[-1].buttons] == ["Claim", "Not mine", "Transfer"]


@each_desk
@each_citizen
async def test_after_the_claim_words_go_both_ways_with_the_officers_name(
    world: World, desk: Channel, at: Channel
) -> None:
    rina = await world.officer(channel=desk)
    citizen, case = await world.waiting(at)
    (taken, *_) = await rina.taps("Ambil")
    assert taken.startswith(f"Anda memegang {case.reference}")
    assert any("Rina dari kbri-singapore membalas" in text for text in citizen.reads())
    await rina.writes("Selamat siang")
    assert citizen.reads() == ["Rina (petugas):\nSelamat siang"]
    assert citizen.got[-1].is_officers
    await citizen.writes("paspor saya hilang")
    (heard,) = rina.reads()
    assert heard == f"🟢 {case.reference} · warga:\npaspor saya hilang"
    assert world.assistant.asked == ["petugas"]


async def test_the_first_claim_wins_and_the_second_is_told_by_whom_and_when(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    _, case = await world.waiting()
    await rina.taps("Ambil")
    assert await budi.taps("Ambil") == [f"{case.reference} sudah diambil Rina pukul 10.00."]
    assert world.desk.services.cases.get(case.reference).claimed_by == rina.officer_id  # type: ignore[union-attr]


async def test_whoever_says_that_it_is_not_theirs_is_not_told_again(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    await world.waiting()
    await rina.taps("Bukan bagian saya")
    rina.reads(), budi.reads()
    await world.passes(minutes=61)
    assert rina.reads() == []
    assert len(budi.reads()) == 1


@each_desk
async def test_a_note_is_saved_and_never_goes_to_the_citizen(world: World, desk: Channel) -> None:
    rina = await world.officer(channel=desk)
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    assert "catatan disimpan" in (await rina.writes("/catat kelihatan takut"))[0]
    await rina.taps("Catat")
    assert "catatan disimpan" in (await rina.writes("nomor keluarganya ada di berkas"))[0]
    assert "tidak jadi" in (await rina.taps("Catat") and await rina.taps("Batal"))[0]
    assert citizen.reads() == []
    await rina.writes("halo")
    assert citizen.reads() == ["Rina (petugas):\nhalo"]
    entries = world.desk.services.transcripts.entries(case.reference)
    assert [e.message for e in entries if e.author == "note"] == [
        "kelihatan takut",
        "nomor keluarganya ada di berkas",
    ]


async def test_a_citizens_word_in_between_does_not_turn_a_note_into_a_message(
    world: World,
) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    await rina.taps("Catat")
    await citizen.writes("bu?")
    assert "catatan disimpan" in (await rina.writes("dia tidak sendirian"))[-1]
    assert not any("tidak sendirian" in message.text for message in citizen.got)


async def test_a_mistyped_command_goes_to_nobody(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    assert "tidak dikirim ke siapa pun" in (await rina.writes("/catt rahasia"))[0]
    assert citizen.reads() == []


@each_desk
async def test_with_several_cases_the_officer_is_asked_and_nothing_is_guessed(
    world: World, desk: Channel
) -> None:
    rina = await world.officer(channel=desk)
    first, one = await world.waiting()
    await rina.taps("Ambil")
    second, two = await world.waiting()
    await rina.taps("Ambil")
    first.reads(), second.reads()
    assert "untuk yang mana" in (await rina.writes("sebentar ya"))[0]
    assert first.reads() == second.reads() == []
    assert await rina.taps(one.reference) == [f"{one.reference}: pesan dikirim ke warga."]
    assert first.reads() == ["Rina (petugas):\nsebentar ya"]
    await rina.writes(f"#{two.reference} kami cek")
    assert second.reads() == ["Rina (petugas):\nkami cek"]
    await first.writes("terima kasih")
    await second.writes("ok")
    await rina.writes("sama-sama", reply_to=rina.platform_id("terima kasih"))
    assert first.reads() == ["Rina (petugas):\nsama-sama"]
    assert second.reads() == []


async def test_words_to_a_case_that_somebody_else_has_are_refused(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    assert "sudah diambil Rina" in (await budi.writes(f"#{case.reference} halo"))[0]
    _, other = await world.waiting()
    assert "Ambil dulu" in (await budi.writes(f"#{other.reference} halo"))[0]
    assert citizen.reads() == []


async def test_words_without_a_case_go_to_nobody(world: World) -> None:
    rina = await world.officer()
    assert "tidak memegang kasus" in (await rina.writes("halo?"))[0]


async def test_a_number_on_whatsapp_chooses_from_the_menu_that_was_asked_for(world: World) -> None:
    rina = await world.officer(channel=WHATSAPP)
    _, case = await world.waiting()
    assert (await rina.writes("1"))[0].startswith(f"Anda memegang {case.reference}")
    await rina.writes("/tutup")
    assert "sudah ditutup: Selesai" in (await rina.writes("1"))[0]


async def test_a_number_after_a_card_that_came_by_itself_is_asked_about(world: World) -> None:
    rina = await world.officer(channel=WHATSAPP)
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    other, second = await world.waiting()
    assert "pilihan menu, atau pesan" in (await rina.writes("2"))[0]
    assert citizen.reads() == []
    assert await rina.taps("Kirim ke warga") == [f"{case.reference}: pesan dikirim ke warga."]
    assert citizen.reads() == ["Rina (petugas):\n2"]
    quoted = rina.platform_id(f"{second.reference}: kasus baru")
    assert (await rina.writes("1", reply_to=quoted))[0].startswith("Anda memegang")
    assert world.case_of(other).claimed_by == rina.officer_id


async def test_on_telegram_a_typed_title_is_words_and_no_choice(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    await rina.writes("Tutup")
    assert citizen.reads() == ["Rina (petugas):\nTutup"]


@pytest.mark.parametrize("channel", [TELEGRAM, WHATSAPP, WEB])
async def test_files_go_both_ways_and_say_where_they_lie(world: World, channel: Channel) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting(channel)
    await rina.taps("Ambil")
    citizen.reads()
    await citizen.writes(attachments=attached(AttachmentKind.PHOTO))
    (photo,) = rina.got[-1].attachments
    assert (photo.reference, photo.home) == ("file-1", channel)
    assert case.reference in rina.got[-1].instead_of_files
    assert await rina.writes(attachments=attached(AttachmentKind.DOCUMENT, "form")) == []
    (form,) = citizen.got[-1].attachments
    assert (form.reference, form.home) == ("form", TELEGRAM)


async def test_an_officer_is_told_of_a_file_that_could_not_be_carried(world: World) -> None:
    rina = await world.officer()
    _, case = await world.waiting(WHATSAPP)
    await rina.taps("Ambil")
    world.platforms[WHATSAPP].failure = SendFailed("file_too_large", retry=False)
    await rina.writes(attachments=attached(AttachmentKind.DOCUMENT, "form"))
    assert rina.got[-1].text == (
        f"{case.reference}: pesan Anda tidak sampai ke warga (sebab: berkasnya terlalu besar)."
    )


async def test_positions_go_both_ways(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting(WHATSAPP)
    await rina.taps("Ambil")
    await citizen.writes(location=HERE)
    assert rina.got[-1].location == HERE
    await rina.writes(location=HERE)
    assert citizen.got[-1].location == HERE


async def test_a_canned_reply_is_sent_with_one_tap_in_the_citizens_language(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    await rina.taps("Jawaban siap")
    await rina.taps("Perkenalan")
    (said,) = citizen.reads()
    assert said.startswith("Rina (petugas):\nHalo, saya Rina")
    assert case.reference in said


async def test_a_case_is_handed_to_a_colleague_a_desk_or_a_mission(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    eva = await world.officer("Eva", mission=FRANKFURT.id)
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    await rina.taps("Alihkan")
    citizen.reads(), budi.reads()
    assert await rina.taps("Budi") == [f"{case.reference} sudah dialihkan."]
    assert any("diserahkan kepada Anda" in text for text in budi.reads())
    assert "bagian lain" in citizen.reads()[0]
    await budi.writes("/alih Ketenagakerjaan")
    moved = world.case_of(citizen)
    assert (moved.function, moved.state) == (Function.LABOUR, CaseState.QUEUED)
    assert any("dialihkan ke bagian Anda" in text for text in rina.reads())
    await rina.taps("Ambil")
    await rina.writes("/alih frankfurt")
    assert any("kjri-frankfurt" in text for text in citizen.reads())
    assert any("dialihkan ke bagian Anda" in text for text in eva.reads())
    assert "Tidak ada kasus" in (await rina.writes(f"/kasus {case.reference}"))[0]


@each_desk
async def test_closing_says_goodbye_and_asks_for_stars_in_one_tap(
    world: World, desk: Channel
) -> None:
    rina = await world.officer(channel=desk)
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    await rina.taps("Tutup")
    citizen.reads()
    await rina.taps("Selesai")
    (goodbye,) = citizen.reads()
    assert goodbye.startswith(f"Rina menutup kasus {case.reference}")
    assert [b.title for b in citizen.got[-1].buttons] == ["⭐" * n for n in range(1, 6)]
    assert "sudah dicatat" in (await citizen.taps("⭐" * 4))[0]
    rated = world.case_of(citizen)
    assert (rated.state, rated.outcome, rated.stars) == (CaseState.CLOSED, Outcome.RESOLVED, 4)
    assert any("4 dari 5" in text for text in rina.reads())
    await citizen.taps("⭐")
    assert world.case_of(citizen).stars == 4


async def test_few_stars_lead_to_a_complaint(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    await rina.writes("/tutup selesai")
    await citizen.taps("⭐")
    assert citizen.got[-1].buttons[0].payload == "/service_complaint"
    assert await citizen.writes("/keluhan") == ["bot: /service_complaint"]


async def test_release_and_reopen_put_a_case_back(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    await rina.taps("Lepas")
    assert any("menunggu petugas berikutnya" in text for text in citizen.reads())
    await rina.writes(f"/ambil {case.reference}")
    await rina.writes("/tutup dirujuk")
    await rina.writes(f"/buka {case.reference}")
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_whoever_is_away_is_not_asked(world: World) -> None:
    rina, budi = await world.officer("Rina"), await world.officer("Budi")
    assert "12.00" in (await rina.writes("/istirahat 2j"))[0]
    await world.waiting()
    assert rina.reads() == []
    assert len(budi.reads()) == 1
    await rina.writes("/kembali")
    await world.waiting()
    assert len(rina.reads()) == 1


async def test_the_lists_show_what_an_officer_may_see(world: World) -> None:
    rina = await world.officer()
    eva = await world.officer("Eva", mission=FRANKFURT.id)
    _, case = await world.waiting()
    assert case.reference in (await rina.writes("/antre"))[0]
    assert await eva.writes("/antre") == ["Antrean kosong."]
    assert "Tidak ada kasus" in (await eva.writes(f"/ambil {case.reference}"))[0]
    await rina.taps(case.reference)
    await rina.taps("Ambil")
    assert case.reference in (await rina.writes("/punyaku"))[0]


async def test_nothing_betrays_an_officer_to_whoever_reads_along(world: World) -> None:
    rina = await world.officer()
    citizen = world.person(TELEGRAM)
    await citizen.writes("halo")
    opening = Opening(
        citizen.conversation,
        "emergency_violence",
        language="id",
        mission=SINGAPORE,
        wishes=("discreet", "no_call"),
    )
    world.desk.services.open_case.open(opening)
    await world.settle()
    (card,) = rina.reads()
    assert "Perhatikan: orang lain bisa ikut membaca" in card
    assert "jangan telepon" in card
    await rina.taps("Ambil")
    await rina.writes("Anda aman?")
    await rina.writes("/lepas")
    await rina.writes(f"/ambil {world.case_of(citizen).reference}")
    await rina.writes("/tutup selesai")
    texts = citizen.reads()
    assert texts == [
        "Rina di sini. Balas kalau sempat saja.",
        "Dari Rina:\nAnda aman?",
        "Rina di sini. Balas kalau sempat saja.",
        "Percakapan ini selesai. Tulis lagi kapan saja.",
    ]


async def test_a_long_conversation_makes_no_endless_card(world: World) -> None:
    rina = await world.officer(channel=WHATSAPP)
    citizen, case = await world.waiting()
    for number in range(30):
        await citizen.writes(f"{number} " + "panjang sekali " * 30)
    (card,) = await rina.writes(f"/kasus {case.reference}")
    assert "29 panjang" in card
    assert "baris lagi sebelumnya" in card
    assert len(card) < 4096


async def test_the_link_to_the_web_desk_comes_on_demand(world: World) -> None:
    rina = await world.officer(role=Role.HEAD)
    assert "https://consular.example.org/desk/enter?key=" in (await rina.writes("/meja"))[0]


async def test_the_same_message_again_says_nothing_twice(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    citizen.reads()
    for _ in range(2):
        await world.chat.reception(rina.entry("halo", message_id="same"))
        await world.chat.reception(rina.entry("/catat sekali", message_id="note"))
        await world.settle()
    assert citizen.reads() == ["Rina (petugas):\nhalo"]
    assert len([text for text in rina.reads() if "catatan disimpan" in text]) == 1


async def test_an_officer_with_two_accounts_is_answered_where_they_wrote_last(
    world: World,
) -> None:
    rina = await world.officer()
    phone = world.person(WHATSAPP)
    code = world.desk.services.add_officer.new_code(rina.officer_id).code
    await phone.writes(f"/enrol {code}")
    citizen, _ = await world.waiting()
    assert len(rina.reads()) == len(phone.reads()) == 1
    await phone.taps("Ambil")
    await citizen.writes("halo bu")
    assert rina.reads() == []
    assert len(phone.reads()) == 1
