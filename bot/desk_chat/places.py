"""Where an officer wants a case to go, as they type it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.casework.case import Function
from bot.casework.officers import KEMLU_DESK
from bot.consular.facts import Mission
from bot.conversation.phrases import plain

_KEMLU = ("kemlu", "jakarta", "pusat", "ministry")
_FUNCTIONS = {
    Function.CONSULAR: ("consular", "konsuler", "kekonsuleran"),
    Function.IMMIGRATION: ("immigration", "imigrasi", "keimigrasian"),
    Function.LABOUR: ("labour", "labor", "ketenagakerjaan", "tenaga kerja", "naker"),
    Function.PROTECTION: ("protection", "pelindungan", "perlindungan", "pwni"),
}


def read_function(text: str) -> Function | None:
    """A desk of a mission, in either language."""
    wanted = plain(text)
    return next((function for function, names in _FUNCTIONS.items() if wanted in names), None)


def read_missions(text: str, missions: Iterable[Mission]) -> tuple[str, ...]:
    """The ids of missions that a text can mean: the one with this id, else all that fit by name."""
    wanted = plain(text)
    if not wanted:
        return ()
    if wanted in _KEMLU:
        return (KEMLU_DESK,)
    known = list(missions)
    exact = [m.id for m in known if m.id == text.strip().casefold()]
    if exact:
        return tuple(exact)
    by_name = [m.id for m in known if wanted in (plain(m.name.id), plain(m.name.en), plain(m.city))]
    return tuple(by_name or [m.id for m in known if wanted in plain(f"{m.name.id} {m.city}")])
