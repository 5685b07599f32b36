"""A guided dialogue as a conversation: any order, corrected, interrupted, resumed, left."""

from __future__ import annotations

import json

import pytest

from bot.guided.dialogue import next_step
from bot.guided.state import Stage, State, Talk
from bot.guided.turn import Outcome
from tests.unit.guided.talking import Chat, guide


def test_the_questions_lead_to_a_personal_result():
    chat = Chat("passport_renewal")
    assert chat.asking == "situation"
    chat.say("ada tp basah dikit")
    assert chat.asking == "readable"
    chat.say("terbaca")
    chat.say("ya")
    chat.say("Penang, Malaysia")
    assert chat.is_done
    assert chat.turn.result.service == "PASSPORT_REPLACE"
    assert chat.turn.result.place == "MY"


def test_what_is_known_is_not_asked_again():
    chat = Chat("passport_lost", place="MY")
    assert chat.asking == "go_home"
    chat.press("Tidak, tetap di sini")
    chat.press("Bukan")
    assert chat.is_done
    assert chat.turn.result.service == "PASSPORT_LOST"


def test_the_first_words_answer_questions():
    chat = Chat("passport_renewal")
    chat.talk = Talk()
    chat.begin("passport", intent="passport_renewal", text="paspor sy hilang, besok flight pulang")
    assert chat.asking == "identity"


def test_a_country_named_in_the_question_is_not_asked_again():
    chat = Chat("visa_for_indonesians")
    chat.talk = Talk()
    chat.begin("visa_for_indonesians", intent="visa_for_indonesians", country="JP")
    assert chat.asking == "purpose"


def test_an_answer_to_a_later_question_is_kept():
    chat = Chat("passport_renewal")
    chat.say("saya di Penang, Malaysia")
    assert chat.asking == "situation"
    chat.say("hilang, harus pulang besok")
    assert chat.asking == "identity"
    chat.say("ada fotokopi")
    assert chat.is_done
    assert chat.turn.result.service == "SPLP"
    assert chat.turn.result.place == "MY"


def test_bukan_rusak_corrects_the_earlier_answer():
    chat = Chat("passport_renewal")
    chat.say("hilang")
    chat.say("tidak")
    assert chat.asking == "cause"
    chat.say("bukan, rusak")
    assert chat.answers["situation"] == "damaged"
    assert chat.asking == "readable"
    assert "go_home" not in chat.answers


def test_a_button_pressed_again_corrects_its_answer():
    chat = Chat("passport_renewal")
    first = chat.turn
    chat.press("Hilang")
    chat.turn = first
    chat.press("Rusak")
    assert chat.asking == "readable"


def test_a_told_result_can_still_be_corrected():
    chat = Chat("passport_lost", place="MY")
    chat.say("tidak")
    chat.say("bukan")
    assert chat.turn.result.service == "PASSPORT_LOST"
    chat.say("eh salah, rusak")
    assert chat.asking == "readable"
    chat.say("terbaca")
    chat.say("masih berlaku")
    assert chat.turn.result.service == "PASSPORT_REPLACE"


def test_after_the_result_other_words_are_not_the_dialogues():
    chat = Chat("passport_lost", place="MY")
    chat.say("tidak")
    chat.say("bukan")
    chat.say("terima kasih")
    assert chat.turn.outcome is Outcome.NOT_MINE
    assert chat.turn.messages == ()


def test_kembali_asks_the_last_question_again():
    chat = Chat("passport_renewal")
    chat.say("hilang")
    chat.say("kembali")
    assert chat.asking == "situation"
    chat.say("kembali")
    assert chat.turn.outcome is Outcome.UNCLEAR


def test_ubah_names_a_field_and_may_bring_its_value():
    chat = Chat("passport_renewal")
    chat.say("hilang")
    chat.say("ubah keadaan paspor rusak")
    assert chat.answers["situation"] == "damaged"
    chat.say("change condition")
    assert chat.asking == "situation"


def test_another_question_interrupts_and_lanjut_resumes():
    chat = Chat("travel_document")
    chat.say("pulang")
    chat.say("berapa jam buka kbri singapur?")
    assert chat.turn.outcome is Outcome.NOT_MINE
    assert "surat jalan pulang (SPLP)" in chat.text
    chat.say("lanjut")
    assert chat.asking == "passport"
    assert chat.answers["goal"] == "home"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brp biayanya", {}),
        ("biayanya brp kak", {"names_aspect": True}),
        ("how much", {}),
        ("fees pls", {"names_aspect": True}),
    ],
)
def test_few_words_that_answer_nothing_and_ask_something_are_a_question(text, said):
    chat = Chat("travel_document")
    chat.say(text, **said)
    assert chat.turn.outcome is Outcome.NOT_MINE
    chat.say("lanjut")
    assert chat.asking == "goal"


def test_an_answer_is_an_answer_even_if_it_names_what_can_be_asked_for():
    chat = Chat("travel_document")
    chat.say("pulang, nggak ada biaya", names_aspect=True)
    assert chat.answers["goal"] == "home"


def test_after_an_interruption_yes_goes_on_and_no_waits():
    chat = Chat("travel_document")
    chat.say("jam buka kbri singapura", is_question=True)
    chat.say("nggak")
    assert chat.turn.outcome is Outcome.LEFT
    chat.say("ya")
    assert chat.turn.outcome is Outcome.NOT_MINE
    chat.say("lanjut")
    assert chat.asking == "goal"


def test_after_an_interruption_a_sure_answer_is_taken():
    chat = Chat("passport_renewal")
    chat.say("berapa biaya paspor?")
    chat.say("hilang")
    assert chat.asking == "go_home"


def test_going_on_is_not_offered_for_ever():
    chat = Chat("travel_document")
    offers = [bool(chat.say("apa itu bpjs?").messages) for _ in range(4)]
    assert offers == [True, True, False, False]


def test_a_second_dialogue_puts_the_first_aside_and_lanjut_brings_it_back():
    chat = Chat("birth_registration")
    chat.say("sudah")
    chat.begin("divorce", intent="divorce_registration", known={"place": "MY"})
    chat.say("sudah ada")
    assert chat.is_done
    assert "daftar kelahiran" in chat.text
    chat.say("lanjut")
    assert chat.talk.open.dialogue == "birth"
    assert chat.asking == "language"


@pytest.mark.parametrize("word", ["batal", "cancel", "ga jadi deh", "stop"])
def test_batal_ends_it_at_once(word):
    chat = Chat("travel_document")
    chat.say("pulang")
    chat.say(word)
    assert chat.turn.outcome is Outcome.CANCELLED
    assert not chat.talk


def test_batal_twice_also_forgets_what_was_put_aside():
    chat = Chat("birth_registration")
    chat.begin("divorce", intent="divorce_registration")
    chat.say("batal")
    assert "daftar kelahiran" in chat.text
    chat.say("batal")
    assert not chat.talk


def test_the_language_changes_at_any_time():
    chat = Chat("travel_document")
    chat.say("english")
    assert chat.turn.language == "en"
    assert chat.text.startswith("Are you going home")
    chat.say("going home", language="id")
    assert chat.text == "Paspor Anda hilang?"


def test_a_button_of_another_dialogue_is_not_taken():
    other = Chat("birth_registration")
    chat = Chat("divorce_registration")
    chat.turn = other.turn
    chat.press("Sudah ada")
    assert chat.turn.outcome is Outcome.UNCLEAR
    assert chat.answers == {}


def test_misses_bring_other_words_and_then_a_way_out():
    chat = Chat("travel_document")
    chat.say("zzz")
    first = chat.text
    chat.say("zzz")
    assert chat.text != first
    assert "batal" in chat.text
    assert "Bicara ke petugas" in [b.title for b in chat.turn.messages[-1].buttons]


def test_next_step_needs_only_answers_and_what_is_known():
    dialogue = guide().checklists["birth"].dialogue
    assert next_step(dialogue, {}).key == "certificate"
    assert next_step(dialogue, {"certificate": "none"}).key == "parents"
    known = {"place": "MY"}
    assert next_step(dialogue, {"certificate": "none", "parents": "both"}, known) is None


@pytest.mark.parametrize("slot", [None, 3, "x", {}, {"open": {"stage": "?"}}, {"aside": 7}])
def test_an_unreadable_slot_is_an_empty_talk(slot):
    assert Talk.from_slot(slot) == Talk()


def test_a_state_survives_json():
    state = State("birth", stage=Stage.PAUSED, answers={"b": "1", "a": "2"}, misses=2)
    again = State.from_json(json.loads(json.dumps(state.as_json())))
    assert again == state
    assert list(again.answers) == ["b", "a"]
