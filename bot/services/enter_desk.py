"""An officer enters the web desk: a one-time link from their own account, then a session."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.errors import InvalidWish
from bot.casework.events import SYSTEM, by_officer
from bot.casework.officers import Officer
from bot.clock import Clock
from bot.logs import Log
from bot.privacy import Privacy
from bot.services.case_ports import Audit, Officers
from bot.services.desk_ports import DeskDoor, KeptLink, KeptSession

_log = Log(__name__)

LINK_VALID = timedelta(minutes=10)
SESSION_VALID = timedelta(hours=8)
IDLE_VALID = timedelta(minutes=30)
PATH = "/desk/enter"
# A session's last use is written down at most this often.
_SEEN_STEP = timedelta(minutes=1)
_SELECTOR_BYTES = 9
_SECRET_BYTES = 24
_LONGEST_TOKEN = 80
_LINK, _SESSION = "desk-link", "desk-session"


@dataclass(frozen=True)
class Visitor:
    """Who sits at the desk now.

    Args:
        session: names the session in audit and keys; not secret.
        ends_at: when it ends if nothing is done (UTC).
    """

    officer: Officer
    session: str
    ends_at: datetime


class EnterDesk:
    """The use-case; whoever is revoked is outside with the next look.

    A token is `selector.secret`: found by the first part, compared in constant time by both.
    """

    def __init__(
        self, door: DeskDoor, officers: Officers, *, privacy: Privacy, audit: Audit, clock: Clock
    ) -> None:
        self._door = door
        self._officers = officers
        self._privacy = privacy
        self._audit = audit
        self._clock = clock

    def link(self, officer_id: int, base_url: str, *, by: int | None = None) -> str:
        """A link for an officer, to be sent to their enrolled account: 10 minutes, one use.

        Args:
            base_url: the gateway's address.
            by: the officer who asks; None for the command line.

        Raises:
            InvalidWish: no such officer, or a revoked one.
        """
        officer = self._officers.get(officer_id)
        if officer is None or not officer.is_active:
            raise InvalidWish("no such officer")
        selector, token = _new_token()
        self._door.put_link(
            KeptLink(
                selector,
                secret_hash=self._privacy.sign(_LINK, token),
                officer_id=officer_id,
                expires_at=self._clock() + LINK_VALID,
                is_used=False,
            )
        )
        self._record(SYSTEM if by is None else by_officer(by), "desk.link", officer_id)
        return f"{base_url.rstrip('/')}{PATH}?key={token}"

    def whose(self, token: str) -> Officer | None:
        """Whose link it is while it can be used; looking does not use it."""
        kept = self._link(token)
        if kept is None or kept.is_used or kept.expires_at <= self._clock():
            return None
        officer = self._officers.get(kept.officer_id)
        return officer if officer and officer.is_active else None

    def enter(self, token: str) -> str | None:
        """Takes a link; the token of a new session, or None."""
        now = self._clock()
        kept = self._link(token)
        if kept is None:
            _log.warning("desk.enter_refused", reason="unknown")
            return None
        officer = self._officers.get(kept.officer_id)
        is_in = bool(officer and officer.is_active) and self._door.use_link(kept.selector, now)
        result = "done" if is_in else "refused"
        self._record(by_officer(kept.officer_id), "desk.enter", kept.officer_id, result)
        if not is_in:
            return None
        selector, session = _new_token()
        self._door.put_session(
            KeptSession(
                selector,
                secret_hash=self._privacy.sign(_SESSION, session),
                officer_id=kept.officer_id,
                seen_at=now,
                ends_at=now + SESSION_VALID,
            )
        )
        return session

    def visitor(self, token: str, *, is_action: bool) -> Visitor | None:
        """Who has this session; None once it is over, idle for 30 minutes, or revoked.

        Args:
            is_action: whether the officer did something; what a page asks by itself is not.
        """
        session = self._session(token)
        if session is None:
            return None
        now = self._clock()
        officer = self._officers.get(session.officer_id)
        is_over = now >= min(session.ends_at, session.seen_at + IDLE_VALID)
        if officer is None or not officer.is_active or is_over:
            self._door.end(session.selector)
            return None
        seen_at = session.seen_at
        if is_action and now - seen_at >= _SEEN_STEP:
            self._door.seen(session.selector, now)
            seen_at = now
        return Visitor(
            officer, session.selector, ends_at=min(session.ends_at, seen_at + IDLE_VALID)
        )

    def leave(self, visitor: Visitor, *, everywhere: bool = False) -> None:
        """Ends the session, or all of this officer's."""
        if everywhere:
            self._door.end_all(visitor.officer.id)
        else:
            self._door.end(visitor.session)
        self._record(by_officer(visitor.officer.id), "desk.leave", visitor.officer.id)

    def _link(self, token: str) -> KeptLink | None:
        kept = self._door.link(_selector(token))
        return kept if self._is_right(_LINK, token, kept.secret_hash if kept else "") else None

    def _session(self, token: str) -> KeptSession | None:
        kept = self._door.session(_selector(token))
        return kept if self._is_right(_SESSION, token, kept.secret_hash if kept else "") else None

    def _is_right(self, purpose: str, token: str, secret_hash: str) -> bool:
        made = self._privacy.sign(purpose, token[:_LONGEST_TOKEN])
        return hmac.compare_digest(made.encode(), secret_hash.encode())

    def _record(self, actor: str, action: str, officer_id: int, result: str = "done") -> None:
        self._audit.record(actor, action, subject=by_officer(officer_id), result=result)
        _log.info(action, officer=officer_id, result=result)


def _new_token() -> tuple[str, str]:
    selector = secrets.token_urlsafe(_SELECTOR_BYTES)
    return selector, f"{selector}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def _selector(token: str) -> str:
    return token[:_LONGEST_TOKEN].partition(".")[0]
