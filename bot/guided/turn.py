"""What goes into one turn of a guided dialogue, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from bot.guided.dialogue import Lookup, Options, nothing_known
from bot.guided.state import State


@dataclass(frozen=True)
class Utterance:
    """One message of the citizen.

    Args:
        text: their own words.
        token: what a button of a guided dialogue carries (`bot.guided.tokens`).
        language: in which they are answered, None to keep it.
        place: a place named or shared, as the caller wants it kept in `place`.
        country: a country named (ISO 3166-1 alpha-2).
        day: a day named (ISO 8601); means the choice that is kept so.
        is_question: the assistant is sure that this asks something else.
        names_aspect: a fee, hours, a duration: something that is asked of a service.
    """

    text: str = ""
    token: str | None = None
    language: str | None = None
    place: str | None = None
    country: str | None = None
    day: str | None = None
    is_question: bool = False
    names_aspect: bool = False


@dataclass(frozen=True)
class Tools:
    """What the rules are handed from outside.

    Args:
        now: the time, UTC.
        read_date: reads a day in either language; None if there is none.
        read_country: the country a text names (ISO 3166-1 alpha-2).
        read_place: the place a text names, as it is to be kept.
        lookup: fact tables behind conditions (`bot.guided.dialogue.Lookup`).
        options: choices that change from day to day (`bot.guided.dialogue.Options`).
    """

    now: datetime
    read_date: Callable[[str], date | None]
    read_country: Callable[[str], str | None]
    read_place: Callable[[str], str | None]
    lookup: Lookup = nothing_known
    options: Options | None = None


class Outcome(str, Enum):
    """What came of a turn."""

    ASK = "ask"
    CONFIRM = "confirm"
    CHOOSE_FIELD = "choose_field"
    DONE = "done"
    STUCK = "stuck"
    """A question has nothing to choose from."""
    CANCELLED = "cancelled"
    DECLINED = "declined"
    LEFT = "left"
    UNCLEAR = "unclear"
    NOT_MINE = "not_mine"


@dataclass(frozen=True)
class Trouble:
    """Why nothing was taken; `code` names the sentence, `values` fill it."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """The new state; None when the dialogue is over and forgotten."""

    state: State | None
    outcome: Outcome
    trouble: Trouble | None = None
