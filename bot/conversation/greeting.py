"""Greetings are answered in kind."""

from __future__ import annotations

import re

_SALAM = re.compile(r"\b(as+al+a+m\w*|aslm\w*|ass?kum|as{1,2}\.? ?wr)", re.IGNORECASE)


def is_salam(text: str) -> bool:
    """Whether a message opens with the Muslim greeting, however it is spelt."""
    return bool(_SALAM.search(text[:60]))
