"""A citizen on Telegram or the web, officers in the topic of the case in their group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.casework.case import CaseState
from tests.journeys.conftest import GROUPS
from tests.journeys.officers.conftest import Bureau
from tests.journeys.officers.people import TELEGRAM, WEB, InTopic, OnTelegram, case_in

HERE, THERE = "kbri-oslo", "kbri-helsinki"


def _journey(bureau: Bureau, citizen_at: str) -> None:
    rina, budi, dewi = (OnTelegram(bureau.assistant) for _ in range(3))
    bureau.enrols(rina, "Rina", HERE), bureau.enrols(budi, "Budi", HERE)
    bureau.enrols(dewi, "Dewi", THERE)
    citizen = bureau.citizen(citizen_at)
    citizen.says("saya mau bicara dengan petugas, saya di Oslo")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)

    # Claim: by a button in the topic, and only by whoever has the case.
    desk, beside = rina.in_topic(reference, GROUPS[HERE]), budi.in_topic(reference, GROUPS[HERE])
    desk.reads(f"{reference}: kasus baru menunggu")
    _is_refused(bureau, desk, reference)
    desk.taps("Ambil")
    desk.reads(f"Rina: Anda memegang {reference}")
    citizen.reads("Rina dari")
    beside.says("saya kenal warga ini")
    beside.reads("Hanya tulisan Rina di sini")

    # Talk, with a note that stays inside.
    desk.says("Selamat siang, ada apa?")
    citizen.reads("Rina (petugas):\nSelamat siang, ada apa?")
    citizen.says("paspor saya hilang di stasiun")
    desk.reads("paspor saya hilang di stasiun")
    desk.says("/catat sudah lapor polisi")
    desk.reads("catatan disimpan")
    desk.says("/meja")
    rina.reads("http")

    # Transfer to another mission's group, which closes and opens again.
    desk.says(f"/alih {THERE}")
    desk.reads("sudah pindah ke bagian lain")
    citizen.reads("diteruskan")
    other = dewi.in_topic(reference, GROUPS[THERE])
    other.reads(f"{reference} dialihkan ke bagian Anda")
    other.taps("Ambil")
    assert "sudah lapor polisi" in other.reads(f"Dewi: Anda memegang {reference}").text
    citizen.reads("Dewi dari")
    desk.says("masih saya pegang?")
    desk.reads("tidak dikirim ke siapa pun")
    other.says("/tutup selesai")
    other.reads("ditutup oleh Dewi")
    citizen.reads(f"Dewi menutup kasus {reference}")
    citizen.says("maaf, saya ditolak di loket")
    other.reads("ditolak di loket")
    assert other.is_open
    assert not desk.is_open
    for leaked in ("sudah lapor polisi", "saya kenal warga ini", "masih saya pegang"):
        assert not citizen.has_got(leaked)
    assert not rina.has_got("paspor saya hilang")
    assert not any(f"{reference}: kasus baru" in m.text for m in rina.everything())
    case = bureau.services.cases.get(reference)
    assert case is not None
    assert (case.state, case.mission_id) == (CaseState.QUEUED, THERE)


def _is_refused(bureau: Bureau, desk: InTopic, reference: str) -> None:
    """Of the same name but not enrolled, by a forwarded word, or by a button of the topic."""
    stranger = OnTelegram(bureau.assistant).in_topic(reference, desk.group)
    claim = desk.everything()[-1].choices["Ambil"]
    for attempt in (
        lambda: stranger.says("/ambil"),
        lambda: stranger.forwards("/ambil"),
        lambda: stranger.sends_callback(claim),
    ):
        attempt()
        stranger.reads("hanya petugas terdaftar")
    case = bureau.services.cases.get(reference)
    assert case is not None
    assert case.state is CaseState.QUEUED
    assert bureau.audited().count(("desk.topic", "no_officer")) >= 3


def test_the_topic_is_the_relay(bureau: Bureau) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(_journey, bureau, at) for at in (TELEGRAM, WEB)]:
            done.result()
