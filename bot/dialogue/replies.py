"""What Rasa says in a turn, as the worker takes it."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel


class Replies(CollectingOutputChannel):
    """Collects whole messages: text as written, buttons, and what the catalogue says of them.

    `alarm` is set instead where the message tells of an emergency. `chosen` is what was chosen of
    the meanings that were offered last, if the message chooses one.
    """

    alarm: dict[str, Any] | None = None
    chosen: dict[str, Any] | None = None

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message as it is."""
        if message.get("text"):
            self.messages.append(reply(message))


def reply(message: dict[str, Any]) -> dict[str, Any]:
    """What the worker needs of a bot message."""
    return {
        "text": message["text"],
        "buttons": message.get("buttons") or [],
        "asks_location": bool(message.get("asks_location")),
        "location": message.get("location"),
        "attachments": message.get("attachments") or [],
        "instead_of_files": message.get("instead_of_files") or "",
        "language": message.get("language"),
        "language_chosen": bool(message.get("language_chosen")),
    }
