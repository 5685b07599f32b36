"""What WhatsApp by Twilio allows (twilio.com/docs/whatsapp and /docs/content)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WhatsAppLimits:
    """Lengths in UTF-16 code units unless the name says otherwise."""

    text_units: int = 1600
    quick_replies: int = 3
    quick_reply_title_units: int = 20
    quick_reply_body_units: int = 1024
    quick_reply_id_units: int = 200
    location_label_units: int = 100
    media: int = 10
    window_seconds: int = 86_400
    webhook_seconds: int = 15


LIMITS = WhatsAppLimits()
