"""Places, missions, numbers, dates, aspects, languages: does a text name what we think?"""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlu.entities import EntityFinder
from bot.nlu.gazetteer import load_gazetteer, save_gazetteer

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder(load_gazetteer())


def values(finder: EntityFinder, text: str, entity: str, *, is_request: bool = False) -> list[str]:
    found = finder.find(text, language=None, today=TODAY, is_language_request=is_request)
    return [one.value for one in found if one.entity == entity]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("sy kerja di arab saudi", ["SA"]),
        ("visa jepang buat WNI", ["JP"]),
        ("my husband is Dutch", ["NL"]),
        ("orang korsel", ["KR"]),
        ("liburan ke Selandia Baru dan Fiji", ["NZ", "FJ"]),
        ("i live in hongkong", ["HK"]),
        ("singapur", ["SG"]),
        ("pindah ke 🇩🇪", ["DE"]),
        ("wni di malayysia", ["MY"]),
        ("flight from the US", ["US"]),
        ("please tell us", []),
        ("kursus bahasa jepang", []),
        ("kita bahaya pak", []),
        ("finish already", []),
    ],
)
def test_countries_are_found_by_name_adjective_flag_and_misspelling(
    finder: EntityFinder, text: str, countries: list[str]
) -> None:
    assert values(finder, text, "country") == countries


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("saya di KL", ["Kuala Lumpur"]),
        ("dari mekah ke madinah", ["Mecca", "Medina"]),
        ("den haag", ["The Hague"]),
        ("tinggal di Wina", ["Vienna"]),
        ("rumah saya di Malang", ["Malang"]),
        ("nasib malang", []),
        ("liburan di bali", []),
        ("kota ini", []),
        ("anak saya di surabay", ["Surabaya"]),
        ("im in singapore", []),
    ],
)
def test_cities_have_their_usual_english_name(
    finder: EntityFinder, text: str, cities: list[str]
) -> None:
    assert values(finder, text, "city") == cities


@pytest.mark.parametrize(
    "text",
    [
        *("my address has changed", "changing my name", "I am joining the army", "a short survey"),
        *(
            "lokasi kantornya",
            "daging dan telur",
            "kartu kuning",
            "tunggu di tangga",
            "pusing saya",
        ),
        *("rumah goyang kencang", "lampunya nyala", "jarang pulang", "bermula dari itu"),
        *("kawan saya dari jauh dateng", "a spicy recipe", "georgia on my mind", "pusing"),
    ],
)
def test_ordinary_words_are_no_misspelt_places(finder: EntityFinder, text: str) -> None:
    assert [*values(finder, text, "city"), *values(finder, text, "country")] == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *(("Riyadh", "Riyadh"), ("di riyad", "Riyadh"), ("kuala lumpu", "Kuala Lumpur")),
        *(("di kaohsiungg", "Kaohsiung"), ("jeddahh", "Jeddah"), ("di Tuban", "Tuban")),
        *(("di goyang", "Goyang"), ("di Taitung", "Taitung"), ("singapoor", "SG")),
    ],
)
def test_places_of_ours_are_found_however_they_are_spelt(
    finder: EntityFinder, text: str, place: str
) -> None:
    assert [*values(finder, text, "city"), *values(finder, text, "country")] == [place]


@pytest.mark.parametrize(
    ("text", "missions"),
    [
        ("kbri singapura buka jam berapa", ["kbri-singapore"]),
        ("konjen jeddah", ["kjri-jeddah"]),
        ("nomor kdei dong", ["kdei-taipei"]),
        ("Indonesian Embassy in Tokyo", ["kbri-tokyo"]),
        ("the consulate in Los Angeles", ["kjri-los-angeles"]),
        ("kjri johor", ["kjri-johor-bahru"]),
        ("kbri malaysia", ["kbri-kuala-lumpur"]),
        ("konsulat tawau", ["kri-tawau"]),
        ("KBRI KL", ["kbri-kuala-lumpur"]),
        ("kedutaan indonesia di mesir", ["kbri-cairo"]),
        ("penang consulate", ["kjri-penang"]),
        ("kedutaan jepang di jakarta", []),
        ("the embassy of Japan", []),
        ("kbri mana ya", []),
    ],
)
def test_missions_are_found_by_what_people_call_them(
    finder: EntityFinder, text: str, missions: list[str]
) -> None:
    assert values(finder, text, "mission") == missions


def test_a_place_inside_a_missions_name_is_no_place_of_its_own(finder: EntityFinder) -> None:
    text = "alamat KJRI Hong Kong, saya dari Macau"
    assert values(finder, text, "mission") == ["kjri-hong-kong"]
    assert values(finder, text, "country") == ["MO"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("hari ini", ["2026-11-24"]),
        ("besok pagi", ["2026-11-25"]),
        ("lusa", ["2026-11-26"]),
        ("day after tomorrow", ["2026-11-26"]),
        ("kemarin", ["2026-11-23"]),
        ("minggu depan", ["2026-12-01"]),
        ("hari minggu", ["2026-11-29"]),
        ("jumat", ["2026-11-27"]),
        ("next wednesday", ["2026-12-02"]),
        ("senin depan", ["2026-11-30"]),
        ("tgl 3 mei 1990", ["1990-05-03"]),
        ("lahir 03/05/1990", ["1990-05-03"]),
        ("May 3rd, 2027", ["2027-05-03"]),
        ("3 mei", ["2027-05-03"]),
        ("2026-12-31", ["2026-12-31"]),
        ("tanggal 15", ["2026-12-15"]),
        ("3 hari lagi", ["2026-11-27"]),
        ("in two weeks", ["2026-12-08"]),
        ("31 februari 2027", []),
        ("umur 12", []),
    ],
)
def test_dates_are_resolved_against_the_given_day(
    finder: EntityFinder, text: str, days: list[str]
) -> None:
    assert values(finder, text, "date") == days


@pytest.mark.parametrize(
    ("text", "entity", "numbers"),
    [
        ("paspor saya c 8811223", "passport_number", ["C8811223"]),
        ("no paspor X1234567 hilang", "passport_number", ["X1234567"]),
        ("ref pgs-2610-0442", "reference_number", ["PGS-2610-0442"]),
        ("#KSL-261124-7Q4M", "reference_number", ["KSL-261124-7Q4M"]),
        ("nomor permohonan 778812", "reference_number", ["778812"]),
        ("transfer Rp 1500000", "passport_number", []),
        ("wa 081234567890", "reference_number", []),
        ("lahir 3-5-1990", "reference_number", []),
        ("gaji 1500000", "reference_number", []),
    ],
)
def test_numbers_are_found_by_form_and_by_the_word_before(
    finder: EntityFinder, text: str, entity: str, numbers: list[str]
) -> None:
    assert values(finder, text, entity) == numbers


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("syaratnya apa aja kak", ["requirements"]),
        ("what documents do i need", ["requirements"]),
        ("brp biayanya", ["fee"]),
        ("how much is it", ["fee"]),
        ("berapa lama prosesnya", ["duration"]),
        ("how long does it take", ["duration"]),
        ("ngurusnya dimana", ["place"]),
        ("where do i apply", ["place"]),
        ("caranya gimana", ["procedure"]),
        ("how can i renew", ["procedure"]),
        ("buka jam berapa", ["hours"]),
        ("is it open on saturday", ["hours"]),
        ("biaya dan syarat paspor", ["fee", "requirements"]),
        ("i don't know where he is", []),
        ("paspor saya hilang", []),
        ("12 hours transit", []),
        ("ngurusnya dimanaaa ya", ["place"]),
        ("kalau mau lapor kehilangan harus kemana kak", ["place"]),
        ("gatau harus ngurus kemana", ["place"]),
        ("bingung mau lapor ke mana", ["place"]),
        ("suami saya ga tau dimana sekarang", []),
        ("i don't know where to go for this", ["place"]),
        ("not sure where i should submit the form", ["place"]),
        ("she told me she has no idea where she is", []),
        ("kantornya di jalan apa", ["place"]),
        ("loket paspor di lantai berapa", ["place"]),
        ("konsulat yang paling dekat dari sini", ["place"]),
        ("alamat untuk kirim berkas ke kbri wina", ["place"]),
        ("tinggal di ipoh, ikut kjri mana ya", ["place"]),
        ("which office handles penang people", ["place"]),
        ("address of the indonesian embassy in hanoi please", ["place"]),
        ("alamat saya sudah berubah", []),
        ("bisa urus di mana aja", ["place"]),
        ("barang saya tercecer entah dimana", []),
        ("kerja dimana mana susah", []),
        ("the hotel where i stay lost my passport", []),
        ("where's my nearest consulate", ["place"]),
        ("can you tell me the location of the consulate", ["place"]),
        ("minta alamat kjri jeddah dong", ["place"]),
        ("mau legalisir di kbri mana kalau tinggal di swiss", ["place"]),
        ("ambil paspornya di mana", ["place"]),
        ("where can i pick up the passport", ["place"]),
        ("tempatnya mana ya", ["place"]),
        ("denda telat lapor berapa", ["fee"]),
        ("berapaan bikin paspor sekarang", ["fee"]),
        ("ongkir paspor ke bremen brp", ["fee"]),
        ("agen minta biaya 20 juta padahal belum berangkat", []),
        ("majikan potong ongkos pesawat dari gaji", []),
        ("agency fee was taken from my salary", []),
        ("perlu bayar lagi ga", ["fee"]),
        ("splp itu gratis atau bayar", ["fee"]),
        ("bikin akta lahir bayar gak", ["fee"]),
        ("is there any charge for a birth certificate", ["fee"]),
        ("do we need to pay for a letter", ["fee"]),
        ("how much ringgit for renew", ["fee"]),
        ("how many ringgit is a new passport", ["fee"]),
        ("what does legalisation cost", ["fee"]),
        ("price list for consular services", ["fee"]),
        ("they charged me with theft", []),
        ("total semua berapa ya bu", ["fee"]),
        ("kapan paspor anak saya selesai", ["duration"]),
        ("splp sehari jadi kan", ["duration"]),
        ("brp lama nunggunya", ["duration"]),
        ("prosesnya berapa hari kerja", ["duration"]),
        ("jadinya kapan kira2", ["duration"]),
        ("when will my passport be ready", ["duration"]),
        ("how long is the wait", ["duration"]),
        ("how long does the visa take", ["duration"]),
        ("is same day possible", ["duration"]),
        ("how long is a passport valid", []),
        ("paspor berlaku berapa lama", []),
        ("how many days until it is done", ["duration"]),
        ("estimasi selesai berapa minggu", ["duration"]),
        ("apa saja syaratnya", ["requirements"]),
        ("dokumen apa saja yang harus dibawa", ["requirements"]),
        ("apa aja berkas buat nikah", ["requirements"]),
        ("which papers do i need for a newborn passport", ["requirements"]),
        ("what is needed for renewal", ["requirements"]),
        ("do i need to bring a photo", ["requirements"]),
        ("persyaratan splp", ["requirements"]),
        ("requirement for lost passport", ["requirements"]),
        ("butuh apa aja untuk legalisir", ["requirements"]),
        ("need bring what", ["requirements"]),
        ("yang perlu disiapkan apa", ["requirements"]),
        ("saya tidak butuh syarat", []),
        ("caranya gmn kak", ["procedure"]),
        ("gimana cara daftar lapor diri", ["procedure"]),
        ("mulai dari mana ya urusnya", ["procedure"]),
        ("how do i apply for a travel document", ["procedure"]),
        ("what are the steps to report a marriage", ["procedure"]),
        ("paspor hilang, saya harus gimana", ["procedure"]),
        ("what should my husband do now", ["procedure"]),
        ("what must i do first", ["procedure"]),
        ("how is he now", []),
        ("gimana kabarnya kak", []),
        ("how are you", []),
        ("tolong jelaskan prosedurnya", ["procedure"]),
        ("terus saya ngapain", ["procedure"]),
        ("guide me through the process", ["procedure"]),
        ("i know how hard it is", []),
        ("buka jam brp", ["hours"]),
        ("sabtu buka ga", ["hours"]),
        ("hari minggu ada pelayanan", ["hours"]),
        ("kbri tokyo tutup jam berapa", ["hours"]),
        ("apakah besok libur", ["hours"]),
        ("are you open on friday", ["hours"]),
        ("what time does the embassy close", ["hours"]),
        ("until what time can i come", ["hours"]),
        ("which days is the visa counter open", ["hours"]),
        ("opening hours of the consulate in dubai", ["hours"]),
        ("slot antrian dibuka kapan", []),
        ("mau buka rekening bank", []),
        ("is the office open during lunch", ["hours"]),
        ("bisa datang hari sabtu ga", ["hours"]),
        ("natal buka tidak", ["hours"]),
        ("jam layanan paspor", ["hours"]),
        ("the shop closes and i lost it there", []),
        ("open what time ah", ["hours"]),
        ("jam istirahat jam berapa", ["hours"]),
        ("syarat sama biayanya berapa", ["requirements", "fee"]),
        ("how much and how long for new passport", ["fee", "duration"]),
        ("where and when can i come, what time open", ["place", "hours"]),
        ("berapa biayanya dan berapa lama", ["fee", "duration"]),
        ("bikin paspor dimana, syaratnya apa", ["place", "requirements"]),
    ],
)
def test_an_aspect_is_found_only_where_the_text_asks_it(
    finder: EntityFinder, text: str, aspects: list[str]
) -> None:
    assert sorted(values(finder, text, "aspect")) == sorted(aspects)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("pakai bahasa inggris dong", ["en"]),
        ("english please", ["en"]),
        ("jangan inggris, indo aja", ["id"]),
        ("gak ngerti inggris", ["id"]),
        ("back to indonesian", ["id"]),
        ("change language", []),
    ],
)
def test_a_request_for_a_language_names_the_wanted_one(
    finder: EntityFinder, text: str, languages: list[str]
) -> None:
    assert values(finder, text, "language", is_request=True) == languages
    assert values(finder, text, "country", is_request=True) == []


def test_a_language_is_no_entity_outside_such_a_request(finder: EntityFinder) -> None:
    assert values(finder, "translate my licence to English", "language") == []


def test_every_entity_says_where_it_stands(finder: EntityFinder) -> None:
    text = "besok ke KBRI Tokyo dari Osaka, biaya berapa, ref AB-2211-33"
    for one in finder.find(text, language="id", today=TODAY):
        assert 0 <= one.start < one.end <= len(text)


def test_a_saved_gazetteer_knows_what_a_fresh_one_knows(tmp_path) -> None:
    fresh = load_gazetteer()
    save_gazetteer(fresh, tmp_path / "places.json")
    assert load_gazetteer(saved=tmp_path / "places.json") == fresh
