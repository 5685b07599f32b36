"""Somebody who pretends to be an officer gets a citizen's answers, and leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.casework.case import CaseState
from tests.journeys.officers.conftest import Bureau
from tests.journeys.officers.people import WEB, OnTelegram, Person, case_in

MISSION, PLACE = "kbri-vientiane", "Vientiane"


@pytest.fixture(scope="module")
def rina(bureau: Bureau) -> OnTelegram:
    """The real officer."""
    return bureau.enrols(OnTelegram(bureau.assistant), "Rina", MISSION)


@pytest.fixture
def waiting(bureau: Bureau, rina: OnTelegram) -> Iterator[tuple[Person, str]]:
    """A citizen who waits, and the case."""
    citizen = bureau.citizen(WEB)
    citizen.says(f"mau bicara dengan petugas, saya di {PLACE}")
    reference = case_in(citizen.reads("Sudah dicatat untuk petugas").text)
    rina.reads(f"{reference}: kasus baru")
    yield citizen, reference


def _is_untouched(bureau: Bureau, reference: str) -> bool:
    case = bureau.services.cases.get(reference)
    return case is not None and case.state is CaseState.QUEUED


def test_the_same_name_is_no_credential(bureau: Bureau, waiting: tuple[Person, str]) -> None:
    # Every account of the played platform is called Siti, officers' and strangers' alike.
    stranger = OnTelegram(bureau.assistant)
    stranger.says(f"/ambil {waiting[1]}")
    stranger.reads("")
    assert not stranger.has_got("Anda memegang")
    assert _is_untouched(bureau, waiting[1])
    assert ("desk.command", "no_officer") in bureau.audited()


def test_a_forwarded_command_is_the_forwarders_own(
    bureau: Bureau, waiting: tuple[Person, str]
) -> None:
    stranger = OnTelegram(bureau.assistant)
    stranger.forwards(f"/ambil {waiting[1]}")
    stranger.reads("")
    assert _is_untouched(bureau, waiting[1])


def test_an_officers_button_works_for_that_officer_only(
    bureau: Bureau, rina: OnTelegram, waiting: tuple[Person, str]
) -> None:
    stranger = OnTelegram(bureau.assistant)
    eva = bureau.enrols(OnTelegram(bureau.assistant), "Eva", "kbri-kabul")
    claim = rina.everything()[-1].choices["Ambil"]
    stranger.sends_callback(claim)
    stranger.reads("")
    eva.sends_callback(claim)
    eva.reads("Tombol itu sudah tidak berlaku")
    assert _is_untouched(bureau, waiting[1])
    assert bureau.audited().count(("desk.button", "forged")) >= 2


def test_a_callback_that_comes_again_is_not_heard_twice(
    bureau: Bureau, rina: OnTelegram, waiting: tuple[Person, str]
) -> None:
    claim = rina.everything()[-1].choices["Ambil"]
    number = rina.sends_callback(claim)
    rina.reads(f"Anda memegang {waiting[1]}")
    rina.says(f"/lepas {waiting[1]}")
    rina.reads("kembali ke antrean")
    rina.sends_callback(claim, update_id=number)
    rina.says("/punyaku")
    rina.reads("Anda tidak memegang kasus")
    assert _is_untouched(bureau, waiting[1])


def test_a_used_code_and_a_wrong_one_look_like_any_text(bureau: Bureau) -> None:
    code = bureau.code("Sari", MISSION)
    sari, thief = OnTelegram(bureau.assistant), OnTelegram(bureau.assistant)
    sari.says(f"/enrol {code}")
    sari.reads("Selamat datang, Sari")
    thief.says(f"/enrol {code}")
    thief.reads("")
    thief.says("/enrol 3333-3333-3333")
    thief.reads("")
    assert not thief.has_got("Selamat datang")
    assert not thief.has_got("petugas:")
    assert {("enrol", "used"), ("enrol", "unknown")} <= set(bureau.audited())
