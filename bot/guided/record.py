"""A form that a citizen has confirmed: whom it concerns is kept apart from who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.guided.dialogue import SKIPPED, Dialogue, standing
from bot.guided.state import State

WRITER = "writer"


@dataclass(frozen=True)
class Record:
    """Personal data: store it sealed, never log it.

    Args:
        form: the form's name.
        about: data of the person concerned, by field.
        writer: who wrote on their behalf; empty when they wrote themselves.
        consented_at: ISO 8601 UTC.
        submitted_at: ISO 8601 UTC.
    """

    form: str
    about: Mapping[str, str]
    writer: Mapping[str, str]
    consented_at: str
    submitted_at: str

    def as_json(self) -> dict[str, Any]:
        """As it is sealed and stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Record:
        """What `as_json` made.

        Raises:
            KeyError: a part is missing.
        """
        return cls(
            form=row["form"],
            about=dict(row["about"]),
            writer=dict(row["writer"]),
            consented_at=row["consented_at"],
            submitted_at=row["submitted_at"],
        )


def record_of(form: Dialogue, state: State, *, submitted_at: str) -> Record:
    """The record of a confirmed form."""
    facts = standing(form, state.answers, state.known).facts
    about: dict[str, str] = {}
    writer: dict[str, str] = {}
    for step in form.steps:
        value = facts.get(step.key, SKIPPED)
        if value == SKIPPED or step.is_consent:
            continue
        (writer if step.section == WRITER else about)[step.key] = value
    return Record(
        form.name,
        about=about,
        writer=writer,
        consented_at=state.consented_at,
        submitted_at=submitted_at,
    )
