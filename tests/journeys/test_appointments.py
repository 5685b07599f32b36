"""A citizen books, moves and cancels an appointment in the conversation, and is reminded of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.journeys.citizens import Reply, WebCitizen
from tests.journeys.conftest import Assistant


def press(citizen: WebCitizen, reply: Reply, *, containing: str = "", index: int = 0) -> Reply:
    """Taps the button of this number among those whose payload contains these words."""
    found = [b["payload"] for b in reply.buttons if containing in b["payload"]]
    assert found, f"no button with {containing} in {reply.titles}"
    return citizen.taps(found[index])


def booked(citizen: WebCitizen, wish: str, *, confirm: str) -> Reply:
    """Books the first day and time for a passport at Penang."""
    asked = citizen.says(wish)
    if any("/service/" in b["payload"] for b in asked.buttons):
        asked = press(citizen, asked, containing="/service/PASSPORT_REPLACE")
    times = press(citizen, asked, containing="/day/")
    summary = press(citizen, times, containing="/time/")
    assert confirm in summary.titles
    return press(citizen, summary, containing="/_/confirm")


def reference(reply: Reply) -> str:
    return next(word.strip(".,") for word in reply.text.split() if word.startswith("JT-"))


def test_booked_with_an_interruption_and_a_correction_then_moved_and_cancelled(
    assistant: Assistant,
) -> None:
    citizen = assistant.web()
    asked = citizen.says("saya mau buat janji temu di KJRI Penang")
    days = press(citizen, asked, containing="/service/PASSPORT_REPLACE")
    interrupted = citizen.says("berapa nomor darurat polisi di Malaysia?")
    assert "999" in interrupted.text
    again = citizen.says("lanjut")
    assert [b for b in again.buttons if "/day/" in b["payload"]] == days.buttons
    times = press(citizen, again, containing="/day/")
    summary = press(citizen, times, containing="/time/")
    assert "KJRI Penang" in summary.text
    other = press(citizen, citizen.says("ubah hari"), containing="/day/", index=1)
    summary = press(citizen, other, containing="/time/")
    done = press(citizen, summary, containing="/_/confirm")
    assert "KJRI Penang" in done.text and "waktu setempat" in done.text
    own = reference(done)

    what = press(citizen, done, containing="/appointment_change")
    times = press(citizen, press(citizen, what, containing="/move"), containing="/day/", index=2)
    moved = press(citizen, press(citizen, times, containing="/time/"), containing="/_/confirm")
    assert own in moved.text and "dipindah" in moved.text

    sure = citizen.says("batalkan janji temu saya")
    assert "dibatalkan" not in sure.text
    gone = press(citizen, sure, containing="/_/confirm")
    assert own in gone.text and "dibatalkan" in gone.text


def test_booked_in_english_and_left_with_cancel(assistant: Assistant) -> None:
    citizen = assistant.web()
    done = booked(citizen, "I want to book an appointment at KJRI Penang", confirm="Yes, book it")
    assert "local time" in done.text
    press(citizen, done, containing="/appointment_change")
    left = citizen.says("cancel")
    assert "stays as it was" in left.text


def test_whatsapp_shows_a_numbered_menu_and_an_emergency_comes_first(assistant: Assistant) -> None:
    citizen = assistant.on_whatsapp()
    services = citizen.says("mau bikin janji temu di KJRI Penang")
    assert "1. " in services.text
    days = citizen.says("1")
    assert "1. " in days.text and days.text != services.text
    helped = citizen.says("tolong saya dipukul majikan di Penang")
    assert "999" in helped.text


def test_a_mission_without_slots_tells_its_own_contact(assistant: Assistant) -> None:
    reply = assistant.web().says("saya mau buat janji temu di KBRI Kuala Lumpur")
    assert "KBRI Kuala Lumpur" in reply.text
    assert "belum bisa dipesan dari sini" in reply.text
    assert "Telepon" in reply.text or "Situs" in reply.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_reminder_comes_once_in_the_citizens_language(
    assistant: Assistant, language: str
) -> None:
    citizen = assistant.web()
    wish, confirm, opening = {
        "id": ("saya mau buat janji temu di KJRI Penang", "Ya, pesan", "Pengingat"),
        "en": ("I want to book an appointment at KJRI Penang", "Yes, book it", "Reminder"),
    }[language]
    own = reference(booked(citizen, wish, confirm=confirm))
    with closing(sqlite3.connect(assistant.data_dir / "consular.db")) as database:
        due: Any = database.execute(
            "UPDATE appointments SET remind_at = '2020-01-01 00:00:00.000000' WHERE reference = ?",
            (own,),
        )
        database.commit()
        assert due.rowcount == 1
    said = citizen.reads()
    assert opening in said.text and own in said.text
    assert said.text.count(opening) == 1


def test_the_web_page_leads_to_a_calendar_file_that_nobody_can_guess(assistant: Assistant) -> None:
    citizen = assistant.web()
    done = booked(citizen, "saya mau buat janji temu di KJRI Penang", confirm="Ya, pesan")
    (path,) = (each["path"] for each in done.files if each["kind"] == "calendar")
    file = httpx.get(assistant.url + path)
    assert file.status_code == 200
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.headers["cache-control"] == "no-store"
    assert f"UID:{reference(done)}@" in file.text
    assert httpx.get(assistant.url + path[:-3] + "000").status_code == 404


def test_on_telegram_the_calendar_file_itself_comes_with_the_confirmation(
    assistant: Assistant,
) -> None:
    citizen = assistant.on_telegram()
    reply = citizen.says("saya mau buat janji temu di KJRI Penang")
    while "Ya, pesan" not in reply.titles:
        reply = citizen.taps(reply.buttons[0]["payload"])
    done = citizen.taps(reply.buttons[0]["payload"])
    citizen.waits_for_file()
    (sent,) = citizen.files()
    assert sent.startswith(b"BEGIN:VCALENDAR")
    assert f"UID:{reference(done)}@".encode() in sent


def test_whatsapp_takes_no_calendar_files_and_is_told_the_address(assistant: Assistant) -> None:
    citizen = assistant.on_whatsapp()
    reply = citizen.says("saya mau buat janji temu di KJRI Penang")
    while "Ya, pesan" not in reply.text:
        reply = citizen.says("1")
    citizen.says("1")
    address = citizen.waits_for(".ics").split()[-1]
    assert address.startswith(f"{assistant.url}/calendar/id/JT-")
    assert httpx.get(address).text.startswith("BEGIN:VCALENDAR")
    for wrong in (address.replace("/id/", "/en/"), address[:-6] + "0.ics"):
        assert httpx.get(wrong).status_code == 404
