"""What a button of a guided dialogue carries, so that no other dialogue takes it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

INTENT = "guided"
ENTITY = "answer"

CONTROL = "_"
CONTINUE, LEAVE, CONFIRM, CHANGE, CANCEL, SKIP, BACK = (
    "continue",
    "leave",
    "confirm",
    "change",
    "cancel",
    "skip",
    "back",
)
FIELD = "_field"

_TOKEN = re.compile(r"([a-z_]+)/([a-z_]+)/([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Token:
    """One choice of one step of one dialogue, or a control (`key` is `_` or `_field`)."""

    dialogue: str
    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.dialogue}/{self.key}/{self.value}"

    @property
    def payload(self) -> str:
        """As a button carries it: `/guided{"answer": "passport/kind/ordinary"}`."""
        return f"/{INTENT}{json.dumps({ENTITY: str(self)})}"


def read(text: str) -> Token | None:
    """The token in the entity `answer`; None if it is none of ours."""
    match = _TOKEN.fullmatch(text)
    return Token(match[1], match[2], match[3]) if match else None
