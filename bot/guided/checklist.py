"""From answers to a personal result: which service, which papers, which fee."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.consular.facts import Bilingual, Fee, Service
from bot.guided.dialogue import Dialogue, When, holds

_ALL_IN = "total_"


@dataclass(frozen=True)
class Rewrite:
    """A change to a service's list of papers.

    Args:
        match: the English opening of the row that goes; empty if the row is new.
        rows: what stands there instead (or at the end, or first); none takes the row out.
        is_first: new rows go to the top, because they are to be done first.
    """

    match: str = ""
    rows: tuple[Bilingual, ...] = ()
    is_first: bool = False


@dataclass(frozen=True)
class FeeChoice:
    """The fees that matter: some variants of a service; empty, all of them.

    `is_on_top`: paid beside the fee before it, unless that one includes it already.
    """

    service: str
    variants: tuple[str, ...] = ()
    is_on_top: bool = False


@dataclass(frozen=True)
class Rule:
    """What holds under a condition; a later rule adds to, or overrides, an earlier one."""

    when: When = ()
    service: str | None = None
    rewrites: tuple[Rewrite, ...] = ()
    fees: tuple[FeeChoice, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    duration: Bilingual | None = None


@dataclass(frozen=True)
class Checklist:
    """Questions and what their answers lead to."""

    dialogue: Dialogue
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Result:
    """What this person needs.

    Args:
        service: the service's code; None where no service of ours is meant (then `notes` says
            so, or `facts` names what to look up, as a visa rule does).
        rewrites: changes to its papers.
        fees: which of its fees; empty, all of them.
        notes: what else this person should know, most important first.
        duration: instead of the service's own.
        place: where the citizen is, as it was kept; None where place does not matter.
        facts: the answers that led here.
    """

    service: str | None
    rewrites: tuple[Rewrite, ...]
    fees: tuple[FeeChoice, ...]
    notes: tuple[Bilingual, ...]
    duration: Bilingual | None
    place: str | None
    facts: Mapping[str, str]


def result_of(checklist: Checklist, facts: Mapping[str, str]) -> Result:
    """The result for answers (and what is derived from them)."""
    service: str | None = None
    fees: tuple[FeeChoice, ...] = ()
    duration: Bilingual | None = None
    rewrites: list[Rewrite] = []
    notes: list[Bilingual] = []
    for rule in checklist.rules:
        if not holds(rule.when, facts):
            continue
        service = rule.service or service
        fees = rule.fees or fees
        duration = rule.duration or duration
        rewrites.extend(rule.rewrites)
        notes.extend(note for note in rule.notes if note not in notes)
    return Result(
        service,
        rewrites=tuple(rewrites),
        fees=fees,
        notes=tuple(notes),
        duration=duration,
        place=facts.get("place"),
        facts=dict(facts),
    )


def personalised(service: Service, result: Result) -> Service:
    """The service with this person's papers, duration and notes (before its own)."""
    rows = list(service.requirements)
    for rewrite in result.rewrites:
        rows = _rewritten(rows, rewrite)
    own = (service.note,) if service.note else ()
    notes = tuple(note for note in (*result.notes, *own))
    return replace(
        service,
        requirements=tuple(dict.fromkeys(rows)),
        duration=result.duration or service.duration,
        note=_joined(notes),
    )


def _rewritten(rows: list[Bilingual], rewrite: Rewrite) -> list[Bilingual]:
    if not rewrite.match:
        return [*rewrite.rows, *rows] if rewrite.is_first else [*rows, *rewrite.rows]
    start = rewrite.match.casefold()
    changed: list[Bilingual] = []
    for row in rows:
        is_meant = row.en.casefold().startswith(start)
        changed.extend(rewrite.rows if is_meant else (row,))
    return changed


def _joined(notes: Sequence[Bilingual]) -> Bilingual | None:
    if not notes:
        return None
    return Bilingual(
        id="\n".join(note.id for note in notes), en="\n".join(note.en for note in notes)
    )


def chosen_fees(result: Result, fees_of: Callable[[str], Sequence[Fee]]) -> tuple[Fee, ...]:
    """The fees that this person pays.

    Args:
        result: the result.
        fees_of: all fees of a service here: the mission's own, else the national ones.
    """
    if result.service is None:
        return ()
    chosen: list[Fee] = []
    for choice in result.fees or (FeeChoice(result.service),):
        if choice.is_on_top and any(f.variant_code.startswith(_ALL_IN) for f in chosen):
            continue
        fees = tuple(fees_of(choice.service))
        meant = [fee for fee in fees if fee.variant_code in choice.variants]
        chosen.extend(meant or fees)
    return tuple(chosen)
