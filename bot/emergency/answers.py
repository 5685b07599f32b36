"""The buttons of an emergency: what they carry, and what that means. Only the worker reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.emergency.kinds import Kind, Who, Word

PREFIX = "/emergency_answer"
_SAYS = "say"
_WHO = {
    "me_now": (Who.WRITER, True),
    "other_now": (Who.OTHER, True),
    "child_now": (Who.CHILD, True),
    "over": (None, False),
    "alone": (Who.WRITER, None),
    "with_child": (Who.CHILD, None),
    "with_others": (Who.WRITER, None),
}
_WHAT = {"medical": Kind.MEDICAL, "attacked": Kind.VIOLENCE, "held": Kind.ARREST}


@dataclass(frozen=True)
class Tapped:
    """What a button of ours says: one of the three."""

    word: Word | None = None
    kind: Kind | None = None
    who: Who | None = None
    is_now: bool | None = None


def payload(says: str) -> str:
    """What a button carries."""
    return f"{PREFIX}{json.dumps({_SAYS: says})}"


def read_payload(text: str | None) -> Tapped | None:
    """What a button says; None if it is none of ours or says nothing that we know."""
    if not text or not text.startswith(PREFIX):
        return None
    try:
        says = json.loads(text.removeprefix(PREFIX))[_SAYS]
    except (ValueError, KeyError, TypeError):
        return None
    if says in _WHO:
        who, is_now = _WHO[says]
        return Tapped(who=who, is_now=is_now)
    if says in _WHAT:
        return Tapped(kind=_WHAT[says])
    try:
        return Tapped(word=Word(says))
    except ValueError:
        return None
