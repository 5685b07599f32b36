"""Addresses of the gateway that carry a signature, so that nobody can guess another's."""

from __future__ import annotations

from bot.privacy import Privacy


class SignedLinks:
    """Makes addresses and recognises them.

    Args:
        path: where the gateway serves them (`/calendar`); each path has signatures of its own.
        public_url: where citizens reach the gateway; None where it is not known.
    """

    def __init__(self, privacy: Privacy, public_url: str | None, path: str) -> None:
        self._privacy = privacy
        self._base = (public_url or "").rstrip("/")
        self._path = path

    def path_of(self, what: str, *, ending: str = "") -> str:
        """The path of `what`, for a page of ours."""
        return f"{self._path}/{what}/{self._privacy.sign(self._path, what)}{ending}"

    def address(self, what: str, *, ending: str = "") -> str | None:
        """Where `what` is; None without a public address."""
        return self._base + self.path_of(what, ending=ending) if self._base else None

    def is_ours(self, what: str, signature: str) -> bool:
        """Whether we have given this address away."""
        return self._privacy.is_signed(self._path, what, signature)
