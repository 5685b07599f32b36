"""Two wishes in one message are told apart only where each is clear on its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.wishes import halves
from bot.dialogue.two_wishes import ALSO, Pair, alarm_in, beside_alarm, one_of_two


def parsed(intent: str, confidence: float = 0.95, *, urgent: bool = False, **entities: str) -> Any:
    guess = {"name": intent, "confidence": confidence}
    return {
        "text": f"about {intent}",
        "intent": guess,
        "intent_ranking": [guess],
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "language": "id",
        "urgent": urgent,
    }


@pytest.mark.parametrize(
    ("text", "first", "second", "is_stressed"),
    [
        ("perpanjang paspor dan lapor diri", "perpanjang paspor", "lapor diri", False),
        ("paspor mau habis, dan juga lapor diri", "paspor mau habis", "lapor diri", True),
        ("paspor mau habis dan saya juga lapor", "paspor mau habis", "saya juga lapor", True),
        ("renew it. And also register me", "renew it", "register me", True),
        ("paspor mau habis terus mau lapor diri", "paspor mau habis", "mau lapor diri", False),
    ],
)
def test_a_joining_word_parts_a_text(text: str, first: str, second: str, is_stressed: bool) -> None:
    found = halves(text)[0]
    assert (found.first, found.second, found.is_stressed) == (first, second, is_stressed)


@pytest.mark.parametrize(
    "text", ["Budi dan Ani", "paspor belum jadi juga, saya tunggu", "pandan wangi", "", "dan " * 9]
)
def test_other_texts_are_one(text: str) -> None:
    assert halves(text) == ()


def test_a_long_text_has_few_halves() -> None:
    assert len(halves("mau ini dan mau itu " * 500)) <= 3


def test_the_first_of_two_is_answered_and_the_other_kept_for_a_button() -> None:
    whole = parsed("birth_registration", country="JP", aspect="fee")
    pair = Pair(parsed("passport_renewal"), parsed("birth_registration", aspect="fee"), True)
    one = one_of_two(whole, [pair])
    assert one["intent"]["name"] == "passport_renewal"
    assert one["text"] == "about passport_renewal"
    assert [each["entity"] for each in one["entities"]] == ["country"]
    assert one[ALSO] == {
        "title": "utter_meaning_birth_registration",
        "payload": '/birth_registration{"aspect": "fee"}',
    }


def test_where_the_halves_may_belong_together_the_meaning_stays() -> None:
    pair = Pair(parsed("passport_lost"), parsed("travel_document"), False)
    one = one_of_two(parsed("travel_document"), [pair])
    assert one["intent"]["name"] == "travel_document"
    assert one[ALSO]["payload"] == "/passport_lost"


@pytest.mark.parametrize(
    ("whole", "first", "second"),
    [
        ("passport_child", parsed("birth_registration"), parsed("passport_new")),
        ("passport_lost", parsed("passport_lost"), parsed("passport_lost")),
        ("passport_lost", parsed("passport_lost"), parsed("visa_to_indonesia", 0.5)),
        ("passport_lost", parsed("greet"), parsed("passport_lost")),
        ("passport_lost", parsed("passport_lost"), parsed("emergency_violence")),
    ],
)
def test_a_text_without_two_clear_wishes_stays_as_it_is(
    whole: str, first: Any, second: Any
) -> None:
    text = parsed(whole)
    assert one_of_two(text, [Pair(first, second, True)]) is text


def test_a_cry_beside_another_wish_is_an_alarm_if_the_other_stands_by_itself() -> None:
    cry, wish = parsed("emergency_medical"), parsed("passport_renewal")
    whole = parsed("passport_renewal")
    found = alarm_in(whole, [Pair(cry, wish, True)])
    assert found
    assert found["intent"] == "emergency_medical"
    assert alarm_in(whole, [Pair(cry, wish, False)]) is None
    assert alarm_in(whole, [Pair(cry, parsed("passport_renewal", 0.4), True)]) is None


def test_the_wish_beside_a_cry_is_found_on_either_side() -> None:
    cry, wish = parsed("emergency_violence"), parsed("passport_lost")
    assert beside_alarm([Pair(cry, wish, False)]) is wish
    assert beside_alarm([Pair(wish, cry, False)]) is wish
    assert beside_alarm([Pair(cry, parsed("emergency_medical"), False)]) is None
    assert beside_alarm([Pair(wish, wish, False)]) is None
