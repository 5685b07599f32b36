"""Texts that may be shown as they stand: what they say, where it comes from, as of when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.consular.facts import Bilingual, Provenance


class TextKind(str, Enum):
    """Where an approved text stands."""

    SERVICE = "service"
    GUIDANCE = "guidance"
    FAQ = "faq"


@dataclass(frozen=True)
class ApprovedText:
    """A text in both languages; it is shown whole and never rewritten.

    Args:
        id: names it: `faq:voice-notes`, `service:SPLP:note`, …
        title: what it is about: a question, or a service's name.
        questions: ways in which people ask for it, in any language; searched, never shown.
    """

    id: str
    kind: TextKind
    title: Bilingual
    text: Bilingual
    provenance: Provenance
    questions: tuple[str, ...] = ()
