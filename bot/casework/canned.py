"""Replies that officers send often, written once in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.casework.case import Case, Function
from bot.consular.facts import Bilingual


@dataclass(frozen=True)
class Canned:
    """One reply.

    Args:
        id: a short word, for commands and buttons.
        title: what officers see.
        text: what the citizen gets; `{reference}` and `{officer}` are filled in.
        missions: for these only; empty means every mission.
        functions: for these only; empty means every function.
    """

    id: str
    title: Bilingual
    text: Bilingual
    missions: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()

    def fits(self, case: Case) -> bool:
        """Whether it can be of use in a case."""
        is_of_mission = not self.missions or case.mission_id in self.missions
        return is_of_mission and (not self.functions or case.function in self.functions)

    def filled(self, case: Case, *, officer: str) -> str:
        """The words for the citizen, in the language of the case.

        Args:
            officer: the officer's name.
        """
        text = self.text.text(case.language)
        return text.replace("{reference}", case.reference).replace("{officer}", officer).strip()


def fitting(replies: Iterable[Canned], case: Case) -> tuple[Canned, ...]:
    """What fits a case: the mission's own replies first, then those for everybody."""
    found = [reply for reply in replies if reply.fits(case)]
    return tuple(sorted(found, key=lambda reply: (not reply.missions, not reply.functions)))
