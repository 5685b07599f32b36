"""Numbers as they are shown to whoever has not asked to see them whole."""

from __future__ import annotations

import phonenumbers

from bot.messages import Channel

DOTS = "••••"
_SHOWN = 4
_SHORT = 6
_WHATSAPP = "whatsapp:"


def plain_address(channel: Channel, address: str) -> str:
    """An address as a person writes it; empty where it says nothing (a web session)."""
    if channel in (Channel.WEB, Channel.TERMINAL):
        return ""
    return address.removeprefix(_WHATSAPP)


def masked_address(channel: Channel, address: str) -> str:
    """An address with its country, if it is a phone, and its end."""
    plain = plain_address(channel, address)
    if not plain:
        return ""
    if channel is Channel.WHATSAPP:
        try:
            country = phonenumbers.parse(plain).country_code
            return f"+{country} {DOTS} {plain[-_SHOWN:]}"
        except phonenumbers.NumberParseException:
            return masked(plain)
    return masked(plain)


def masked(number: str) -> str:
    """Only the end of a number, of which a short one shows less."""
    end = number[-_SHOWN:] if len(number) > _SHORT else number[-2:]
    return f"{DOTS}{end}"
