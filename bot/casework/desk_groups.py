"""Officers' forums: which group a desk works in, and what that group may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.casework.case import Case, Function
from bot.casework.officers import Officer, Role
from bot.errors import SetupError

_NOBODY = 0


class DeskGroups:
    """By mission, or by one desk of a mission; what is not named has no group.

    Args:
        given: `mission` or `mission/function`, and the group's address.

    Raises:
        SetupError: no such function.
    """

    def __init__(self, given: Iterable[tuple[str, str]] = ()) -> None:
        self._by_desk = dict(given)
        known = {each.value for each in Function}
        for desk in self._by_desk:
            _, is_function, function = desk.partition("/")
            if is_function and function not in known:
                raise SetupError(
                    f"TELEGRAM_DESK_GROUPS: {function} must be one of {', '.join(sorted(known))}"
                )

    def of(self, case: Case) -> str | None:
        """The group in which a case may be spoken of; none by default."""
        return self._of(case.mission_id, case.function)

    def reader(self, case: Case, officer: Officer | None = None) -> Officer:
        """Somebody who sees what everyone in the case's group may see, and no more.

        Args:
            officer: who is spoken to; without, the group as a whole.
        """
        group = self.of(case)
        functions = tuple(each for each in Function if self._of(case.mission_id, each) == group)
        shown = officer or Officer(_NOBODY, "", Role.OFFICER, missions=())
        missions = (case.mission_id,) if case.mission_id is not None and group else ()
        return replace(shown, role=Role.OFFICER, missions=missions, functions=functions)

    def _of(self, mission_id: str | None, function: Function) -> str | None:
        if mission_id is None:
            return None
        whole = self._by_desk.get(mission_id)
        return self._by_desk.get(f"{mission_id}/{function.value}", whole)
