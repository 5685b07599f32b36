"""An officer is added and gets a one-time code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.casework.case import Function
from bot.casework.codes import TRIES, VALID_FOR, new_code
from bot.casework.errors import InvalidWish, NotAllowed
from bot.casework.events import SYSTEM, by_officer
from bot.casework.officers import KEMLU_DESK, Officer, Role, may_manage
from bot.clock import Clock
from bot.logs import Log
from bot.services.case_ports import Audit, Enrolments, NewOfficer, Officers
from bot.services.ports import ConsularFacts

_log = Log(__name__)
_LONGEST_NAME = 80
_MOST_LANGUAGES = 5
_LANGUAGE = re.compile(r"^[a-z]{2}$")


@dataclass(frozen=True)
class Added:
    """The officer, and the code: shown once, kept only as a hash."""

    officer: Officer
    code: str


class AddOfficer:
    """The use-case of the command line and of heads and admins at the desk."""

    def __init__(
        self,
        officers: Officers,
        enrolments: Enrolments,
        *,
        facts: ConsularFacts,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._officers = officers
        self._enrolments = enrolments
        self._facts = facts
        self._audit = audit
        self._clock = clock

    def __call__(
        self,
        name: str,
        role: Role,
        *,
        missions: tuple[str, ...],
        functions: tuple[Function, ...] = tuple(Function),
        languages: tuple[str, ...] = ("id",),
        by: int | None = None,
    ) -> Added:
        """Adds an officer.

        Args:
            missions: ids of missions, or `kemlu`.
            languages: ISO 639-1 codes.
            by: the officer who does it; None for the command line.

        Raises:
            InvalidWish: a name, mission, function or language that cannot be.
            NotAllowed: `by` may not add such an officer.
        """
        new = NewOfficer(
            _name(name),
            role=role,
            missions=self._missions(missions),
            functions=_functions(functions),
            languages=_languages(languages),
        )
        wanted = Officer(0, new.name, role=role, missions=new.missions)
        self._check(by, wanted, "officer.add")
        officer = self._officers.add(new)
        self._record(by, "officer.add", officer)
        return Added(officer, code=self._issue(officer))

    def new_code(self, officer_id: int, *, by: int | None = None) -> Added:
        """Another code for an officer, for a second account; the unused one before it ends.

        Raises:
            InvalidWish: no such officer, or a revoked one.
            NotAllowed: `by` may not do this.
        """
        officer = self._officers.get(officer_id)
        if officer is None or not officer.is_active:
            raise InvalidWish("no such officer")
        self._check(by, officer, "officer.code")
        self._record(by, "officer.code", officer)
        return Added(officer, code=self._issue(officer))

    def _issue(self, officer: Officer) -> str:
        code = new_code()
        self._enrolments.issue(officer.id, code, expires_at=self._clock() + VALID_FOR, tries=TRIES)
        return code

    def _check(self, by: int | None, wanted: Officer, action: str) -> None:
        if by is None:
            return
        manager = self._officers.get(by)
        if manager is None or not may_manage(manager, wanted):
            subject = f"officer:{wanted.id}"
            self._audit.record(by_officer(by), action, subject=subject, result="not_allowed")
            raise NotAllowed(action)

    def _record(self, by: int | None, action: str, officer: Officer) -> None:
        actor = SYSTEM if by is None else by_officer(by)
        self._audit.record(actor, action, subject=by_officer(officer.id), result="done")
        _log.info(action, officer=officer.id, role=officer.role.value)

    def _missions(self, missions: tuple[str, ...]) -> tuple[str, ...]:
        unique = tuple(dict.fromkeys(missions))
        if not unique:
            raise InvalidWish("an officer without a mission")
        for mission in unique:
            if mission != KEMLU_DESK and self._facts.mission(mission) is None:
                raise InvalidWish(f"no such mission: {mission}")
        return unique


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > _LONGEST_NAME or not words.isprintable():
        raise InvalidWish(f"a name has 1 to {_LONGEST_NAME} printable characters")
    return words


def _functions(functions: tuple[Function, ...]) -> tuple[Function, ...]:
    if not functions:
        raise InvalidWish("an officer without a function")
    return tuple(dict.fromkeys(functions))


def _languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(languages))
    if not unique or len(unique) > _MOST_LANGUAGES or not all(map(_LANGUAGE.match, unique)):
        raise InvalidWish("languages are one to five codes such as id,en")
    return unique
