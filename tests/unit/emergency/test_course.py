"""The course of an emergency: help first, two questions at most, one case, a way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from bot.casework.case import Priority
from bot.consular.place import Place
from bot.emergency.answers import read_payload
from bot.emergency.course import Heard, News, Saying, Step, next_step
from bot.emergency.emergency import Ask, Emergency, from_json, to_json
from bot.emergency.kinds import Kind, Tone, Who, Wish
from bot.emergency.rules import load_rules
from bot.emergency.triage import read_signs
from bot.messages import Location
from bot.nlu.normalise import load_spellings, normalise

RULES = load_rules()
SPELLINGS = load_spellings()
JOHOR = Place(mission_id="kjri-johor-bahru")
AT_SEA = Place(location=Location(0.0, longitude=0.0))
IN_PENANG = Place(location=Location(5.4, longitude=100.3))


@dataclass
class Citizen:
    """Says things one after the other; `step` is the last one."""

    now: datetime = datetime(2026, 11, 24, 9, tzinfo=timezone.utc)
    emergency: Emergency | None = None
    step: Step | None = None
    news: list[News | None] = field(default_factory=list)
    is_officers: bool = False
    _count: int = 0

    def says(
        self,
        text: str,
        *,
        is_urgent: bool = True,
        place: Place | None = None,
        is_placed: bool = True,
        intent: str | None = None,
    ) -> tuple[Saying, ...] | None:
        """Writes; returns what is said, or None if it is no matter of emergencies."""
        signs = read_signs(normalise(text, SPELLINGS), RULES)
        return self._heard(
            text, signs=signs, is_urgent=is_urgent, place=place, is_placed=is_placed, intent=intent
        )

    def taps(self, says: str) -> tuple[Saying, ...] | None:
        """Taps one of our buttons."""
        tapped = read_payload(f'/emergency_answer{{"say": "{says}"}}')
        return self._heard("", is_urgent=False, tapped=tapped)

    def shares(self, place: Place, *, is_placed: bool = True) -> tuple[Saying, ...] | None:
        """Sends a position."""
        return self._heard("", is_urgent=False, place=place, is_placed=is_placed)

    def waits(self, **span: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**span)

    def _heard(self, text: str, *, signs=None, place=None, **more) -> tuple[Saying, ...] | None:  # type: ignore[no-untyped-def]
        self._count += 1
        heard = Heard(
            f"m{self._count}",
            text=text,
            signs=signs or read_signs("", RULES),
            language="id",
            place=place or Place(),
            **more,
        )
        self.step = next_step(
            self.emergency, heard, rules=RULES, now=self.now, is_officers=self.is_officers
        )
        if self.step is None:
            return None
        self.emergency = self.step.emergency
        self.news.append(self.step.news)
        return self.step.says

    @property
    def it(self) -> Emergency:
        """The emergency, which must be there."""
        assert self.emergency is not None
        return self.emergency


def test_the_card_comes_before_any_question() -> None:
    citizen = Citizen()
    says = citizen.says("saya kecelakaan", place=JOHOR)
    assert says == (Saying.CARD, Saying.ASK_WHO)
    assert citizen.news == [News.ALARM]


def test_a_card_without_a_place_asks_only_for_the_place() -> None:
    citizen = Citizen()
    assert citizen.says("tolong sy dikurung majikan") == (Saying.CARD,)
    assert citizen.it.awaits is Ask.PLACE


def test_what_is_known_is_not_asked() -> None:
    citizen = Citizen()
    says = citizen.says("anak saya pingsan sekarang", place=JOHOR)
    assert says == (Saying.CARD,)
    assert (citizen.it.who, citizen.it.is_now) == (Who.CHILD, True)


def test_two_questions_are_asked_at_most() -> None:
    citizen = Citizen()
    citizen.says("SOS")
    assert citizen.says("di johor", is_urgent=False, place=JOHOR) == (
        Saying.CARD,
        Saying.ASK_WHAT,
    )
    citizen.taps("medical")
    assert citizen.it.kind is Kind.MEDICAL
    assert len(citizen.it.asked) == 2
    assert citizen.says("sakit sekali", is_urgent=False) is None


def test_a_mistaken_key_is_closed_with_one_tap() -> None:
    citizen = Citizen()
    citizen.says("SOS")
    assert citizen.taps("safe") == (Saying.SAFE,)
    assert citizen.news[-1] is News.WITHDRAWN
    assert citizen.says("jam buka kbri", is_urgent=False) is None


def test_a_false_alarm_lets_the_earlier_words_be_answered() -> None:
    citizen = Citizen()
    citizen.says("antriannya bikin mati kak udah 4 jam")
    assert citizen.taps("false_alarm") == (Saying.CALM,)
    assert citizen.news[-1] is News.FALSE_ALARM
    assert citizen.it.resumes == "antriannya bikin mati kak udah 4 jam"


def test_an_abuser_with_the_phone_does_not_close_the_case() -> None:
    for word in ("safe", "false_alarm"):
        citizen = Citizen()
        citizen.says("suami memukul saya", place=JOHOR)
        citizen.taps(word)
        assert citizen.news[-1] is News.SAFE


def test_twenty_frightened_messages_are_one_emergency() -> None:
    citizen = Citizen()
    citizen.says("tolong majikan mukul saya", place=JOHOR)
    for text in ("tolong", "cepat", "dia bawa pisau", "saya berdarah", "sy takut mati") * 4:
        citizen.waits(seconds=3)
        citizen.says(text)
    assert citizen.news.count(News.ALARM) == 1
    assert citizen.it.kind is Kind.LABOUR


def test_a_burst_of_cries_is_not_answered_with_a_burst() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan", place=JOHOR)
    answers = []
    for _ in range(20):
        citizen.waits(seconds=1)
        answers.append(citizen.says("tolong cepat"))
    assert sum(bool(answer) for answer in answers) == RULES.short_answers
    citizen.waits(minutes=2)
    assert citizen.says("tolong cepat")


def test_another_emergency_is_another_case() -> None:
    citizen = Citizen()
    citizen.says("saya dipukul majikan", place=JOHOR)
    citizen.waits(minutes=1)
    citizen.says("teman saya kecelakaan ditabrak truk", place=JOHOR)
    assert citizen.news == [News.ALARM, News.ALARM]
    assert citizen.it.kind is Kind.MEDICAL


def test_injuries_of_the_same_person_belong_to_the_same_case() -> None:
    citizen = Citizen()
    citizen.says("saya dipukul majikan", place=JOHOR)
    citizen.says("saya berdarah banyak")
    assert citizen.news == [News.ALARM, News.MORE]


def test_a_clearer_word_changes_the_card() -> None:
    citizen = Citizen()
    citizen.says("tolong", place=JOHOR)
    assert citizen.says("saya disekap di gudang")[0] is Saying.CARD  # type: ignore[index]
    assert (citizen.it.kind, citizen.it.tone) == (Kind.TRAFFICKING, Tone.DISCREET)


def test_a_position_makes_the_card_exact() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan")
    assert citizen.shares(IN_PENANG) == (Saying.CARD, Saying.ASK_WHO)
    assert citizen.it.place == IN_PENANG


def test_an_impossible_position_is_asked_again() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan")
    assert citizen.shares(AT_SEA, is_placed=False)[0] is Saying.PLACE_UNCLEAR  # type: ignore[index]
    assert not citizen.it.place
    assert citizen.shares(IN_PENANG)[0] is Saying.CARD  # type: ignore[index]


def test_a_crew_at_sea_is_believed() -> None:
    citizen = Citizen()
    citizen.says("kapal kami tenggelam")
    citizen.shares(AT_SEA, is_placed=False)
    assert citizen.it.place == AT_SEA


def test_wishes_are_kept_and_do_not_stop_the_questions() -> None:
    citizen = Citizen()
    citizen.says("tolong sy dikurung majikan")
    assert citizen.says("ga bisa nelpon", is_urgent=False) == (
        Saying.NO_CALL,
        Saying.ASK_COMPANY,
    )
    citizen.says("balas hanya kalau aman", is_urgent=False)
    citizen.says("mau bicara sama petugas perempuan", is_urgent=False)
    assert citizen.it.spoken_wishes == ("no_call", "when_safe", "woman_officer", "discreet")


def test_a_stop_word_covers_a_discreet_conversation() -> None:
    citizen = Citizen()
    citizen.says("suami memukul saya", place=JOHOR)
    assert citizen.says("menu", is_urgent=False) == (Saying.HIDDEN,)
    assert citizen.it.is_hidden
    assert citizen.it.is_open


def test_the_menu_is_the_menu_where_nothing_is_to_be_covered() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan", place=JOHOR)
    citizen.taps("me_now")
    assert citizen.says("menu", is_urgent=False, intent="help_menu") is None


def test_over_makes_it_less_urgent() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan", place=JOHOR)
    assert citizen.it.priority is Priority.P1
    citizen.taps("over")
    assert citizen.it.priority is Priority.P2


def test_thoughts_of_suicide_are_most_urgent_and_spoken_of_gently() -> None:
    citizen = Citizen()
    citizen.says("sy mau bunuh diri aja", place=JOHOR)
    assert (citizen.it.priority, citizen.it.tone) == (Priority.P1, Tone.GENTLE)


def test_an_officers_conversation_gets_the_first_card_and_no_more() -> None:
    citizen = Citizen(is_officers=True)
    assert citizen.says("majikan mukul saya", place=JOHOR) == (Saying.CARD,)
    assert citizen.says("tolong dia datang lagi") == ()
    assert citizen.news == [News.ALARM, News.MORE]
    assert citizen.says("terima kasih pak", is_urgent=False) is None


def test_an_old_emergency_does_not_swallow_a_new_one() -> None:
    citizen = Citizen()
    citizen.says("saya kecelakaan", place=JOHOR)
    citizen.waits(hours=30)
    assert citizen.says("jam buka?", is_urgent=False) is None
    citizen.says("saya kecelakaan lagi", place=JOHOR)
    assert citizen.news == [News.ALARM, News.ALARM]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("jam buka kbri tokyo?", None), ("ganti paspor gimana", "passport_renewal")],
)
def test_a_question_of_another_kind_goes_to_the_assistant(text: str, intent: str | None) -> None:
    citizen = Citizen()
    citizen.says("SOS")
    assert citizen.says(text, is_urgent=False, intent=intent) is None


def test_an_emergency_survives_being_kept() -> None:
    citizen = Citizen()
    citizen.says("suami memukul saya, jangan telepon", place=IN_PENANG)
    citizen.taps("with_child")
    assert from_json(to_json(citizen.it)) == citizen.it
    assert citizen.it.wishes == (Wish.NO_CALL,)


@pytest.mark.parametrize("text", ["bukan darurat kak", "kepencet maaf", "sorry wrong button"])
def test_who_only_says_that_it_is_no_emergency_has_none(text: str) -> None:
    for intent in (None, "emergency_general"):
        citizen = Citizen()
        assert citizen.says(text, intent=intent) is None
        assert citizen.news == [None] or citizen.news == []


@pytest.mark.parametrize(
    "text",
    [
        "bukan salah pencet, tolong",
        "this is not a false alarm, help",
        "bukan darurat katanya, tapi suami saya pukul saya terus",
        "kata teman bukan darurat, tapi saya takut sendirian di sini dan pintunya digedor orang",
    ],
)
def test_who_says_more_than_that_is_helped(text: str) -> None:
    said = Citizen().says(text)
    assert said
    assert said[0] is Saying.CARD
