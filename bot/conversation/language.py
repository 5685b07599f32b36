"""Which language a citizen is answered in: one rule, used wherever an answer is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_LANGUAGE = "id"
LANGUAGES = ("id", "en")


def answer_language(*, chosen: str | None, detected: str | None, kept: str | None) -> str:
    """The citizen's own choice, else what they write in, else what they wrote in before.

    Args:
        chosen: what the citizen asked for by words or button.
        detected: the language of this message, None where it cannot be told.
        kept: the language of the last answer.
    """
    for language in (chosen, detected, kept):
        if language in LANGUAGES:
            return language
    return DEFAULT_LANGUAGE


def language_of(latest_message: Mapping[str, Any]) -> str:
    """The answer's language, from what Rasa keeps of the citizen's latest message.

    Args:
        latest_message: parse data with `language` (detected) and `metadata` with `language`
            (kept) and `language_chosen` (whether the citizen asked for the kept one).
    """
    metadata = latest_message.get("metadata") or {}
    kept = metadata.get("language")
    chosen = kept if metadata.get("language_chosen") else None
    return answer_language(chosen=chosen, detected=latest_message.get("language"), kept=kept)
