"""Whether a post to a webhook comes from Twilio."""

from __future__ import annotations

import hmac
from urllib.parse import urlparse

from twilio.request_validator import RequestValidator, add_port, remove_port

from bot.channels.whatsapp.form import Form
from bot.errors import ForgedWebhook

SIGNATURE_HEADER = "X-Twilio-Signature"


def verify_signature(form: Form, signature: str | None, *, url: str, auth_token: str) -> None:
    """Compares the signature in constant time.

    Twilio's own validator computes it (repeated and blank fields included, with and without the
    port, since Twilio signs either); its comparison is not used, it stops early at another length.

    Args:
        form: every field of the post.
        signature: the value of `SIGNATURE_HEADER`, if there is one.
        url: `PUBLIC_URL` + path and query, as it is registered at Twilio.
        auth_token: `TWILIO_AUTH_TOKEN`; an empty one lets nothing in.

    Raises:
        ForgedWebhook: it is missing or another one.
    """
    validator = RequestValidator(auth_token)
    given = (signature or "").encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(given, validator.compute_signature(spelled, form).encode())
        for spelled in (remove_port(urlparse(url)), add_port(urlparse(url)))
    ]
    if not auth_token or not any(matches):
        raise ForgedWebhook("whatsapp: wrong signature")
