"""Texts that may be shown as they stand: what they say, where it comes from, as of when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from bot.consular.facts import Bilingual, Guidance, Provenance, Service


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

    @property
    def subject(self) -> str:
        """What it is about: a service's code, a kind of guidance, an answer's own name."""
        return self.id.split(":")[1]


def approved_texts(
    services: Iterable[Service], guidance: Iterable[Guidance], faq: Iterable[ApprovedText]
) -> tuple[ApprovedText, ...]:
    """Everything that may be shown as it stands: pieces of services and guidance, and the FAQ."""
    pieces = [piece for service in services for piece in _of_service(service)]
    pieces += [piece for each in guidance for piece in _of_guidance(each)]
    return (*pieces, *faq)


def _of_service(service: Service) -> Iterator[ApprovedText]:
    parts: dict[str, Bilingual | None] = {
        "about": service.who,
        "procedure": service.procedure,
        "duration": service.duration,
        "note": service.note,
        "requirements": _list(service.requirements) if service.requirements else None,
    }
    for part, text in parts.items():
        if text:
            yield ApprovedText(
                id=f"service:{service.code}:{part}",
                kind=TextKind.SERVICE,
                title=service.name,
                text=text,
                provenance=service.provenance,
            )


def _of_guidance(guidance: Guidance) -> Iterator[ApprovedText]:
    parts = {
        "steps": _list(guidance.steps),
        "can": guidance.mission_can,
        "cannot": guidance.mission_cannot,
    }
    for part, text in parts.items():
        yield ApprovedText(
            id=f"guidance:{guidance.kind}:{part}",
            kind=TextKind.GUIDANCE,
            title=guidance.name,
            text=text,
            provenance=guidance.provenance,
        )


def _list(lines: Iterable[Bilingual]) -> Bilingual:
    both = tuple(lines)
    return Bilingual(
        id="\n".join(f"• {line.id}" for line in both), en="\n".join(f"• {line.en}" for line in both)
    )
