"""`officer …`: who may pick up cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot import settings
from bot.bootstrap.casework import CaseServices, case_services
from bot.casework.case import Function
from bot.casework.errors import InvalidWish
from bot.casework.officers import Role
from bot.clock import utc_now
from bot.errors import SetupError
from bot.privacy import Privacy
from bot.services.add_officer import Added
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts

DEFAULT_URL = "http://127.0.0.1:8080"


def add(
    data_dir: str | None,
    *,
    name: str,
    mission: str,
    role: str,
    languages: str = "id",
    functions: str | None = None,
) -> dict[str, Any]:
    """Adds an officer.

    Args:
        mission: a mission's id, or several with commas between them; `kemlu` is Jakarta.
        role: `officer`, `supervisor`, `head` or `admin`.
        languages: codes with commas between them.
        functions: with commas between them; all of them by default.

    Returns:
        The officer, with the one-time code under `code` as the last item.

    Raises:
        SetupError: something that cannot be.
    """
    wanted = _words(functions) if functions else [function.value for function in Function]
    try:
        added = _services(data_dir).add_officer(
            name,
            Role(role),
            missions=tuple(_words(mission)),
            functions=tuple(Function(word) for word in wanted),
            languages=tuple(_words(languages)),
        )
    except (InvalidWish, ValueError) as error:
        raise SetupError(str(error)) from None
    return _shown(added)


def new_code(data_dir: str | None, officer_id: int) -> dict[str, Any]:
    """Another one-time code for an officer, for a second account.

    Raises:
        SetupError: no such officer.
    """
    try:
        return _shown(_services(data_dir).add_officer.new_code(officer_id))
    except InvalidWish as error:
        raise SetupError(str(error)) from None


def link(data_dir: str | None, officer_id: int, *, url: str | None = None) -> dict[str, Any]:
    """A link into the web desk, for an officer who cannot ask the bot for one.

    Args:
        url: where the gateway answers; by default `PUBLIC_URL`, else this machine's usual port.

    Returns:
        The link under `link`: good for ten minutes, once.

    Raises:
        SetupError: no such officer.
    """
    base = url or settings.load(data_dir=data_dir).public_url or DEFAULT_URL
    try:
        made = _services(data_dir).enter_desk.link(officer_id, base)
    except InvalidWish as error:
        raise SetupError(str(error)) from None
    return {"officer": officer_id, "valid for": "10 minutes, once", "link": made}


def revoke(data_dir: str | None, officer_id: int) -> dict[str, Any]:
    """Ends every right of an officer at once; says which cases wait again.

    Raises:
        SetupError: no such officer.
    """
    try:
        released = _services(data_dir).revoke(officer_id)
    except InvalidWish as error:
        raise SetupError(str(error)) from None
    return {"officer": officer_id, "revoked": True, "released": list(released)}


def list_all(data_dir: str | None) -> dict[str, Any]:
    """Every officer who was not revoked, by id."""
    services = _services(data_dir)
    return {
        str(officer.id): f"{officer.name} · {officer.role.value} · {','.join(officer.missions)}"
        for officer in services.officers.active()
    }


def _shown(added: Added) -> dict[str, Any]:
    officer = added.officer
    return {
        "officer": officer.id,
        "name": officer.name,
        "role": officer.role.value,
        "missions": ",".join(officer.missions),
        "functions": ",".join(function.value for function in officer.functions),
        "languages": ",".join(officer.languages),
        "valid for": "24 hours, one account",
        "code": added.code,
    }


def _services(data_dir: str | None) -> CaseServices:
    found = settings.load(data_dir=data_dir)
    engine = make_engine(found.database_url)
    privacy = Privacy(found.secret_key)
    schema.upgrade(engine, privacy.seal)
    seeding.seed(engine, privacy=privacy)
    return case_services(engine, privacy, SqlConsularFacts(engine), clock=utc_now)


def _words(text: str) -> Iterable[str]:
    return [word.strip().lower() for word in text.split(",") if word.strip()]
