"""The lapor diri form: what it takes, keeps apart, corrects and gives out."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.guided.export import COLUMNS, portal_csv
from bot.guided.record import Record
from bot.guided.state import Stage
from bot.guided.turn import Outcome
from bot.guided.validators import Context, Problem, Valid, check
from tests.unit.guided.talking import NOW, TOOLS, Chat, guide

NIK = "3201010305900001"
FORM = "lapor_diri_form"

GOOD = [
    ("nik", "3201 0103 0590 0001", NIK),
    ("nik", "NIK: 3201.0103.0590.0001", NIK),
    ("phone", "012-345 6789", "+60123456789"),
    ("phone", "+62 812 3456 7890", "+6281234567890"),
    ("phone", "0062 812 3456 7890", "+6281234567890"),
    ("phone", "0812 3456 7890", "+6281234567890"),
    ("home_phone", "0812-3456-7890", "+6281234567890"),
    ("postcode", "05400", "05400"),
    ("postcode", "sw1a 1aa", "SW1A 1AA"),
    ("email", " Budi.S@Example.COM ", "Budi.S@example.com"),
    ("passport", "b 1234567", "B1234567"),
    ("passport", "XD123456", "XD123456"),
    ("birth_date", "3 Mei 1990", "1990-05-03"),
    ("birth_date", "May 3, 1990", "1990-05-03"),
    ("birth_date", "03/05/1990", "1990-05-03"),
    ("event_date", "kemarin", "2026-11-23"),
    ("name", "Siti  Aminah", "Siti Aminah"),
    ("name", "I Gusti Ngr. Agung D'Souza", "I Gusti Ngr. Agung D'Souza"),
    ("line", "Jl. Ampang 12, KL", "Jl. Ampang 12, KL"),
    ("short", "Taipei", "Taipei"),
]
BAD = [
    ("nik", "320101030590001", "nik_length"),
    ("nik", "32010103059000012", "nik_length"),
    ("nik", "tidak hafal", "nik_length"),
    ("nik", "0001010305900001", "nik_region"),
    ("nik", "9901010305900001", "nik_region"),
    ("nik", "3200010305900001", "nik_region"),
    ("nik", "3201013202900001", "nik_date"),
    ("nik", "3201013013900001", "nik_date"),
    ("nik", "3201010305900000", "nik_date"),
    ("phone", "12345", "phone"),
    ("phone", "nol delapan satu", "phone"),
    ("postcode", "tidak tahu", "postcode"),
    ("email", "budi@", "email"),
    ("email", "budi at example.com", "email"),
    ("passport", "12345678", "passport"),
    ("birth_date", "lupa", "date"),
    ("birth_date", "3 Mei 2027", "date_future"),
    ("birth_date", "3 Mei 1790", "date_past"),
    ("event_date", "3 Mei 2031", "date_far"),
    ("name", "B1234567", "name"),
    ("name", "https://x.example", "name"),
    ("line", "x", "line"),
    ("short", "12", "short"),
]


def context(**answers):
    return Context(today=NOW.date(), read_date=TOOLS.read_date, answers={"country": "MY"} | answers)


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_good_answer_is_kept_in_one_form(name, text, value):
    assert check(name, text, context()) == Valid(value)


@pytest.mark.parametrize(("name", "text", "code"), BAD)
def test_a_bad_answer_is_refused_for_its_reason(name, text, code):
    found = check(name, text, context())
    assert isinstance(found, Problem)
    assert found.code == code


@pytest.mark.parametrize(
    ("nik", "birth_date", "gender", "code"),
    [
        (NIK, "1990-05-03", "male", None),
        ("3201014305900001", "1990-05-03", "female", None),
        ("3201010305050001", "2005-05-03", "male", None),
        (NIK, "1990-05-04", "male", "nik_birth_date"),
        (NIK, "1990-05-03", "female", "nik_gender"),
    ],
)
def test_a_nik_agrees_with_birth_date_and_sex(nik, birth_date, gender, code):
    found = check("nik", nik, context(birth_date=birth_date, gender=gender))
    assert getattr(found, "code", None) == code


def filled(**changes):
    """A form for oneself, up to the summary."""
    chat = Chat(name=FORM)
    said = {
        "consent": "setuju",
        "event": "baru tiba",
        "subject": "saya sendiri",
        "name": "Budi Santoso",
        "birth_date": "3 Mei 1990",
        "gender": "laki-laki",
        "nik": NIK,
        "passport": "B1234567",
        "country": "Malaysia",
        "city": "George Town",
        "address": "Lebuh Pantai 5",
        "postcode": "05400",
        "arrival_date": "1 November 2026",
        "stay_purpose": "kerja",
        "phone": "012-345 6789",
        "email": "lewati",
        "contact_name": "Siti Aminah",
        "contact_phone": "0812 3456 7890",
    } | changes
    while chat.turn.outcome is not Outcome.CONFIRM:
        chat.say(said[chat.asking])
        assert chat.turn.outcome in (Outcome.ASK, Outcome.CONFIRM), chat.text
    return chat


def test_nothing_is_taken_before_the_citizen_agrees():
    chat = Chat(name=FORM)
    chat.say(f"Nama: Budi Santoso\nNIK: {NIK}")
    assert chat.answers == {}
    assert chat.asking == "consent"


def test_a_refused_consent_ends_the_form():
    chat = Chat(name=FORM)
    chat.say("tidak")
    assert chat.turn.outcome is Outcome.DECLINED
    assert not chat.talk


def test_the_form_is_shown_and_confirmed():
    chat = filled()
    assert "05400" in chat.text
    assert "+60123456789" in chat.text
    assert all(len(message.text) <= 900 for message in chat.turn.messages)
    chat.say("sudah benar semua")
    record = chat.turn.record
    assert record.about["nik"] == NIK
    assert record.about["arrival_date"] == "2026-11-01"
    assert record.consented_at == NOW.isoformat()
    assert record.writer == {}
    assert "email" not in record.about
    assert Record.from_json(record.as_json()) == record
    assert not chat.talk


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        (["ubah nama Budi Santosa"], "name", "Budi Santosa"),
        (["ubah 3", "Budi Santosa"], "name", "Budi Santosa"),
        (["change phone", "+60 12-345 6780"], "phone", "+60123456780"),
        (["ubah", "telepon", "012-345 6780"], "phone", "+60123456780"),
        (["telepon salah", "012-345 6780"], "phone", "+60123456780"),
        (["tidak", "kota", "Ipoh"], "city", "Ipoh"),
        (["Kode pos: 05401"], "postcode", "05401"),
    ],
)
def test_every_field_can_be_changed_before_it_is_confirmed(said, key, value):
    chat = filled()
    for text in said:
        chat.say(text)
    assert chat.turn.outcome is Outcome.CONFIRM
    assert chat.answers[key] == value


def test_the_fields_are_buttons_when_one_is_to_be_changed():
    chat = filled()
    chat.press("Ubah")
    assert chat.turn.outcome is Outcome.CHOOSE_FIELD
    chat.press("Alamat")
    chat.say("Lebuh Pantai 6")
    assert chat.answers["address"] == "Lebuh Pantai 6"


def test_a_changed_birth_date_asks_for_the_nik_again():
    chat = filled()
    chat.say("ubah tanggal lahir 4 Mei 1990")
    assert chat.asking == "nik"
    chat.say(NIK)
    assert chat.turn.outcome is Outcome.UNCLEAR
    chat.say(NIK)
    assert chat.turn.outcome is Outcome.CONFIRM
    assert chat.answers["nik"] == NIK


def test_several_lines_fill_several_fields_in_any_order():
    chat = Chat(name=FORM)
    chat.say("setuju")
    chat.say(f"NIK: {NIK}\nNama: Budi Santoso\nTelepon: 12345\nTanggal lahir: 3 Mei 1990")
    assert chat.answers["name"] == "Budi Santoso"
    assert chat.answers["nik"] == NIK
    assert "phone" not in chat.answers
    assert chat.asking == "event"


def test_who_writes_is_kept_apart_from_whom_it_is_for():
    chat = filled(
        subject="anak saya",
        writer_name="Siti Aminah",
        writer_relation="ibu",
        writer_phone="0812 3456 7890",
    )
    chat.press("Sudah benar")
    record = chat.turn.record
    assert record.about["name"] == "Budi Santoso"
    assert record.writer == {
        "writer_name": "Siti Aminah",
        "writer_relation": "ibu",
        "writer_phone": "+6281234567890",
    }
    assert not set(record.about) & set(record.writer)


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ("pindah alamat", {"move_date", "country", "address"}),
        ("pulang ke indonesia", {"return_date", "left_country", "home_address"}),
    ],
)
def test_each_kind_of_report_asks_what_it_needs(event, asked):
    chat = filled(
        event=event,
        move_date="1 November 2026",
        return_date="1 Desember 2026",
        left_country="Malaysia",
        home_address="Jl. Melati 3, Cilacap",
    )
    assert asked <= set(chat.answers)
    assert "arrival_date" not in chat.answers


def test_it_is_resumed_after_days():
    chat = Chat(name=FORM)
    for text in ("setuju", "baru tiba", "saya sendiri"):
        chat.say(text)
    chat.wait(days=5)
    chat.say("assalamualaikum kak")
    assert chat.turn.outcome is Outcome.NOT_MINE
    assert "name" not in chat.answers
    chat.say("lanjut")
    assert chat.asking == "name"
    chat.say("Budi Santoso")
    assert chat.asking == "birth_date"


def test_a_question_inside_the_form_is_no_answer():
    chat = Chat(name=FORM)
    for text in ("setuju", "baru tiba", "saya sendiri"):
        chat.say(text)
    chat.say("berapa biaya perpanjang paspor di KL")
    assert chat.turn.outcome is Outcome.NOT_MINE
    assert chat.talk.open.stage is Stage.PAUSED
    assert "name" not in chat.answers


def test_beginning_the_form_again_goes_on_with_what_was_put_aside():
    chat = Chat(name=FORM)
    chat.say("setuju")
    chat.say("baru tiba")
    chat.begin("divorce", intent="divorce_registration")
    chat.say("batal")
    chat.begin(FORM)
    assert chat.asking == "subject"


def test_the_export_keeps_numbers_as_text_and_runs_no_formula():
    about = {
        "name": "=HYPERLINK(1)",
        "nik": NIK,
        "postcode": "05400",
        "phone": "+60123456789",
        "birth_date": date(1990, 5, 3).isoformat(),
    }
    record = Record(FORM, about, {"writer_name": "Siti"}, consented_at="a", submitted_at="b")
    rows = list(csv.DictReader(io.StringIO(portal_csv([record]))))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert rows[0]["nik"] == NIK
    assert rows[0]["postcode"] == "05400"
    assert rows[0]["phone"] == "+60123456789"
    assert rows[0]["writer_name"] == "Siti"
    assert rows[0]["email"] == ""


def test_the_export_has_a_column_for_every_field_of_the_form():
    fields = {step.key for step in guide().forms[FORM].steps if not step.is_consent}
    assert fields <= set(COLUMNS)


def test_every_reason_has_a_sentence():
    file = Path(__file__).resolve().parents[3] / "data" / "guided" / "phrases.yml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))["phrases"]
    codes = {code for _, _, code in BAD} | {"nik_birth_date", "nik_gender", "place", "country"}
    assert {f"problem_{code}" for code in codes} <= set(told)
