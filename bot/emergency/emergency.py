"""One citizen's emergency as it stands; kept sealed between two messages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from bot.casework.case import Priority
from bot.consular.place import Place
from bot.emergency.kinds import Kind, Tone, Who, Wish

_HANDLED_KEPT = 20


class Ask(str, Enum):
    """A question that can be open."""

    PLACE = "place"
    WHAT = "what"
    WHO = "who"
    COMPANY = "company"


@dataclass(frozen=True)
class Emergency:
    """What is known and what was done.

    Args:
        kind: what happens, as far as it is known.
        tone: how it is spoken about; once discreet it stays so.
        opened_at, heard_at: of the first and of the latest word about it (UTC).
        original: the first words, asked again of the assistant if it was no emergency.
        is_sos: it began with a key or a bare cry, without a story.
        is_now: None where it is not known.
        case: the case's reference; None while it waits to be opened.
        asked: the questions asked so far; `awaits` is the one without an answer.
        is_open: False once the citizen said that all is well.
        is_hidden: the citizen covered the conversation.
        was_false_alarm: the citizen said that it was none.
        is_peoples: people had the conversation when the last message came.
        repeats: cries since the last card.
        answered_at: when something was last said about it.
        handled: the latest messages that led here, to know them when they come again.
        offers: buttons that were sent past the outbox, by reference: titles and payloads.
    """

    kind: Kind
    subject: str
    tone: Tone
    priority: Priority
    language: str
    opened_at: datetime
    heard_at: datetime
    handled: tuple[str, ...]
    original: str = ""
    is_sos: bool = False
    who: Who | None = None
    is_now: bool | None = None
    place: Place = field(default_factory=Place)
    wishes: tuple[Wish, ...] = ()
    case: str | None = None
    asked: tuple[Ask, ...] = ()
    awaits: Ask | None = None
    is_open: bool = True
    is_hidden: bool = False
    was_false_alarm: bool = False
    is_peoples: bool = False
    repeats: int = 0
    answered_at: datetime | None = None
    offers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    @property
    def is_discreet(self) -> bool:
        """Whether somebody else may read the screen."""
        return self.tone is Tone.DISCREET

    @property
    def spoken_wishes(self) -> tuple[str, ...]:
        """What goes onto the case."""
        quiet = (Wish.DISCREET,) if self.is_discreet else ()
        return tuple(dict.fromkeys(wish.value for wish in (*self.wishes, *quiet)))

    @property
    def resumes(self) -> str | None:
        """What the assistant is to answer after all, once it turned out to be no emergency."""
        is_words = self.was_false_alarm and not self.is_sos
        return (self.original or None) if is_words else None

    def after(self, message_id: str) -> tuple[str, ...]:
        """`handled` with one more message."""
        return (*self.handled, message_id)[-_HANDLED_KEPT:]

    def with_wish(self, wish: Wish) -> Emergency:
        """The same with one more wish."""
        return replace(self, wishes=tuple(dict.fromkeys((*self.wishes, wish))))


def to_json(emergency: Emergency) -> str:
    """As text; the opposite of `from_json`."""
    return json.dumps(asdict(emergency), default=_plain, ensure_ascii=False)


def from_json(text: str) -> Emergency:
    """What `to_json` wrote; what a later version has added is passed over."""
    data: dict[str, Any] = json.loads(text)
    known = {name: data[name] for name in Emergency.__dataclass_fields__ if name in data}
    answered = known.get("answered_at")
    awaits = known.get("awaits")
    who = known.get("who")
    known |= {
        "kind": Kind(known["kind"]),
        "tone": Tone(known["tone"]),
        "priority": Priority(known["priority"]),
        "opened_at": datetime.fromisoformat(known["opened_at"]),
        "heard_at": datetime.fromisoformat(known["heard_at"]),
        "answered_at": datetime.fromisoformat(answered) if answered else None,
        "who": Who(who) if who else None,
        "awaits": Ask(awaits) if awaits else None,
        "handled": tuple(known["handled"]),
        "asked": tuple(Ask(each) for each in known.get("asked", ())),
        "wishes": tuple(Wish(each) for each in known.get("wishes", ())),
        "place": Place.from_slot(known.get("place")),
        "offers": tuple(
            (reference, tuple((title, payload) for title, payload in buttons))
            for reference, buttons in known.get("offers", ())
        ),
    }
    return Emergency(**known)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
