"""The legal basis stands on a card only on request; an unknown one is said to be unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.content.cards import service_values
from bot.content.catalogue import Catalogue
from bot.services.answer_service import ServiceAnswer
from bot.services.find_mission import FoundMission
from tests.content.test_record_cards import SERVICE

CATALOGUE = Catalogue.load()


def _card(basis: str, aspects: tuple[str, ...], language: str) -> str:
    answer = ServiceAnswer(
        service=replace(SERVICE, legal_basis=basis),
        related=(),
        found=FoundMission(None),
        fees=(),
        is_charged=False,
    )
    values = service_values(answer, aspects, language)
    return CATALOGUE.text("utter_service_card_anywhere", language, **values)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_legal_basis_is_shown_only_where_it_is_asked(language: str) -> None:
    assert "UU 6/2011" in _card("UU 6/2011", ("legal_basis",), language)
    assert "UU 6/2011" not in _card("UU 6/2011", (), language)


@pytest.mark.parametrize(
    ("language", "unknown"), [("id", "belum ada di data kami"), ("en", "is not in our data")]
)
def test_an_unknown_legal_basis_is_said_to_be_unknown(language: str, unknown: str) -> None:
    assert unknown in _card("", ("legal_basis",), language)
    assert unknown not in _card("UU 6/2011", ("legal_basis",), language)
