"""What an officer types: rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.casework.case import Function, Outcome
from bot.desk_chat.choices import button, read_choice
from bot.desk_chat.commands import (
    NAMES,
    Command,
    Do,
    Words,
    enrolment_code,
    is_officers_only,
    read,
    read_outcome,
)
from bot.desk_chat.places import read_function, read_missions
from bot.desk_chat.spans import read_span
from bot.services.serve_waiting import rating_buttons, read_rating
from tests.storage.desk import FRANKFURT, SINGAPORE

CASE = "KSL-261124-7Q4M"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/queue", Command(Do.QUEUE)),
        ("/antre", Command(Do.QUEUE)),
        ("/ANTRE", Command(Do.QUEUE)),
        ("/queue@consular_bot", Command(Do.QUEUE)),
        ("/punyaku", Command(Do.MINE)),
        (f"/case {CASE}", Command(Do.CASE, CASE)),
        ("/kasus ksl 261124 7q4m", Command(Do.CASE, CASE)),
        (f"/kasus #{CASE}", Command(Do.CASE, CASE)),
        ("/kasus besok", Command(Do.CASE, argument="besok")),
        ("/note hubungi keluarganya", Command(Do.NOTE, argument="hubungi keluarganya")),
        (f"/catat {CASE} dua\nbaris", Command(Do.NOTE, CASE, argument="dua\nbaris")),
        (f"/catat {CASE}: titik dua", Command(Do.NOTE, CASE, argument="titik dua")),
        ("/tutup selesai", Command(Do.CLOSE, argument="selesai")),
        (f"/close {CASE} resolved", Command(Do.CLOSE, CASE, argument="resolved")),
        ("/alih kjri penang", Command(Do.TRANSFER, argument="kjri penang")),
        ("/lepas", Command(Do.RELEASE)),
        ("/istirahat 2j", Command(Do.AWAY, argument="2j")),
        ("/meja", Command(Do.DESK)),
        ("/start", Command(Do.HELP)),
        ("/ catat dengan spasi", Command(Do.NOTE, argument="dengan spasi")),
        ("／bantuan", Command(Do.HELP)),
        ("/catt rahasia", Command(Do.UNKNOWN)),
        ("/123", Command(Do.UNKNOWN)),
        ("/", Command(Do.UNKNOWN)),
        ("//catat", Command(Do.UNKNOWN)),
        ("#KSL-BUKAN rahasia", Command(Do.UNKNOWN)),
        (f"#{CASE}X rahasia", Command(Do.UNKNOWN)),
        (f"#{CASE} tunggu sebentar", Words("tunggu sebentar", CASE)),
        ("# ksl-261124-7q4m\ntunggu", Words("tunggu", CASE)),
        ("#1 prioritas kami", Words("#1 prioritas kami")),
        ("Selamat siang", Words("Selamat siang")),
        (f"Nomor Anda {CASE}", Words(f"Nomor Anda {CASE}")),
        ("antre di loket dua", Words("antre di loket dua")),
        ("1/2 hari", Words("1/2 hari")),
        ("", Words("")),
    ],
)
def test_a_text_is_a_command_or_words(text: str, meant: Command | Words) -> None:
    assert read(text) == meant


def test_whatever_begins_with_a_stroke_is_never_words_for_the_citizen() -> None:
    for text in ("/x", "/tutupp", "/catat", "/ ", "／", "/é", "/catat@", "/_"):
        assert isinstance(read(text), Command), text


def test_every_command_has_a_name_in_both_languages_or_the_same_in_both() -> None:
    named = set(NAMES.values())
    assert named == set(Do) - {Do.SEND, Do.UNKNOWN}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("/enrol ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN"),
        ("/enroll abcd efgh jkmn", "abcd efgh jkmn"),
        ("/enrol@bot ABCD", "ABCD"),
        ("/enrol", None),
        ("enrol ABCD", None),
        ("/queue", None),
        ("", None),
    ],
)
def test_an_enrolment_code_stands_behind_its_command(text: str, code: str | None) -> None:
    assert enrolment_code(text) == code


@pytest.mark.parametrize(
    ("text", "is_suspicious"),
    [
        ("/queue", True),
        ("/tutup selesai", True),
        (f"/claim {CASE}", True),
        ("/help", False),
        ("/start", False),
        ("/keluhan", False),
        ("halo", False),
    ],
)
def test_only_a_command_of_the_desk_looks_like_a_forgery(text: str, is_suspicious: bool) -> None:
    assert is_officers_only(text) is is_suspicious


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("selesai", Outcome.RESOLVED),
        ("Resolved", Outcome.RESOLVED),
        ("bukan darurat", Outcome.FALSE_ALARM),
        ("no answer", Outcome.NO_ANSWER),
        ("ganda", Outcome.DUPLICATE),
        ("entah", None),
        ("", None),
    ],
)
def test_an_outcome_is_understood_in_both_languages(text: str, outcome: Outcome | None) -> None:
    assert read_outcome(text) is outcome


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2", timedelta(hours=2)),
        ("2j", timedelta(hours=2)),
        ("2 jam", timedelta(hours=2)),
        ("30 menit", timedelta(minutes=30)),
        ("3d", timedelta(days=3)),
        ("90 days", None),
        ("0", None),
        ("sore", None),
        ("", None),
    ],
)
def test_how_long_an_officer_is_away(text: str, span: timedelta | None) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    ("text", "missions"),
    [
        ("kbri-singapore", ("kbri-singapore",)),
        ("KJRI Frankfurt", ("kjri-frankfurt",)),
        ("kjri bonn", ()),
        ("frankfurt", ("kjri-frankfurt",)),
        ("k", ("kbri-singapore", "kjri-frankfurt")),
        ("jakarta", ("kemlu",)),
        ("", ()),
    ],
)
def test_a_destination_is_a_mission_or_asked_for(text: str, missions: tuple[str, ...]) -> None:
    assert read_missions(text, (SINGAPORE, FRANKFURT)) == missions


def test_a_desk_is_named_in_both_languages() -> None:
    assert read_function("Ketenagakerjaan") is read_function("labour") is Function.LABOUR
    assert read_function("dapur") is None


def test_a_button_carries_a_command_and_nothing_else_is_one() -> None:
    carried = button("Ambil", Do.CLAIM, CASE).payload
    assert read_choice(carried) == Command(Do.CLAIM, CASE)
    full = button("x", Do.CLOSE, CASE, argument="resolved").payload
    assert read_choice(full) == Command(Do.CLOSE, CASE, argument="resolved")
    for other in ("/claim", "/desk", '/desk{"do": "rule"}', "/desk{", "", "/desk[]", "/desk{}"):
        assert read_choice(other) is None


def test_a_rating_button_carries_case_and_stars() -> None:
    ratings = [read_rating(button.payload) for button in rating_buttons(CASE)]
    assert ratings == [(CASE, stars) for stars in range(1, 6)]
    assert read_rating('/rate{"case": "x"}') is None
    assert read_rating("/rate{") is None
    assert read_rating("/affirm") is None
