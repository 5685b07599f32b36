"""Which choice do a citizen's words mean?"""

from __future__ import annotations

import pytest

from bot.guided import words
from bot.guided.recognise import recognise
from bot.guided.words import Command
from tests.unit.guided.talking import guide

ROWS = [
    ("passport", "situation", "ada", "intact"),
    ("passport", "situation", "Ada dan utuh", "intact"),
    ("passport", "situation", "1", "intact"),
    ("passport", "situation", "nomor 3", "damaged"),
    ("passport", "situation", "yes, undamaged", "intact"),
    ("passport", "situation", "ada tp basah dikit", "damaged"),
    ("passport", "situation", "bukan hilang tapi rusak", "damaged"),
    ("passport", "situation", "gak hilang, cuma sobek", "damaged"),
    ("passport", "situation", "kecopetan kemarin di pasar", "lost"),
    ("passport", "situation", "it got stolen", "lost"),
    ("passport", "situation", "ga ada", "lost"),
    ("passport", "situation", "belum pernah punya kak", "first"),
    ("passport", "situation", "hilang atau rusak ya", None),
    ("passport", "situation", "asdf", None),
    ("passport", "readable", "masih bisa dibaca kok", "readable"),
    ("passport", "readable", "gak terbaca", "unreadable"),
    ("passport", "readable", "iya", "readable"),
    ("passport", "readable", "no", "unreadable"),
    ("passport", "go_home", "besok flight", "soon"),
    ("passport", "identity", "tidak ada", "none"),
    ("passport", "identity", "ada foto ktp", "has"),
    ("birth", "certificate", "udah ada", "has"),
    ("birth", "certificate", "blm", "none"),
    ("marriage", "before", "blm pernah", "never"),
    ("marriage", "before", "duda", "divorced"),
    ("dual_citizenship", "age", "umurnya 5 tahun", "child"),
    ("dual_citizenship", "age", "19", "choosing"),
    ("lapor_diri_form", "consent", "tidak setuju", "refused"),
    ("lapor_diri_form", "consent", "oke", "given"),
    ("lapor_diri_form", "subject", "saya", "self"),
    ("lapor_diri_form", "subject", "buat anak saya di Taiwan", "other"),
]


@pytest.mark.parametrize(("name", "key", "text", "value"), ROWS)
def test_words_mean_this_choice(name, key, text, value):
    assert recognise(guide().dialogues[name].step(key), text).value == value


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("batal", Command.CANCEL, ""),
        ("Batal aja kak", Command.CANCEL, ""),
        ("ga jadi deh", Command.CANCEL, ""),
        ("CANCEL", Command.CANCEL, ""),
        ("lanjut", Command.CONTINUE, ""),
        ("continue please", Command.CONTINUE, ""),
        ("kembali", Command.BACK, ""),
        ("go back", Command.BACK, ""),
        ("lewati", Command.SKIP, ""),
        ("ga punya", Command.SKIP, ""),
        ("english", Command.ENGLISH, ""),
        ("in English please", Command.ENGLISH, ""),
        ("bahasa indonesia", Command.INDONESIAN, ""),
        ("ubah nomor telepon", Command.CHANGE, "nomor telepon"),
        ("change my phone", Command.CHANGE, "phone"),
        ("ubah", Command.CHANGE, ""),
    ],
)
def test_commands_are_understood_in_both_languages(text, command, rest):
    assert words.command(text) == words.Said(command, rest)


@pytest.mark.parametrize(
    "text",
    [
        "saya mau batalkan janji temu hari Selasa di KBRI",
        "hilang",
        "",
        "Jalan Kembali 5, Kuala Lumpur",
        "Indonesia",
    ],
)
def test_a_longer_story_is_no_command(text):
    assert words.command(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("bukan, rusak", "rusak"),
        ("eh salah, rusak", "rusak"),
        ("sorry, I meant lost", "lost"),
        ("bukan rusak", None),
        ("hilang", None),
        ("bukan", None),
    ],
)
def test_a_correction_says_what_should_stand_instead(text, rest):
    assert words.correction(text) == rest
