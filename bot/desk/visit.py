"""One request of one officer that has passed the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.casework.officers import Officer
from bot.desk.words import Words
from bot.services.enter_desk import Visitor


@dataclass(frozen=True)
class Visit:
    """A request that passed the checks.

    Args:
        session: names the session; not secret.
        csrf: what forms carry back.
        words: the officer's language and time.
        query: parameters of the address.
        form: fields of a post; of several with one name the last.
        several: all fields of a post, in order.
        path: what the route has cut out of the path.
        file: the content of a file that was sent along, or empty; its name is not looked at.
        is_live: the page asks by itself, to be up to date.
    """

    officer: Officer
    visitor: Visitor
    csrf: str
    words: Words
    query: Mapping[str, str]
    form: Mapping[str, str]
    several: tuple[tuple[str, str], ...]
    path: Mapping[str, str]
    file: bytes = b""
    is_live: bool = False

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return tuple(value for key, value in self.several if key == name)


@dataclass(frozen=True)
class Posted:
    """What a form has sent."""

    fields: tuple[tuple[str, str], ...] = ()
    file: bytes = b""
