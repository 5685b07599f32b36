"""What is personal is sealed, and an address is known only by its pseudonym."""

from __future__ import annotations

import pytest

from bot.errors import ConsularError
from bot.privacy import Privacy

ONE, OTHER = Privacy("a-secret-of-this-test"), Privacy("another-secret-of-it")


def test_a_conversation_id_is_stable_and_hides_the_address() -> None:
    word = ONE.conversation_id("whatsapp", "whatsapp:+60123456789")
    assert word == ONE.conversation_id("whatsapp", "whatsapp:+60123456789")
    assert word.startswith("whatsapp:") and "60123456789" not in word


def test_pseudonyms_differ_by_channel_address_and_secret() -> None:
    words = {
        ONE.conversation_id("telegram", "1"),
        ONE.conversation_id("web", "1"),
        ONE.conversation_id("telegram", "2"),
        OTHER.conversation_id("telegram", "1"),
    }
    assert len(words) == 4


def test_what_is_sealed_opens_with_the_same_secret_only() -> None:
    sealed = ONE.seal("paspor saya A1234567")
    assert "A1234567" not in sealed
    assert ONE.unseal(sealed) == "paspor saya A1234567"
    with pytest.raises(ConsularError):
        OTHER.unseal(sealed)


def test_a_signature_holds_for_its_purpose_and_text_only() -> None:
    signature = ONE.sign("session", "abc")
    assert ONE.is_signed("session", "abc", signature)
    assert not ONE.is_signed("session", "abd", signature)
    assert not ONE.is_signed("other", "abc", signature)
    assert not ONE.is_signed("session", "abc", "\ud800")
