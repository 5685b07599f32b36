"""A citizen on each channel and an officer on each: from the first call to the last star.

The journeys run side by side, as they do in life; each has a mission of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from bot.casework.case import CaseState
from tests.journeys.officers.conftest import Bureau
from tests.journeys.officers.people import (
    DESK,
    JPEG,
    TELEGRAM,
    WEB,
    WHATSAPP,
    OnTelegram,
    OnWhatsApp,
    case_in,
)
from tests.journeys.officers.views import AtDesk

MISSIONS = {
    "kbri-singapore": "Singapura",
    "kjri-penang": "Penang",
    "kbri-tokyo": "Tokyo",
    "kbri-bangkok": "Bangkok",
    "kbri-manila": "Manila",
    "kbri-canberra": "Canberra",
    "kbri-rome": "Roma",
    "kbri-paris": "Paris",
    "kbri-cairo": "Kairo",
}
PAIRS = list(itertools.product((TELEGRAM, WHATSAPP, WEB), (TELEGRAM, WHATSAPP, DESK)))


def _journey(bureau: Bureau, citizen_at: str, officer_at: str, mission: str) -> None:
    rina = bureau.view("Rina", officer_at, mission)
    budi = bureau.view("Budi", officer_at, mission)
    citizen = bureau.citizen(citizen_at)

    # Escalate: the citizen knows the number, the officers see the case.
    citizen.says(f"saya mau bicara dengan petugas, saya di {MISSIONS[mission]}")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)
    rina.finds(reference)
    budi.finds(reference)
    citizen.says("paspor saya hilang tadi pagi")
    citizen.reads(f"Pesan Anda masuk ke {reference}")

    # Claim: the first one wins.
    assert "paspor saya hilang" in rina.claims(reference)
    citizen.reads("Rina dari")
    budi.comes_late(reference, "Rina")

    # Talk, with a note that stays inside.
    rina.says("Selamat siang, kapan terakhir terlihat?")
    said = citizen.reads("kapan terakhir terlihat?")
    assert said.text.startswith("Rina (petugas):")
    assert said.sender in (None, "officer")
    citizen.says("di stasiun jam delapan")
    rina.hears("di stasiun jam delapan")
    rina.notes("sudah lapor polisi")

    # Transfer to a colleague, who closes.
    rina.hands_to_immigration()
    citizen.reads("diteruskan ke bagian lain")
    budi.finds_again(reference)
    taken = budi.claims(reference)
    assert "sudah lapor polisi" in taken
    assert "di stasiun jam delapan" in taken
    citizen.reads("Budi dari")
    budi.says("Silakan datang besok")
    citizen.reads("Budi (petugas):\nSilakan datang besok")
    budi.closes()

    # Rate in one tap, and come back.
    citizen.reads(f"Budi menutup kasus {reference}")
    citizen.taps("⭐" * 5)
    citizen.reads("penilaian Anda sudah dicatat")
    budi.is_rated(5)
    citizen.says("maaf, saya ditolak di loket")
    citizen.reads(f"{reference} dibuka lagi")
    budi.sees_reopened(reference)
    assert not citizen.has_got("sudah lapor polisi")
    case = bureau.services.cases.get(reference)
    assert case is not None
    assert (case.state, case.mission_id, case.stars) == (CaseState.QUEUED, mission, 5)


@pytest.fixture(scope="module")
def journeys(bureau: Bureau) -> Iterator[dict[tuple[str, str], Future[None]]]:
    """All journeys, begun at once."""
    with ThreadPoolExecutor(len(PAIRS)) as pool:
        yield {
            pair: pool.submit(_journey, bureau, *pair, mission)
            for pair, mission in zip(PAIRS, MISSIONS, strict=True)
        }


@pytest.mark.parametrize(("citizen_at", "officer_at"), PAIRS)
def test_escalate_claim_talk_note_transfer_close_rate_reopen(
    journeys: dict[tuple[str, str], Future[None]], citizen_at: str, officer_at: str
) -> None:
    journeys[citizen_at, officer_at].result(timeout=120)


def test_photos_reach_the_officer_and_the_citizen_on_the_same_channel(bureau: Bureau) -> None:
    rina = bureau.officer("Rina", TELEGRAM, "kbri-hanoi")
    citizen = bureau.citizen(TELEGRAM)
    citizen.says("mau bicara dengan petugas KBRI Hanoi")
    citizen.reads("Sudah dicatat untuk petugas")
    rina.taps("Ambil")
    citizen.reads("Rina dari")
    citizen.sends_photo("photo-of-a-passport")
    rina.sees("photo-of-a-passport")
    rina.sends_photo("photo-of-a-form")
    citizen.sees("photo-of-a-form")


def test_media_of_whatsapp_reach_an_officer_on_whatsapp(bureau: Bureau) -> None:
    rina = bureau.officer("Rina", WHATSAPP, "kbri-seoul")
    citizen = bureau.citizen(WHATSAPP)
    citizen.says("mau bicara dengan petugas KBRI Seoul")
    citizen.reads("Sudah dicatat untuk petugas")
    rina.taps("Ambil")
    citizen.reads("Rina dari")
    media = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    citizen.sends_photo(media)
    assert isinstance(rina, OnWhatsApp)
    rina.sees(media)


def test_files_cross_from_channel_to_channel(bureau: Bureau) -> None:
    telegram, twilio = bureau.assistant.telegram, bureau.assistant.twilio
    rina = bureau.officer("Rina", TELEGRAM, "kbri-hanoi")
    citizen = bureau.citizen(WHATSAPP)
    citizen.says("mau bicara dengan petugas KBRI Hanoi")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)
    rina.reads(reference)
    rina.taps("Ambil")
    citizen.reads("Rina dari")

    twilio.media["crossing"] = JPEG + b" from WhatsApp"
    citizen.sends_photo(twilio.media_url("crossing"))
    assert rina.gets_file() == "photo.jpg"
    assert JPEG + b" from WhatsApp" in [each.content for each in telegram.sent]

    telegram.files["crossing-too"] = JPEG + b" from Telegram"
    rina.sends_photo("crossing-too")
    given = httpx.get(citizen.gets_file())
    assert (given.content, given.headers["content-type"]) == (
        JPEG + b" from Telegram",
        "image/jpeg",
    )


def test_a_file_goes_from_the_desk_to_the_web_chat(bureau: Bureau) -> None:
    rina = bureau.view("Rina", DESK, "kbri-vientiane")
    assert isinstance(rina, AtDesk)
    citizen = bureau.citizen(WEB)
    citizen.says("mau bicara dengan petugas KBRI Vientiane")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)
    rina.finds(reference)
    rina.claims(reference)
    rina.sends_file(JPEG + b" from the desk")
    given = httpx.get(bureau.assistant.url + citizen.gets_file())
    assert given.content == JPEG + b" from the desk"


@pytest.mark.parametrize("officer_at", [TELEGRAM, DESK])
def test_a_photo_goes_from_the_web_chat_to_the_officer(bureau: Bureau, officer_at: str) -> None:
    rina = bureau.view("Rina", officer_at, "kbri-dili")
    citizen = bureau.citizen(WEB)
    citizen.says("mau bicara dengan petugas KBRI Dili")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)
    rina.finds(reference)
    rina.claims(reference)
    citizen.reads("Rina dari")
    citizen.sends_photo("of a passport")
    assert rina.opens_file() == JPEG + b"of a passport"


def test_nobody_has_the_conversation_and_a_photo_from_the_web_chat_is_acknowledged(
    bureau: Bureau,
) -> None:
    citizen = bureau.citizen(WEB)
    citizen.sends_photo("of a passport")
    assert citizen.reads("Foto").sender == "bot"


def test_two_cases_and_a_quoted_answer(bureau: Bureau) -> None:
    rina = OnTelegram(bureau.assistant)
    bureau.enrols(rina, "Rina", "kbri-phnom-penh")
    first, second = bureau.citizen(WEB), bureau.citizen(WEB)
    for citizen in (first, second):
        citizen.says("mau bicara dengan petugas KBRI Phnom Penh")
        citizen.reads("Sudah dicatat untuk petugas")
        rina.reads("kasus baru menunggu")
        rina.taps("Ambil")
        citizen.reads("Rina dari")
    first.says("saya yang pertama")
    heard = rina.reads("saya yang pertama")
    rina.says("untuk siapa ini")
    rina.reads("Pesan tadi untuk yang mana?")
    rina.replies(heard, "untuk Anda saja")
    first.reads("untuk Anda saja")
    assert not second.has_got("untuk Anda saja")
    assert not first.has_got("untuk siapa ini")


def test_where_hours_are_published_the_citizen_is_told_them_honestly(bureau: Bureau) -> None:
    citizen = bureau.citizen(WEB)
    citizen.says("mau bicara dengan petugas KBRI Astana")
    text = citizen.reads("Sudah dicatat untuk petugas").text
    is_open = "KBRI Astana sedang buka" in text
    is_closed = "KBRI Astana sedang tutup. Buka lagi:" in text
    assert is_open != is_closed
    assert "tidak bisa memastikan" in text


def test_a_citizen_may_ask_three_times_a_day(bureau: Bureau) -> None:
    citizen = bureau.citizen(WEB)
    for _ in range(3):
        citizen.says("mau bicara dengan petugas")
        citizen.reads("Sudah dicatat untuk petugas")
        citizen.says("batal")
        citizen.reads("dibatalkan")
    citizen.says("mau bicara dengan petugas")
    citizen.reads("sudah tiga kali minta petugas")
    citizen.says("halo")
    assert citizen.reads("asisten konsuler otomatis").sender == "bot"
