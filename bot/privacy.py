"""Seals personal data and turns addresses into pseudonyms. Pure: the key comes from settings."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ConsularError

_PSEUDONYM_CHARACTERS = 26


class Privacy:
    """One secret, several purposes, each with a key of its own (HKDF-SHA256).

    Args:
        secret: `SECRET_KEY`; losing it makes what was sealed unreadable.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(self._key("fields")))
        self._pseudonyms = self._key("pseudonyms")

    def _key(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
            self._secret
        )

    def token(self, purpose: str) -> str:
        """A password for one internal door (Redis, Rasa), the same in every process."""
        return self._key(f"token:{purpose}").hex()

    def conversation_id(self, channel: str, address: str) -> str:
        """The pseudonym `<channel>:<keyed hash>`: Rasa's sender id, safe in logs."""
        digest = hmac.new(self._pseudonyms, f"{channel}:{address}".encode(), hashlib.sha256)
        word = base64.b32encode(digest.digest()).decode().lower()[:_PSEUDONYM_CHARACTERS]
        return f"{channel}:{word}"

    def sign(self, purpose: str, text: str) -> str:
        """A keyed signature of `text`, for tokens that we hand out and take back."""
        return hmac.new(self._key(f"sign:{purpose}"), text.encode(), hashlib.sha256).hexdigest()

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Whether `signature` is ours; compared in constant time."""
        return hmac.compare_digest(
            self.sign(purpose, text).encode(), signature.encode("utf-8", "replace")
        )

    def seal(self, text: str) -> str:
        """Encrypts personal data for storage (Fernet: AES-128-CBC with HMAC)."""
        return self.seal_bytes(text.encode())

    def unseal(self, sealed: str) -> str:
        """Opens what `seal` closed.

        Raises:
            ConsularError: sealed with another key, or changed.
        """
        return self.unseal_bytes(sealed).decode()

    def seal_bytes(self, data: bytes) -> str:
        """As `seal`, for what is no text."""
        return self._fernet.encrypt(data).decode()

    def unseal_bytes(self, sealed: str) -> bytes:
        """Opens what `seal_bytes` closed.

        Raises:
            ConsularError: sealed with another key, or changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise ConsularError("sealed data does not open with this SECRET_KEY") from None
