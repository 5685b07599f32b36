"""How far a citizen has come in a guided dialogue; frozen, and JSON in a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from typing import Any

_MAX_ASIDE = 3


class Stage(str, Enum):
    """What the next message is expected to be."""

    ASKING = "asking"
    PAUSED = "paused"
    CONFIRMING = "confirming"
    CHOOSING = "choosing"
    DONE = "done"


@dataclass(frozen=True)
class State:
    """One dialogue under way.

    Args:
        dialogue: its name.
        language: of the last answer, `id` or `en`.
        answers: what the citizen answered, oldest first.
        known: what was known before the first question.
        asking: the key of the step that was asked.
        misses: answers in a row that did not fit.
        doubted: a doubtful value that is taken if the citizen writes it again.
        offers: how often it was offered to go on since the last answer.
        is_offered: the last message offered to go on, so that "ya" means that.
        asked_at: when it was asked, ISO 8601 UTC.
        consented_at: when the citizen agreed to be registered, ISO 8601 UTC.
    """

    dialogue: str
    language: str = "id"
    stage: Stage = Stage.ASKING
    answers: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    asking: str | None = None
    misses: int = 0
    doubted: str = ""
    offers: int = 0
    is_offered: bool = False
    asked_at: str = ""
    consented_at: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a slot keeps it."""
        row = asdict(self)
        row["stage"] = self.stage.value
        row["answers"] = [[key, value] for key, value in self.answers.items()]
        return row

    @classmethod
    def from_json(cls, value: Any) -> State | None:
        """What `as_json` made; None if it is not readable as that."""
        if not isinstance(value, Mapping):
            return None
        known = {item.name for item in fields(cls)}
        row = {key: part for key, part in value.items() if key in known}
        try:
            row["stage"] = Stage(row["stage"])
            row["answers"] = {str(key): str(part) for key, part in row.get("answers", ())}
            row["known"] = {str(key): str(part) for key, part in row.get("known", {}).items()}
            return cls(**row)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None

    def answered(self, key: str, value: str) -> State:
        """With one more answer; a changed one counts as the latest."""
        others = {name: kept for name, kept in self.answers.items() if name != key}
        return replace(self, answers={**others, key: value}, misses=0, doubted="")

    def without(self, key: str) -> State:
        """Without one answer, and without what was known of it."""
        return replace(
            self,
            answers={name: kept for name, kept in self.answers.items() if name != key},
            known={name: kept for name, kept in self.known.items() if name != key},
        )


@dataclass(frozen=True)
class Talk:
    """All guided dialogues of one conversation: the one under way, and those put aside."""

    open: State | None = None
    aside: tuple[State, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.open or self.aside)

    def as_slot(self) -> dict[str, Any] | None:
        """As Rasa keeps it; None when there is nothing to keep."""
        if not self:
            return None
        return {
            "open": self.open.as_json() if self.open else None,
            "aside": [state.as_json() for state in self.aside],
        }

    @classmethod
    def from_slot(cls, value: Any) -> Talk:
        """What `as_slot` made; what is not readable is left out."""
        if not isinstance(value, Mapping):
            return cls()
        aside = value.get("aside")
        kept = [State.from_json(row) for row in (aside if isinstance(aside, list) else ())]
        return cls(
            open=State.from_json(value.get("open")),
            aside=tuple(state for state in kept if state)[-_MAX_ASIDE:],
        )

    def put_aside(self) -> Talk:
        """Keeps the dialogue under way for later; a finished one is let go."""
        if self.open is None or self.open.stage is Stage.DONE:
            return replace(self, open=None)
        resting = replace(self.open, stage=Stage.PAUSED, is_offered=False, offers=0)
        others = tuple(state for state in self.aside if state.dialogue != resting.dialogue)
        return Talk(open=None, aside=(*others, resting)[-_MAX_ASIDE:])

    def taken_up(self, name: str | None = None) -> Talk:
        """Opens a dialogue that was put aside: the one of this name, else the latest."""
        for state in reversed(self.aside):
            if name in (None, state.dialogue):
                rest = tuple(other for other in self.aside if other is not state)
                return Talk(open=state, aside=rest)
        return self
