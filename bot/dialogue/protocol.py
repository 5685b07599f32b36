"""What the worker, Rasa's door and the action server agree on. Pure; all sides import it."""

from __future__ import annotations

DOOR = "/messages"
READY = "/ready"
DOOR_PATH = "/webhooks/consular/messages"
READY_PATH = "/webhooks/consular/ready"
TOKEN_PURPOSE = "rasa"  # noqa: S105 - the name of a purpose
UNDERSTAND = "/understand"
UNDERSTAND_PATH = "/webhooks/consular/understand"
MAX_NLU_CHARACTERS = 1_000
ABOUT_HEADER = "X-About"
"""Carries the name of the inbound message in the logs; see `bot.logs.correlation_id`."""


def nlu_text(text: str) -> str:
    """What of a citizen's words goes to Rasa.

    Long text blocks the pipeline, so it is cut; a leading `/` would make Rasa take typed words
    for a button, so it is taken away.
    """
    return text[:MAX_NLU_CHARACTERS].lstrip("/ \n\t") or "."


def is_choice(text: str | None) -> bool:
    """Whether what Rasa gets is a button's payload; typed words never begin so (`nlu_text`)."""
    return bool(text) and str(text).startswith("/")
