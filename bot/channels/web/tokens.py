"""Session tokens of the web chat: stateless, signed, good for a month."""

from __future__ import annotations

import secrets

from bot.clock import Clock
from bot.privacy import Privacy

LIFETIME_SECONDS = 30 * 24 * 3600
_PURPOSE = "webchat-session"
_ADDRESS_BYTES = 18
_LONGEST = 200


def new_address() -> str:
    """A random address that nobody can guess."""
    return secrets.token_urlsafe(_ADDRESS_BYTES)


class SessionTokens:
    """Hands out tokens and takes them back.

    Args:
        privacy: signs.
        clock: says when a token ends.
    """

    def __init__(self, privacy: Privacy, clock: Clock) -> None:
        self._privacy = privacy
        self._clock = clock

    def issue(self, address: str) -> str:
        """A token for an address, valid for `LIFETIME_SECONDS` from now."""
        body = f"{address}.{int(self._clock().timestamp()) + LIFETIME_SECONDS}"
        return f"{body}.{self._privacy.sign(_PURPOSE, body)}"

    def address_of(self, token: str) -> str | None:
        """Whose token it is; None if it is not ours, was changed or has ended."""
        body, _, signature = token.rpartition(".")
        # Signed first: what follows is read only from our own hand.
        if len(token) > _LONGEST or not self._privacy.is_signed(_PURPOSE, body, signature):
            return None
        address, _, ends_at = body.rpartition(".")
        return address if int(ends_at) > self._clock().timestamp() else None
